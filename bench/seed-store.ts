/**
 * Run as a process of its own: seeded traffic into our store, through the writer that the recorder uses. Tells how long
 * the store took, apart from making up the traffic and reading its fields.
 */

import { join } from 'node:path';
import { derive } from '@ocpp-logs/core';
import { openWriter } from '../packages/server/src/store/sqlite/writer.ts';
import type { EntryChange } from '../packages/server/src/store/store.ts';
import { endWithParent, tellParent } from './child.ts';
import { folderBytes } from './folder-bytes.ts';
import { SEED_TO, siteIds, traffic } from './seed.ts';
import { entryOf } from './seed-entry.ts';

/** Entries in one commit: what a busy recorder gathers in a quarter of a second. */
const BATCH = 5_000;
const SYNC_MS = 1_000;

export interface Seeded {
  readonly entries: number;
  readonly callBytes: number;
  readonly answerBytes: number;
  /** Seconds in apply, commit and sync. */
  readonly storing: number;
  /** Seconds in sealing and its like, which the recorder does later. */
  readonly maintaining: number;
  readonly seconds: number;
  /** Files after checkpoint. */
  readonly bytes: number;
}

export interface SeedProgress {
  readonly progress: number;
}

const [folder = '', entries = '', sites = '', stations] = process.argv.slice(2);
const plan = {
  entries: Number(entries),
  sites: Number(sites),
  ...(stations === undefined ? {} : { stations: Number(stations) }),
};
const writer = openWriter({ folder, derive, report: console.error });
let storing = 0;
let maintaining = 0;
let synced = performance.now();

async function store(batch: ReadonlyMap<string, EntryChange[]>, at: number): Promise<void> {
  const start = performance.now();
  for (const [site, changes] of batch) writer.apply(site, changes);
  writer.commit();
  if (start - synced > SYNC_MS) {
    await writer.sync();
    synced = performance.now();
  }
  const stored = performance.now();
  while (writer.maintain(at, new Map()));
  storing += stored - start;
  maintaining += performance.now() - stored;
}

async function seed(): Promise<Seeded> {
  const started = performance.now();
  let batch = new Map<string, EntryChange[]>();
  let count = 0;
  let callBytes = 0;
  let answerBytes = 0;
  for (const spoken of traffic(plan)) {
    count += 1;
    callBytes += spoken.call.length;
    answerBytes += spoken.answer?.length ?? 0;
    const change = { slot: { id: null }, entry: entryOf(spoken) };
    const changes = batch.get(spoken.site);
    if (changes === undefined) batch.set(spoken.site, [change]);
    else changes.push(change);
    if (count % BATCH !== 0 && count !== plan.entries) continue;
    await store(batch, spoken.at);
    batch = new Map();
    tellParent({ progress: count } satisfies SeedProgress);
  }
  const sealing = performance.now();
  for (const site of siteIds(plan.sites)) writer.seal(site);
  while (writer.maintain(SEED_TO + 86_400_000, new Map()));
  maintaining += performance.now() - sealing;
  const syncing = performance.now();
  await writer.sync();
  storing += performance.now() - syncing;
  writer.close();
  return {
    entries: count,
    callBytes,
    answerBytes,
    storing: storing / 1000,
    maintaining: maintaining / 1000,
    seconds: (performance.now() - started) / 1000,
    bytes: folderBytes(join(folder, 'logs')),
  };
}

endWithParent();
tellParent(await seed());
process.disconnect?.();
