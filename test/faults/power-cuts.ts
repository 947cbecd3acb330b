/** Power cuts: the server stands still, its folder is copied, and what had not reached the disk is spoiled in the copies. */

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_TOKEN, eventually, type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { answeringCsms, callingStations } from './calling-stations.ts';
import type { PulledDisk } from './mounts.ts';
import { assertStoredAsSent, type Texts } from './said-texts.ts';
import { capturedThrough, entriesOf } from './site-entries.ts';
import { cutPower } from './unsynced.ts';

export interface PowerPlan {
  /** Empty, for all that is made here. */
  readonly folder: string;
  /** Copies that are cut differently. */
  readonly cuts: number;
  /** Lines are pushed, too, each of which brings all files to the disk; otherwise stations are passed on, and nothing else. */
  readonly pushes: boolean;
  /** Where the server has its folder; what is on that disk is compared, too. */
  readonly disk?: PulledDisk;
  readonly stations: number;
  /** Calls a second of all stations. */
  readonly rate: number;
  readonly random: () => number;
  readonly onCut: (cut: PowerCut) => void;
}

export interface PowerCut {
  /** Pushed, and answered with 200. */
  readonly acknowledged: number;
  /** Calls that had to be there, because they were committed before the last fsync. */
  readonly synced: number;
  /** Calls behind it that are there all the same, and those that are not. */
  readonly kept: number;
  readonly lost: number;
  /** How long before the cut the first of those had come, ms; 0 where none is lost. */
  readonly lostSinceMs: number;
}

const SITE = 'depot';

interface Evidence {
  readonly acknowledged: readonly string[];
  /** Message ids of calls that were committed before the last fsync began. */
  readonly synced: readonly string[];
  /** When each call came to the CSMS, ms, by its message id. */
  readonly received: ReadonlyMap<string, number>;
  /** As they were sent. */
  readonly calls: Texts;
  readonly answers: Texts;
  /** When the server was stopped, ms. */
  readonly at: number;
  /** As it was on the disk, where there is one. */
  readonly onDisk: string | null;
}

export async function powerCuts(plan: PowerPlan): Promise<readonly PowerCut[]> {
  const data = join(plan.folder, 'data');
  const synced = join(plan.folder, 'synced');
  for (const path of [data, synced]) mkdirSync(path);
  const evidence = await recordUntilCut(plan, data, synced);
  const cuts: PowerCut[] = [];
  const found = (cut: PowerCut) => {
    cuts.push(cut);
    plan.onCut(cut);
  };
  if (evidence.onDisk !== null) found(await compare(evidence.onDisk, evidence));
  for (let number = 1; number <= plan.cuts; number++) {
    const copy = join(plan.folder, 'copy');
    cpSync(data, copy, { recursive: true });
    cutPower(join(copy, 'logs'), synced, plan.random);
    const cut = await compare(copy, evidence);
    rmSync(copy, { recursive: true });
    found(cut);
  }
  return cuts;
}

/** Leaves in `data` what the files held at one moment under load. */
async function recordUntilCut(plan: PowerPlan, data: string, synced: string): Promise<Evidence> {
  const csms = await answeringCsms();
  const stations = callingStations(plan.stations);
  const live = join(plan.disk?.path ?? plan.folder, 'live');
  mkdirSync(live);
  const preload = new URL('./synced-files.mjs', import.meta.url).href;
  const server = await startServer({
    folder: live,
    config: `sites:\n  - id: ${SITE}\n    upstream: ${csms.url}/{charger}\n`,
    env: { NODE_OPTIONS: `--import=${preload}`, TEST_SYNCED_FOLDER: synced },
  });
  try {
    await stations.connect(`${server.url.replace('http', 'ws')}/ocpp/${SITE}`);
    const seen: (readonly [at: number, through: ReadonlyMap<string, number>])[] = [];
    const acknowledged: string[] = [];
    const going = [watch(server, seen), ...(plan.pushes ? [push(server, acknowledged)] : [])];
    const watched = Promise.allSettled(going);
    stations.call(plan.rate);
    /** Calls that were committed before the last fsync of entries began. */
    const onTheDisk = (notes: readonly Note[]) => {
      const begun = lastSync(notes)?.at ?? 0;
      const through = seen.findLast(([at]) => at < begun)?.[1] ?? new Map<string, number>();
      return [...stations.sent].flatMap(([charger, sent]) =>
        [...sent.keys()].filter(
          (id) => (csms.received.get(id) ?? Number.POSITIVE_INFINITY) <= (through.get(charger) ?? 0),
        ),
      );
    };
    await eventually(
      async () =>
        onTheDisk(notesIn(synced)).length > 0 && (!plan.pushes || acknowledged.length >= PUSHED_LEAST),
      (enough) => enough,
    );
    // The cut comes at any moment between two times, or after more of them.
    await new Promise((resolve) => setTimeout(resolve, LONGEST_MS * plan.random()));
    process.kill(server.pid, 'SIGSTOP');
    const at = Date.now();
    const before = [...acknowledged];
    cpSync(live, data, { recursive: true });
    const onDisk = plan.disk === undefined ? null : join(plan.disk.afterPowerCut(), 'live');
    const notes = notesIn(synced);
    await server.stop('SIGKILL');
    await watched;
    await stations.stop();
    assertEachSecond(notes);
    const calls = new Map([...stations.sent.values()].flatMap((texts) => [...texts]));
    const { received, answers } = csms;
    const ids = onTheDisk(notes);
    return { acknowledged: before, synced: ids, received, calls, answers, at, onDisk };
  } finally {
    await server.stop('SIGKILL');
    csms.close();
  }
}

/** What synced-files.mjs writes down. */
interface Note {
  readonly what: 'begun' | 'synced' | 'second';
  readonly name?: string;
  readonly at: number;
}

const LONGEST_MS = 2_500;
/** So many pushes are answered before, at least. */
const PUSHED_LEAST = 3;

function notesIn(synced: string): readonly Note[] {
  const path = join(synced, 'synced');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  // Safe: synced-files.mjs wrote them.
  return lines.map((line) => JSON.parse(line) as Note);
}

/** How the last one began that is at its end, of a file of entries. */
function lastSync(notes: readonly Note[]): Note | undefined {
  const end = notes.findLastIndex(
    ({ what, name = '' }) => what === 'synced' && /^0000000[12]\.db-wal$/.test(name),
  );
  return notes
    .slice(0, Math.max(0, end))
    .findLast(({ what, name }) => what === 'begun' && name === notes[end]?.name);
}

/**
 * Files are brought to the disk at least once a second, by the clock of the thread that does it: however busy the machine is, no
 * more than two of its seconds pass between the end of one time and the beginning of the next.
 */
function assertEachSecond(notes: readonly Note[]): void {
  let under = 0;
  let seconds = 0;
  for (const { what, name } of notes) {
    if (what === 'second') seconds += under === 0 ? 1 : 0;
    else under += what === 'begun' ? 1 : -1;
    if (what === 'begun' && name === 'index.db-wal') seconds = 0;
    assert.ok(seconds <= 2, `${seconds} seconds without bringing anything to the disk`);
  }
}

/** Without a pause, until the server is gone: how far the recording is, and when that was known here. */
async function watch(server: RunningServer, seen: (readonly [number, ReadonlyMap<string, number>])[]) {
  for (;;) {
    const through = await capturedThrough(server, SITE);
    seen.push([Date.now(), through]);
  }
}

/** Each one brings all files to the disk: seldom enough that there is something behind the last one. */
const PUSH_EVERY_MS = 700;

/** Pushes a frame now and then, until the server is gone, and notes which were answered. */
async function push(server: RunningServer, acknowledged: string[]): Promise<void> {
  for (let number = 1; ; number++) {
    const line = {
      charger_id: 'PUSHED',
      occurrence_time: new Date().toISOString(),
      direction: 'station_to_csms',
      frame: `[2,"p${number}","Heartbeat",{}]`,
    };
    const response = await fetch(`${server.url}/ocpp-logs/site/${SITE}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(line),
    });
    assert.equal(response.status, 200);
    await response.text();
    acknowledged.push(`p${number}`);
    await new Promise((resolve) => setTimeout(resolve, PUSH_EVERY_MS));
  }
}

async function compare(folder: string, evidence: Evidence): Promise<PowerCut> {
  const server = await startServer({ folder, config: `sites:\n  - id: ${SITE}\n` });
  try {
    assert.doesNotMatch(server.output(), /damaged|missing/, 'what was not acknowledged is no damage');
    const found = new Set<string>();
    for (const entry of await entriesOf(server, SITE, 'exchange', 'exchange,raw')) {
      const { exchange } = entry;
      const id = exchange.message_id ?? '';
      if (id.startsWith('m')) assertStoredAsSent(entry, evidence);
      assert.ok(!found.has(id), `${id} is there twice`);
      assert.notEqual(exchange.outcome === 'pending' && id.startsWith('m'), true, `${id} waits for ever`);
      found.add(id);
    }
    for (const id of evidence.acknowledged)
      assert.ok(found.has(id), `${id} was answered with 200 and is lost`);
    for (const id of evidence.synced) assert.ok(found.has(id), `${id} was on the disk and is lost`);
    const spans = (await entriesOf(server, SITE, 'gap'))
      .filter(({ charger_id }) => charger_id === '')
      .map(
        ({ exchange: { event } }) =>
          [Date.parse(String(event?.from)), Date.parse(String(event?.to))] as const,
      );
    for (const [id, at] of evidence.received) {
      const isTold = found.has(id) || spans.some(([from, to]) => from <= at && to >= at);
      assert.ok(isTold, `no gap of the site covers ${id}, received at ${at}, which is lost: ${spans}`);
    }
    const calls = [...found].filter((id) => id.startsWith('m')).length;
    const lost = [...evidence.received].filter(([id]) => !found.has(id)).map(([, at]) => evidence.at - at);
    assert.equal(await server.stop(), 0);
    const checked = await run(['check', '--data', folder]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    return {
      acknowledged: evidence.acknowledged.length,
      synced: evidence.synced.length,
      kept: calls - evidence.synced.length,
      lost: lost.length,
      lostSinceMs: lost.reduce((longest, ms) => Math.max(longest, ms), 0),
    };
  } finally {
    await server.stop('SIGKILL');
  }
}
