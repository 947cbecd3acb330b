import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { ComparedMonths } from './compared-months.ts';

const HOUR = 3_600_000;
const MONTH = { site: 'höf/2', first: 5n << 40n, end: 6n << 40n };
const FILE = { number: 7, written: 1000 };

function open(t: TestContext) {
  const db = new DatabaseSync(':memory:');
  t.after(() => db.close());
  const time = { now: 1_000_000 };
  const kept = () => Number(db.prepare('SELECT count(*) AS n FROM compared').get()?.n);
  return { months: new ComparedMonths(db, () => time.now), time, kept };
}

test('a month may go once it was compared as its file stands, and for an hour', (t) => {
  const { months, time } = open(t);
  assert.equal(months.next(), null);
  assert.equal(months.isSame(MONTH, FILE), false);
  const asked = months.next();
  assert.deepEqual(asked, { ...MONTH, file: FILE });
  assert.equal(months.isSame(MONTH, FILE), false, 'it was not looked at yet');
  months.answer({ ...MONTH, file: FILE }, 0);
  assert.equal(months.next(), null);
  assert.equal(months.isSame(MONTH, FILE), true);
  time.now += HOUR;
  assert.equal(months.isSame(MONTH, FILE), false);
  assert.deepEqual(months.next(), { ...MONTH, file: FILE });
  months.answer({ ...MONTH, file: FILE }, 0);
  months.forget(MONTH.site, MONTH.first);
  assert.equal(months.isSame(MONTH, FILE), false);
});

test('a file that was written since is asked for anew, and an answer to what was asked before is none', (t) => {
  const { months } = open(t);
  const later = { ...FILE, written: 2000 };
  months.isSame(MONTH, FILE);
  months.answer({ ...MONTH, file: FILE }, 0);
  assert.equal(months.isSame(MONTH, later), false);
  months.answer({ ...MONTH, file: FILE }, 0);
  assert.equal(months.isSame(MONTH, later), false);
  months.answer({ ...MONTH, file: later }, 0);
  assert.equal(months.isSame(MONTH, later), true);
});

test('one that differs stays, is told for as long as its file is there, and asked for once an hour', (t) => {
  const { months, time } = open(t);
  months.isSame(MONTH, FILE);
  months.answer({ ...MONTH, file: FILE }, 3);
  assert.equal(months.differing, 1);
  assert.equal(months.isSame(MONTH, FILE), false);
  assert.equal(months.next(), null);
  time.now += HOUR;
  assert.equal(months.isSame(MONTH, FILE), false);
  assert.deepEqual(months.next(), { ...MONTH, file: FILE });
  months.answer({ ...MONTH, file: FILE }, 3);
  time.now += 3 * HOUR;
  assert.equal(months.differing, 0, 'nobody asks for it any more');
});

test('months are completed the newest first, and let nothing go', (t) => {
  const { months } = open(t);
  const next = { ...MONTH, first: 6n << 40n, end: 7n << 40n };
  months.complete([MONTH, next]);
  assert.equal(months.behind, 1);
  assert.deepEqual(months.next(), { ...next, file: null });
  months.answer({ ...next, file: null }, 0);
  assert.deepEqual(months.next(), { ...MONTH, file: null });
  months.answer({ ...MONTH, file: null }, 0);
  assert.deepEqual([months.next(), months.behind], [null, 0]);
  assert.equal(months.isSame(MONTH, FILE), false);
});

test('of a month that nobody asks for any more, as it was removed, nothing stays', (t) => {
  const { months, time, kept } = open(t);
  const later = { ...MONTH, first: MONTH.end, end: 7n << 40n };
  months.isSame(MONTH, FILE);
  months.complete([later]);
  months.answer({ ...MONTH, file: FILE }, 2);
  time.now += 3 * HOUR;
  assert.equal(kept(), 2);
  months.answer({ ...later, file: null }, 0);
  assert.equal(kept(), 1);
  assert.deepEqual([months.isSame(MONTH, FILE), months.next()], [false, { ...MONTH, file: FILE }]);
});
