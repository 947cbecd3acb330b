import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntry, firstIdAt } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { storedEntry, unlessUnreadable } from './record.ts';

test('a text that damage has made no entry of is unreadable like one that is missing, and nothing of it is told', () => {
  const whole = encodeEntry(firstIdAt(DEPOT_TIME), entryAt(DEPOT_TIME));
  const head = whole.head.replace('null', 'n?ll');
  assert.notEqual(head, whole.head);
  const told: string[] = [];
  const report = (line: string) => told.push(line);
  assert.equal(
    unlessUnreadable(report, 'the text', () => storedEntry({ ...whole, head })),
    null,
  );
  assert.deepEqual(told, ['the text cannot be read: it is damaged']);
  assert.equal(unlessUnreadable(report, 'the text', () => storedEntry(whole))?.at, DEPOT_TIME);
});
