import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { packBlock } from './block.ts';
import { BlockCache, type BlockFile } from './block-cache.ts';
import { writeBlock } from './block-parts.ts';
import { SITE_SCHEMA } from './layout.ts';
import { Connection } from './sql.ts';

const MINUTE = 60_000;
const NOWHERE = { hour: 1, lastHour: 1 };

/** A file with blocks 1 to `count`, each of so many unpacked bytes, about. */
function fileOf(t: TestContext, count: number, bytes: number): BlockFile {
  const db = new Connection(':memory:', { readOnly: false, busy: 0 });
  t.after(() => db.close());
  db.exec(SITE_SCHEMA);
  for (let number = 0; number < count; number++) {
    writeBlock(db, NOWHERE, 1, packBlock([Buffer.alloc(bytes, number)]));
  }
  return { number: 1, db };
}

const failing = (message: string) => assert.fail(message);

test('keeps what was read within its limit, the one used longest ago goes', (t) => {
  const file = fileOf(t, 3, 1_000);
  const cache = new BlockCache(2_500, failing);
  const first = cache.get(file, 1);
  const second = cache.get(file, 2);
  assert.equal(cache.get(file, 1), first);
  cache.get(file, 3);
  assert.equal(cache.bytes, 2 * first.bytes.length);
  assert.equal(cache.get(file, 1), first);
  assert.notEqual(cache.get(file, 2), second);
});

test('lets go what nobody has read for a minute, at the next that is read', (t) => {
  const file = fileOf(t, 3, 1_000);
  let now = 0;
  const cache = new BlockCache(1_000_000, failing, () => now);
  const first = cache.get(file, 1);
  const second = cache.get(file, 2);
  now = MINUTE - 1;
  assert.equal(cache.get(file, 1), first);
  assert.equal(cache.get(file, 2), second);
  now = 2 * MINUTE - 2;
  assert.equal(cache.get(file, 2), second);
  cache.get(file, 3);
  assert.equal(cache.bytes, 3 * first.bytes.length);
  now = 2 * MINUTE - 1;
  assert.equal(cache.get(file, 2), second);
  assert.equal(cache.bytes, 2 * first.bytes.length);
  assert.notEqual(cache.get(file, 1), first);
});

test('one block that is larger than the limit is kept as long as it is the one that is read', (t) => {
  const file = fileOf(t, 2, 10_000);
  const cache = new BlockCache(100, failing);
  const first = cache.get(file, 1);
  assert.equal(cache.get(file, 1), first);
  const second = cache.get(file, 2);
  assert.equal(cache.bytes, second.bytes.length);
});
