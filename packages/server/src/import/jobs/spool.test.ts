import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { NoRoomError } from '../room.ts';
import { chunksOf } from '../source-double.ts';
import { Spool, spooledInput } from './spool.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECRET = `${'AuthorizationKey=0123456789 '.repeat(10_000)}end`;
const inFolder = () => readdirSync(join(folder, 'imports'));

test('what is on the disk cannot be read there, and comes back as it was, more than once', async () => {
  const spool = new Spool(folder);
  await spool.open();
  const file = await spool.write('a.log', chunksOf(SECRET, 7_777));
  assert.deepEqual([file.name, file.bytes, inFolder().length], ['a.log', SECRET.length, 1]);
  const stored = readFileSync(file.path);
  assert.equal(stored.length, SECRET.length);
  for (const part of ['Authorization', '0123456789', 'end']) assert.equal(stored.includes(part), false);
  if (process.platform !== 'win32') assert.equal(statSync(file.path).mode & 0o777, 0o600);
  const input = spooledInput(file);
  for (let time = 0; time < 2; time += 1) {
    const chunks = await Array.fromAsync(input.open(new AbortController().signal));
    assert.equal(Buffer.concat(chunks).toString(), SECRET);
  }
  assert.deepEqual([input.name, input.size], ['a.log', SECRET.length]);
  await spool.remove([file]);
  assert.deepEqual(inFolder(), []);
});

test('no two files have the same key', async () => {
  const spool = new Spool(folder);
  await spool.open();
  const files = [await spool.write('a', chunksOf('same')), await spool.write('a', chunksOf('same'))];
  assert.notDeepEqual(files[0]?.key, files[1]?.key);
});

test('what an earlier run left is removed, and nothing else', async () => {
  mkdirSync(join(folder, 'imports'));
  writeFileSync(join(folder, 'imports', `${'ab'.repeat(16)}.spool`), 'x');
  writeFileSync(join(folder, 'imports', 'notes.txt'), 'x');
  await new Spool(folder).open();
  assert.deepEqual(inFolder(), ['notes.txt']);
});

test('what breaks off leaves nothing behind', async () => {
  const spool = new Spool(folder);
  await spool.open();
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.alloc(100_000);
    throw new Error('gone away');
  }
  await assert.rejects(spool.write('a', broken()), /gone away/);
  assert.deepEqual(inFolder(), []);
});

test('a disk that is nearly full is said to be so, before and while it is written', async () => {
  const rooms = [1e12, 1e12, 0];
  const spool = new Spool(folder, async () => rooms.shift() ?? 0);
  await spool.open();
  await spool.demand(1e9);
  const chunk = Buffer.alloc(1024 * 1024);
  async function* endless(): AsyncIterable<Uint8Array> {
    for (;;) yield chunk;
  }
  await assert.rejects(spool.write('a', endless()), NoRoomError);
  assert.deepEqual(inFolder(), []);
  await assert.rejects(new Spool(folder, async () => 1e9).demand(1e9), NoRoomError);
});
