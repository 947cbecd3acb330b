/** A disk that fills up under a running server, and has room again: of what is recorded into the folder, shipped or not. */

import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { ADMIN_TOKEN, eventually, type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { endingTalks, hangsUp } from './endings.ts';
import { mountedDisk } from './mounts.ts';
import { calls, joinedTalk } from './raw-talk.ts';
import { entriesOf, metric, type SeenEntry } from './site-entries.ts';

const MIB = 1024 * 1024;
/** Of a call so large that few of them reach the bound of what may wait. */
const LARGE = `{"vendorId":"v","data":"${'x'.repeat(2 * MIB)}"}`;
const LINE = {
  charger_id: 'P1',
  occurrence_time: '2026-01-05T10:00:00Z',
  direction: 'station_to_csms',
  frame: '[2,"pushed","Heartbeat",{}]',
};

export function push(server: RunningServer): Promise<Response> {
  return fetch(`${server.url}/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify(LINE),
  });
}

/** Takes every byte that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = MIB; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}

export const storeIsAway = (server: RunningServer) =>
  eventually(
    async () => server.output(),
    (output) => /the store is away/.test(output),
  );
const nothingWaits = (server: RunningServer) =>
  eventually(
    () => metric(server, 'uncommitted_bytes'),
    (bytes) => bytes === 0,
  );

/** However long what is shipped waits for its next try: the test has a bound of its own. */
async function seen(
  server: RunningServer,
  met: (entries: readonly SeenEntry[]) => boolean,
): Promise<readonly SeenEntry[]> {
  for (;;) {
    const entries = await entriesOf(server, 'depot', 'exchange');
    if (met(entries)) return entries;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** `store`: YAML behind the sites, of where entries are read. */
export async function fullDisk(t: TestContext, store: string): Promise<void> {
  const disk = mountedDisk(t, 'tmpfs', 256);
  if (disk === null) return;
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n${store}`;
  const server = await startServer({ folder: disk, config });
  t.after(() => server.stop('SIGKILL'));
  const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
  const talk = await joined('CP1');
  const leaving = await endingTalks('FULL', joined);
  const lastOnes = await endingTalks('UNRECORDED', joined);
  const times: (readonly [id: string, before: number, after: number])[] = [];
  const call = async (id: string, payload?: string) => {
    const before = Date.now();
    await calls(talk, id, payload);
    times.push([id, before, Date.now()]);
  };
  await call('before');
  await seen(server, (entries) => entries.length === 1);

  fill(join(disk, 'filler'));
  await call('full');
  await storeIsAway(server);
  await leaving.end();
  const cameMeanwhile = await endingTalks('CAME', joined);
  await cameMeanwhile.end();
  const refused = await push(server);
  assert.equal(refused.status, 503, await refused.text());
  for (let number = 1; (await metric(server, 'unrecorded_total')) === 0; number++) {
    assert.ok(number < 64, 'what waits is bounded');
    await call(`large${number}`, LARGE);
  }
  await call('unrecorded1');
  await call('unrecorded2');
  await lastOnes.end();
  assert.equal((await server.get('/readyz')).status, 503, 'it tells that it does not record');

  rmSync(join(disk, 'filler'));
  await nothingWaits(server);
  const unrecorded = await metric(server, 'unrecorded_total');
  await call('after1');
  await call('after2');
  const found = await seen(
    server,
    (entries) =>
      entries.at(-1)?.exchange.message_id === 'after2' && entries.at(-1)?.exchange.outcome === 'answered',
  );
  const ids = found.map(({ exchange }) => exchange.message_id ?? '');
  assert.equal(new Set(ids).size, ids.length, 'nothing is there twice');
  const missing = times.filter(([id]) => !ids.includes(id));
  const unanswered = found.filter(({ exchange }) => exchange.outcome !== 'answered');
  assert.equal(missing.length * 2 + unanswered.length, unrecorded, 'each frame that is missing was counted');
  assert.deepEqual(missing.map(([id]) => id).slice(-2), ['unrecorded1', 'unrecorded2']);
  const all = times.map(([id]) => id);
  assert.deepEqual(
    ids,
    all.filter((id) => !missing.some(([other]) => other === id)),
    'in their order',
  );

  const gaps = await entriesOf(server, 'depot', 'gap');
  assert.deepEqual(
    gaps.map(({ charger_id, exchange: { event } }) => [charger_id, event?.reason]),
    [['CP1', 'the store did not keep up']],
  );
  const { from, to } = gaps[0]?.exchange.event ?? {};
  const after = found.find(({ exchange }) => exchange.message_id === 'after1');
  const [, , lastMissing = 0] = times.find(([id]) => id === 'unrecorded2') ?? [];
  const ended = Date.parse(String(to));
  assert.ok(ended >= lastMissing, `to when there was room again, behind what is missing, not ${to}`);
  assert.ok(ended <= Date.parse(String(after?.occurrence_time)), `before what is recorded again, not ${to}`);
  // The first one that is missing is a call, or the answer of the last call that is there.
  const first = unanswered[0]?.exchange.message_id ?? missing[0]?.[0];
  const [, earliest = 0, latest = 0] = times.find(([id]) => id === first) ?? [];
  assert.ok(Date.parse(String(from)) >= earliest && Date.parse(String(from)) <= latest, `from ${from}`);
  for (const ended of [leaving, cameMeanwhile, lastOnes]) await ended.told(server, 'depot');

  assert.equal((await push(server)).status, 200);
  assert.equal((await push(server)).status, 200);
  const isPushed = (entry: SeenEntry) => entry.charger_id === 'P1';
  const withIt = await seen(server, (entries) => entries.some(isPushed));
  assert.equal(withIt.filter(isPushed).length, 1, 'what was refused is stored once when it comes again');
  assert.equal((await server.get('/readyz')).status, 200);
  await hangsUp(talk, 'csms', 1001, 'full no more');
  assert.equal(await server.stop(), 0);
  assert.equal((await run(['check', '--data', disk])).code, 0);
}
