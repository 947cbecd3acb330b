/** Ids of folders with numbers: never the same, whatever is recorded at the same time. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ORDINAL_BITS, timeOfId } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from './conformance/entries.ts';
import {
  hasEntries,
  NODE_FILE,
  NODES_MAX,
  NodeFileError,
  numberOfId,
  ORDINALS_PER_NODE,
  ordinalsOf,
  readNode,
  writeNode,
} from './node-number.ts';
import { openWriter } from './sqlite/writer.ts';
import type { Slot } from './store.ts';

function folderOf(t: TestContext, number: number | null): string {
  const folder = mkdtempSync(join(tmpdir(), 'olk-node-'));
  t.after(() => rmSync(folder, { recursive: true }));
  if (number !== null) writeNode(folder, { folder: `folder-${number}`, number, runs: ['r'] });
  return folder;
}

function opened(t: TestContext, folder: string) {
  const writer = openWriter({
    folder,
    derive: (entry) => entry,
    report: (message) => assert.fail(message),
  });
  t.after(() => writer.close());
  return writer;
}

/** Ids of so many entries of one millisecond, recorded one by one and in bulk. */
function idsOf(t: TestContext, folder: string, count: number): readonly bigint[] {
  const writer = opened(t, folder);
  const slots = Array.from({ length: count }, (): Slot => ({ id: null }));
  const changes = slots.map((slot) => ({ slot, entry: entryAt(DEPOT_TIME) }));
  writer.apply('depot', changes.slice(0, 3));
  writer.apply('depot', changes.slice(3), true);
  writer.commit();
  return slots.map(({ id }) => id ?? assert.fail('no id'));
}

const ordinals = (ids: readonly bigint[]) => ids.map((id) => Number(id & ((1n << ORDINAL_BITS) - 1n)));

test('folders of different numbers never give the same id, and each id tells its time', (t) => {
  const seen = new Set<bigint>();
  for (const number of [null, 1, 2, NODES_MAX - 1]) {
    const ids = idsOf(t, folderOf(t, number), 100);
    for (const id of ids) assert.equal(timeOfId(id), DEPOT_TIME);
    const first = (number ?? 0) * ORDINALS_PER_NODE;
    assert.deepEqual(
      ordinals(ids),
      Array.from({ length: 100 }, (_, at) => first + at),
    );
    for (const id of ids) {
      assert.ok(!seen.has(id) && seen.add(id));
      assert.equal(numberOfId(id), number ?? 0);
    }
  }
});

test('a folder goes on behind what it gave, under an older number too, and above it', (t) => {
  const folder = folderOf(t, 5);
  idsOf(t, folder, 10);
  writeNode(folder, { folder: 'f', number: 2, runs: ['r'] });
  assert.deepEqual(
    ordinals(idsOf(t, folder, 2)),
    [2, 2].map((n, at) => n * ORDINALS_PER_NODE + at),
  );
  assert.deepEqual(ordinals(idsOf(t, folder, 1)), [2 * ORDINALS_PER_NODE + 2]);
  writeNode(folder, { folder: 'f', number: 9, runs: ['r'] });
  assert.deepEqual(ordinals(idsOf(t, folder, 1)), [9 * ORDINALS_PER_NODE]);
});

test('the room of a number is not left: what is more of one millisecond is refused', (t) => {
  const folder = folderOf(t, 3);
  const writer = opened(t, folder);
  const last: Slot = { id: (BigInt(DEPOT_TIME) << ORDINAL_BITS) + BigInt(4 * ORDINALS_PER_NODE - 2) };
  writer.apply('depot', [{ slot: last, entry: entryAt(DEPOT_TIME) }]);
  const fits: Slot = { id: null };
  writer.apply('depot', [{ slot: fits, entry: entryAt(DEPOT_TIME) }]);
  assert.deepEqual(ordinals([fits.id ?? 0n]), [4 * ORDINALS_PER_NODE - 1]);
  assert.throws(
    () => writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME) }]),
    /more than 32768 entries in one millisecond of one site/,
  );
});

test('the numbers divide all ordinals, and one without has all of them', () => {
  const all = Array.from({ length: NODES_MAX }, (_, number) => ordinalsOf(number));
  assert.equal(all[0]?.first, 0);
  for (const [at, { end }] of all.entries())
    assert.equal(all[at + 1]?.first ?? 2 ** Number(ORDINAL_BITS), end);
  assert.deepEqual(ordinalsOf(null), { first: 0, end: 2 ** Number(ORDINAL_BITS) });
});

test('what is written is read; a damaged file is not taken for none', (t) => {
  const folder = folderOf(t, null);
  assert.equal(readNode(folder), null);
  assert.equal(hasEntries(folder), false);
  idsOf(t, folder, 1);
  assert.equal(hasEntries(folder), true);
  const record = { folder: 'f', number: null, runs: ['a', 'b'] };
  writeNode(folder, record);
  assert.deepEqual(readNode(folder), record);
  for (const text of [
    '',
    '{}',
    '{"folder":"f","number":64,"runs":[]}',
    '{"folder":"f","number":1.5,"runs":[]}',
  ]) {
    writeFileSync(join(folder, NODE_FILE), text);
    assert.throws(() => readNode(folder), NodeFileError);
  }
});
