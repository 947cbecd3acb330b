/** The disk under the data folder fills up, or turns read-only, and comes back. */

import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { ADMIN_TOKEN, eventually, type RunningServer, run, startServer } from '../e2e/running-server.ts';
import { endingTalks, hangsUp } from './endings.ts';
import { mountedDisk, remount } from './mounts.ts';
import { calls, joinedTalk } from './raw-talk.ts';
import { entriesOf, metric } from './site-entries.ts';

const MIB = 1024 * 1024;
/** Of a call so large that few of them reach the bound of what may wait. */
const LARGE = `{"vendorId":"v","data":"${'x'.repeat(2 * MIB)}"}`;
const LINE = {
  charger_id: 'P1',
  occurrence_time: '2026-01-05T10:00:00Z',
  direction: 'station_to_csms',
  frame: '[2,"pushed","Heartbeat",{}]',
};

function push(server: RunningServer): Promise<Response> {
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

const storeIsAway = (server: RunningServer) =>
  eventually(
    async () => server.output(),
    (output) => /the store is away/.test(output),
  );
const nothingWaits = (server: RunningServer) =>
  eventually(
    () => metric(server, 'uncommitted_bytes'),
    (bytes) => bytes === 0,
  );

test('a full disk: the relay goes on, what does not fit is counted and is a gap, recording comes back', async (t) => {
  const disk = mountedDisk(t, 'tmpfs', 256);
  if (disk === null) return;
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`;
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
  await eventually(
    () => entriesOf(server, 'depot', 'exchange'),
    (entries) => entries.length === 1,
  );

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
  const found = await eventually(
    () => entriesOf(server, 'depot', 'exchange'),
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
  assert.equal(to, after?.occurrence_time, 'to the first frame that is recorded again');
  // The first one that is missing is a call, or the answer of the last call that is there.
  const first = unanswered[0]?.exchange.message_id ?? missing[0]?.[0];
  const [, earliest = 0, latest = 0] = times.find(([id]) => id === first) ?? [];
  assert.ok(Date.parse(String(from)) >= earliest && Date.parse(String(from)) <= latest, `from ${from}`);
  for (const ended of [leaving, cameMeanwhile, lastOnes]) await ended.told(server, 'depot');

  assert.equal((await push(server)).status, 200);
  assert.equal((await push(server)).status, 200);
  const pushed = (await entriesOf(server, 'depot', 'exchange')).filter((entry) => entry.charger_id === 'P1');
  assert.equal(pushed.length, 1, 'what was refused is stored once when it comes again');
  assert.equal((await server.get('/readyz')).status, 200);
  await hangsUp(talk, 'csms', 1001, 'full no more');
  assert.equal(await server.stop(), 0);
  assert.equal((await run(['check', '--data', disk])).code, 0);
});

test('a folder on a read-only disk is refused in one clear line', async (t) => {
  const disk = mountedDisk(t, 'tmpfs', 16);
  if (disk === null) return;
  remount(disk, 'ro');
  const { code, stderr } = await run(['serve', '--port', '0', '--data', disk]);
  assert.equal(code, 2);
  assert.match(stderr, /data folder .* cannot be written \(EROFS\)/);
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
});

test('a disk that turns read-only under the server: the relay goes on, ingest refuses, the disk keeps what it has', async (t) => {
  const disk = mountedDisk(t, 'ext4', 64);
  if (disk === null) return;
  const folder = join(disk, 'data');
  mkdirSync(folder);
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`;
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const joined = (charger: string) => joinedTalk(server, csms, `/ocpp/depot/${charger}`);
  const talk = await joined('CP1');
  const leaving = await endingTalks('BEFORE', joined);
  await calls(talk, 'before');
  assert.equal((await push(server)).status, 200);
  await eventually(
    () => entriesOf(server, 'depot', 'exchange'),
    (entries) => entries.length === 2,
  );

  // As after an error of the disk: what is open for writing cannot be written any more.
  remount(disk, 'abort');
  await calls(talk, 'read-only');
  await storeIsAway(server);
  assert.equal((await push(server)).status, 503);
  assert.equal((await entriesOf(server, 'depot', 'exchange')).length, 2, 'what is there is still given');
  await leaving.end();
  const second = await joined('CP2');
  await calls(second, 'another station');
  await hangsUp(second, 'station', 1000, 'done');
  await (await endingTalks('MEANWHILE', joined)).end();
  assert.ok((await metric(server, 'uncommitted_bytes')) > 0, 'what is not stored is held, and told');
  assert.deepEqual(readdirSync(folder).includes('set-aside'), false, 'nothing is taken for damaged');
});

test('an import leaves the room that is kept for what stations say, and says so', async (t) => {
  const disk = mountedDisk(t, 'tmpfs', 600);
  if (disk === null) return;
  const log = join(disk, 'station.log');
  const lines = Array.from(
    { length: 5_000 },
    (_, n) => `2024-01-15T10:00:00Z RECV [2,"${n}","Heartbeat",{}]\n`,
  );
  writeFileSync(log, lines.join(''));
  const args = ['import', log, '--charger', 'P1', '--site', 'depot', '--data', join(disk, 'data')];
  const first = await run(args);
  assert.equal(first.code, 0, first.stderr);
  const filler = openSync(join(disk, 'filler'), 'w');
  for (let n = 0; n < 100; n += 1) writeSync(filler, Buffer.alloc(MIB));
  closeSync(filler);
  writeFileSync(log, lines.map((line) => line.replace('10:00:00', '11:00:00')).join(''));
  const second = await run(args);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /the disk of the data folder has less than 512 MiB free, .* import again/);
  rmSync(join(disk, 'filler'));
  const third = await run([...args, '--json']);
  assert.deepEqual([third.code, JSON.parse(third.stdout).accepted], [0, 5_000]);
});
