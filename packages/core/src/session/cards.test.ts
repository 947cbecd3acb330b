/** Whose card it was, where the car that was plugged in last seemed to be it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, start, status, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import type { SeenEntry } from './seen.ts';

const told = (entries: readonly SeenEntry[]) =>
  sessionsOf(entries).map(({ connector, idTag, marks }) => [connector, idTag, marks.map(({ role }) => role)]);
/** Connector 1 has waited for long, and 2 was plugged in just before the card. */
const two = [status(0, 1, 'Preparing'), status(1000, 2, 'Preparing'), authorize(1020, 'A')];

test('a start takes its card from the connector that was plugged in last', () => {
  assert.deepEqual(told([...two, start(1024)]), [
    [1, 'A', ['status', 'authorisation', 'start']],
    [2, null, ['status']],
  ]);
  assert.deepEqual(told([...two, start(1024, { connectorId: 2 })]), [
    [1, null, ['status']],
    [2, 'A', ['status', 'authorisation', 'start']],
  ]);
});

test('a start takes the card of nobody else, and none where it has its own', () => {
  assert.deepEqual(told([...two, start(1024, { idTag: 'B' })]), [
    [1, 'B', ['status', 'start']],
    [2, 'A', ['status', 'authorisation']],
  ]);
  const second = start(1030, { transactionId: 8 });
  assert.deepEqual(told([...two, start(1024, { connectorId: 2 }), second]), [
    [1, 'A', ['status', 'start']],
    [2, 'A', ['status', 'authorisation', 'start']],
  ]);
});

test('a start that was told late takes no card that is shown now', () => {
  const known = [5, 6, 7].map((seconds) => status(seconds, 3, 'Available'));
  const late = start(1024, { timestamp: time(100) });
  assert.deepEqual(
    told([...known, ...two, late]).map(([connector, idTag, roles]) => [connector, idTag, roles]),
    [
      [1, 'A', ['status', 'start']],
      [2, 'A', ['status', 'authorisation']],
    ],
  );
});
