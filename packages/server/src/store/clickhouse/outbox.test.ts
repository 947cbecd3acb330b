import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { firstIdAt } from '@ocpp-logs/core';
import { DEPOT_TIME } from '../conformance/entries.ts';
import { Outbox, outboxPath } from './outbox.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'olk-outbox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(t: TestContext, folder: string, clock: () => number): Outbox {
  const outbox = new Outbox(folder, { clock });
  t.after(() => outbox.close());
  return outbox;
}

const change = (ms: number, site = 'depot') => ({
  site,
  id: firstIdAt(DEPOT_TIME + ms) + 7n,
  recovered: false,
});

test('numbers grow, whatever the clock does, and over a restart', (t) => {
  const folder = temporaryFolder(t);
  let now = 1_000;
  const first = open(t, folder, () => now);
  assert.equal(first.note([change(0), change(1)]), 1_000_001);
  now = 500;
  assert.equal(first.note([change(2)]), 1_000_002);
  const second = open(t, folder, () => now);
  assert.equal(second.note([change(3)]), 1_000_003);
  assert.equal(second.note([]), null);
});

test('a change is read once the site files hold it, with an id of 63 bits', (t) => {
  const outbox = open(t, temporaryFolder(t), () => 1);
  const noted = outbox.note([change(0), change(5, 'höf/2')]);
  assert.deepEqual(outbox.read(0, 10), []);
  assert.ok(noted !== null);
  outbox.settle(noted);
  assert.deepEqual(outbox.read(0, 10), [
    { number: 1000, ...change(0) },
    { number: 1001, ...change(5, 'höf/2') },
  ]);
  assert.deepEqual(outbox.read(0, 1), [{ number: 1000, ...change(0) }]);
  assert.deepEqual(outbox.read(1000, 9), [{ number: 1001, ...change(5, 'höf/2') }]);
  assert.deepEqual(outbox.waiting(), { changes: 2, oldest: 1000 });
  outbox.trim(1000);
  assert.deepEqual(outbox.waiting(), { changes: 1, oldest: 1001 });
});

test('what was noted last before a restart is read: the site files tell what they hold of it', (t) => {
  const folder = temporaryFolder(t);
  open(t, folder, () => 1).note([change(0)]);
  assert.equal(open(t, folder, () => 1).read(0, 10).length, 1);
});

test('another thread reads as far as it is told through the memory they share', (t) => {
  const folder = temporaryFolder(t);
  const settled = new SharedArrayBuffer(8);
  const writing = new Outbox(folder, { clock: () => 1, settled });
  const shipping = new Outbox(folder, { settled, shipping: true });
  t.after(() => {
    writing.close();
    shipping.close();
  });
  assert.equal(shipping.node, writing.node);
  const noted = writing.note([change(0)]);
  assert.deepEqual(shipping.read(0, 9), []);
  writing.settle(noted ?? 0);
  assert.equal(shipping.read(0, 9).length, 1);
  shipping.trim(noted ?? 0);
  assert.deepEqual(writing.waiting(), { changes: 0, oldest: null });
});

test('a month is shipped when nothing of it waits, from before, changed, or derived anew', (t) => {
  const outbox = open(t, temporaryFolder(t), () => 1);
  const [first, end] = [firstIdAt(DEPOT_TIME), firstIdAt(DEPOT_TIME + 100)];
  const isShipped = () => outbox.isShipped('depot', first, end);
  assert.deepEqual([outbox.isUsed, isShipped()], [false, false], 'nobody has looked what was there before');
  outbox.unfilled(() => ['depot', 'yard']);
  assert.deepEqual([outbox.isUsed, isShipped()], [true, false]);
  outbox.filled('depot', firstIdAt(DEPOT_TIME + 99));
  assert.equal(isShipped(), false, 'of its last millisecond more may be missing');
  outbox.filled('depot', null);
  assert.equal(isShipped(), true);
  outbox.note([change(100), change(5, 'yard')]);
  assert.equal(isShipped(), true, 'of another month, and site');
  const noted = outbox.note([change(99)]) ?? 0;
  assert.equal(isShipped(), false);
  outbox.trim(noted);
  assert.equal(isShipped(), true);
  outbox.noteDerivedAnew({ site: 'depot', first, end, dropped: false });
  assert.equal(isShipped(), false);
  const anew = outbox.derivedAnew();
  assert.ok(anew !== null);
  outbox.shippedAgain(anew);
  assert.equal(isShipped(), true);
  outbox.refill(() => ['depot']);
  assert.equal(isShipped(), false);
  assert.deepEqual(outbox.unfilled(assert.fail), [
    { site: 'depot', after: 0n },
    { site: 'yard', after: 0n },
  ]);
});

test('what is derived anew has a version beyond all before, and waits until that was shipped', (t) => {
  const folder = temporaryFolder(t);
  const outbox = open(t, folder, () => 1);
  const before = outbox.note([change(0)]) ?? 0;
  const [first, end] = [firstIdAt(DEPOT_TIME), firstIdAt(DEPOT_TIME + 100)];
  outbox.noteDerivedAnew({ site: 'depot', first, end, dropped: true });
  assert.equal(outbox.derivedAnew(), null);
  const after = open(t, folder, () => 1).note([change(1)]) ?? 0;
  outbox.trim(before);
  const anew = outbox.derivedAnew();
  assert.ok(anew !== null && before < anew.version && anew.version < after);
  outbox.noteDerivedAnew({ site: 'depot', first, end, dropped: false });
  outbox.shippedAgain(anew);
  outbox.trim(after + 9);
  assert.equal(outbox.derivedAnew()?.dropped, true, 'noted again meanwhile');
});

test('where very much waits, a month is shipped if it is before all of its site that waits', (t) => {
  const outbox = new Outbox(temporaryFolder(t), { clock: () => 1, long: 3 });
  t.after(() => outbox.close());
  outbox.unfilled(() => []);
  const isShipped = (ms: number, site?: string) =>
    outbox.isShipped(site ?? 'depot', firstIdAt(DEPOT_TIME + ms), firstIdAt(DEPOT_TIME + ms + 100));
  const noted = outbox.note([change(500), change(700), change(300, 'yard'), change(900)]) ?? 0;
  const all = () => [isShipped(0), isShipped(400), isShipped(500), isShipped(550), isShipped(200, 'yard')];
  // What is behind the oldest one may wait.
  assert.deepEqual(all(), [true, true, false, false, true]);
  outbox.note([change(50)]);
  assert.deepEqual(all(), [false, false, false, false, true], 'what comes later counts too');
  outbox.trim(noted);
  assert.deepEqual(all(), [false, true, true, true, true]);
});

test('how far it was shipped outlives what was shipped, and numbers go on behind it', (t) => {
  const folder = temporaryFolder(t);
  const first = open(t, folder, () => 5000);
  assert.deepEqual([first.shipped, first.told], [0, null]);
  const noted = first.note([change(0), change(1)]);
  assert.ok(noted !== null);
  first.trim(noted);
  first.tell(noted);
  const second = open(t, folder, () => 1);
  assert.deepEqual([second.shipped, second.told, second.committed], [noted, noted, noted]);
  second.trim(noted - 1);
  assert.equal(second.shipped, noted, 'it never goes back');
  assert.equal(second.note([change(2)]), noted + 1);
});

test('an outbox of an earlier version is gone on with, and tells nothing of what it shipped', (t) => {
  const folder = temporaryFolder(t);
  const earlier = new DatabaseSync(outboxPath(folder));
  earlier.exec('CREATE TABLE change (number INTEGER PRIMARY KEY, site TEXT NOT NULL, id INTEGER NOT NULL)');
  earlier.close();
  const outbox = open(t, folder, () => 7000);
  assert.deepEqual([outbox.shipped, outbox.told], [0, null]);
  // What it has shipped has lower numbers.
  assert.equal(outbox.committed, 7_000_000);
  const noted = outbox.note([{ ...change(0), recovered: true }, change(1)]) ?? 0;
  outbox.settle(noted);
  assert.deepEqual(
    outbox.read(0, 9).map(({ recovered }) => recovered),
    [true, false],
  );
});
