/** Power cuts: the server stands still, its folder is copied, and what had not reached the disk is spoiled in the copies. */

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN_TOKEN, type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { answeringCsms, callingStations } from './calling-stations.ts';
import { assertStoredAsSent, type Texts } from './said-texts.ts';
import { capturedThrough, entriesOf } from './site-entries.ts';
import { cutPower } from './unsynced.ts';

export interface PowerPlan {
  /** Empty, for all that is made here. */
  readonly folder: string;
  /** Copies that are cut differently. */
  readonly cuts: number;
  readonly stations: number;
  /** Calls a second of all stations. */
  readonly rate: number;
  readonly lifeMs: number;
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
}

export async function powerCuts(plan: PowerPlan): Promise<readonly PowerCut[]> {
  const data = join(plan.folder, 'data');
  const synced = join(plan.folder, 'synced');
  for (const path of [data, synced]) mkdirSync(path);
  const evidence = await recordUntilCut(plan, data, synced);
  const cuts: PowerCut[] = [];
  for (let number = 1; number <= plan.cuts; number++) {
    const copy = join(plan.folder, 'copy');
    cpSync(data, copy, { recursive: true });
    cutPower(join(copy, 'logs'), synced, plan.random);
    const cut = await compare(copy, evidence);
    rmSync(copy, { recursive: true });
    cuts.push(cut);
    plan.onCut(cut);
  }
  return cuts;
}

/** Leaves in `data` what the files held at one moment under load. */
async function recordUntilCut(plan: PowerPlan, data: string, synced: string): Promise<Evidence> {
  const csms = await answeringCsms();
  const stations = callingStations(plan.stations);
  const live = join(plan.folder, 'live');
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
    const watched = Promise.allSettled([watch(server, seen), push(server, acknowledged)]);
    stations.call(plan.rate);
    await new Promise((resolve) => setTimeout(resolve, plan.lifeMs * (0.5 + plan.random() / 2)));
    process.kill(server.pid, 'SIGSTOP');
    const before = [...acknowledged];
    cpSync(live, data, { recursive: true });
    const notes = readFileSync(join(synced, 'synced'), 'utf8').trim().split('\n');
    await server.stop('SIGKILL');
    await watched;
    await stations.stop();
    const lastSync = notes
      // Safe: synced-files.mjs wrote it.
      .map((line) => JSON.parse(line) as { readonly name: string; readonly at: number })
      .findLast(({ name }) => name === '00000001.db-wal' || name === '00000002.db-wal');
    const through = seen.findLast(([at]) => at < (lastSync?.at ?? 0))?.[1] ?? new Map<string, number>();
    const ids = [...stations.sent].flatMap(([charger, sent]) =>
      [...sent.keys()].filter(
        (id) => (csms.received.get(id) ?? Number.POSITIVE_INFINITY) <= (through.get(charger) ?? 0),
      ),
    );
    const calls = new Map([...stations.sent.values()].flatMap((texts) => [...texts]));
    return { acknowledged: before, synced: ids, received: csms.received, calls, answers: csms.answers };
  } finally {
    await server.stop('SIGKILL');
    csms.close();
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
    assert.equal(await server.stop(), 0);
    const checked = await run(['check', '--data', folder]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    return {
      acknowledged: evidence.acknowledged.length,
      synced: evidence.synced.length,
      kept: calls - evidence.synced.length,
      lost: evidence.received.size - calls,
    };
  } finally {
    await server.stop('SIGKILL');
  }
}
