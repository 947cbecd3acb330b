/** The disk under the data folder fills up, or turns read-only, and comes back. */

import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { eventually, run, startServer } from '../e2e/running-server.ts';
import { endingTalks, hangsUp } from './endings.ts';
import { fullDisk, push, storeIsAway } from './full-disk.ts';
import { mountedDisk, remount } from './mounts.ts';
import { calls, joinedTalk } from './raw-talk.ts';
import { entriesOf, metric } from './site-entries.ts';

const MIB = 1024 * 1024;

test('a full disk: the relay goes on, what does not fit is counted and is a gap, recording comes back', (t) =>
  fullDisk(t, ''));

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
