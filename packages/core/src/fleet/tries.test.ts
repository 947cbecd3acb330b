import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, start, status, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { firstTries, type Try, tryOf } from './tries.ts';

const triesOf = (log: readonly SeenEntry[]) => sessionsOf(log).flatMap((session) => tryOf(session) ?? []);

test('a card, a remote start, a transaction or a fault is a try; a plug alone is none', () => {
  const plug = [status(0, 1, 'Preparing'), status(60, 1, 'Available')];
  assert.deepEqual(triesOf(plug), []);
  const refused = [status(0, 1, 'Preparing'), authorize(5, 'A', 'Invalid'), status(60, 1, 'Available')];
  assert.deepEqual(
    triesOf(refused).map(({ result, rule }) => `${result} ${rule}`),
    ['failed authorisation-refused'],
  );
  const fault = [
    status(0, 1, 'Preparing'),
    status(5, 1, 'Faulted', 'GroundFailure'),
    status(60, 1, 'Available'),
  ];
  assert.deepEqual(
    triesOf(fault).map(({ result, rule }) => `${result} ${rule}`),
    ['failed connector-fault'],
  );
});

test('what ended without a failure succeeded; of what goes on nobody knows', () => {
  const charged = [status(0, 1, 'Preparing'), start(10), stop(3600), status(3700, 1, 'Available')];
  assert.deepEqual(
    triesOf(charged).map(({ result }) => result),
    ['succeeded'],
  );
  assert.deepEqual(
    triesOf(charged.slice(0, 2)).map(({ result }) => result),
    ['open'],
  );
});

const MINUTE = 60_000;
let number = 0;
function one(from: number, change: Partial<Try> = {}): Try {
  number += 1;
  const id = String(number);
  return {
    id,
    from: from * MINUTE,
    to: from * MINUTE + 1,
    connector: 1,
    idTag: 'A',
    result: 'failed',
    rule: 'x',
    silent: false,
    ...change,
  };
}
const isFirst = (...tries: readonly Try[]) => {
  const first = firstTries(tries);
  return tries.map((each) => first.has(each));
};

test('a try within five minutes of the end of another one by the same card is no first one', () => {
  assert.deepEqual(isFirst(one(0), one(4), one(8), one(14)), [true, false, false, true]);
  assert.deepEqual(isFirst(one(0, { to: 58 * MINUTE }), one(60)), [true, false]);
  assert.deepEqual(isFirst(one(3), one(0)), [false, true]);
});

test('another card or connector begins anew; one that is not known may be the same', () => {
  assert.deepEqual(isFirst(one(0), one(1, { idTag: 'B' })), [true, true]);
  assert.deepEqual(isFirst(one(0), one(1, { connector: 2 })), [true, true]);
  assert.deepEqual(isFirst(one(0), one(1, { idTag: 'a' })), [true, false]);
  assert.deepEqual(isFirst(one(0), one(1, { idTag: null })), [true, false]);
  assert.deepEqual(isFirst(one(0, { connector: null }), one(1)), [true, false]);
});
