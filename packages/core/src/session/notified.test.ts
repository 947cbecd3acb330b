/** Whatever a station notifies of its EVSEs, sessions stay sessions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../message.ts';
import { event, exchange, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import { SESSION_ACTIONS } from './list-actions.ts';
import type { SeenEntry } from './seen.ts';

const element: fc.Arbitrary<JsonObject> = fc.record({
  actualValue: fc.constantFrom('Available', 'Occupied', 'Faulted', 'Unavailable', 'true', 'false', ''),
  trigger: fc.constantFrom('Alerting', 'Delta', 'Periodic'),
  component: fc.record({
    name: fc.constantFrom('Connector', 'EVSE', 'ChargingStation', 'TokenReader'),
    evse: fc.option(fc.record({ id: fc.integer({ min: -1, max: 3 }), connectorId: fc.constant(1) }), {
      nil: null,
    }),
  }),
  variable: fc.record({ name: fc.constantFrom('AvailabilityState', 'Problem', 'Temperature') }),
  severity: fc.integer({ min: 0, max: 9 }),
});

const V2 = { version: '2.1' } as const;
const noise: fc.Arbitrary<SeenEntry> = fc
  .record({
    seconds: fc.integer({ min: 0, max: 5000 }),
    kind: fc.integer({ min: 0, max: 3 }),
    evse: fc.integer({ min: 1, max: 3 }),
    eventData: fc.array(element, { maxLength: 4 }),
    word: fc.constantFrom('Started', 'Updated', 'Ended'),
  })
  .map(({ seconds, kind, evse, eventData, word }) => {
    const call = { generatedAt: time(seconds), seqNo: 0, eventData };
    if (kind > 1) return exchange(seconds, 'NotifyEvent', call, {}, V2);
    if (kind === 1) return event(seconds, word, `T${evse}`, { seqNo: seconds, evse: { id: evse } });
    const idToken = { idToken: 'A', type: 'ISO14443' };
    return exchange(seconds, 'Authorize', { idToken }, { idTokenInfo: { status: 'Accepted' } }, V2);
  });

test('no entry is in two sessions, each begins with one of its own, and lists are made of the same', () => {
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 120 }), (entries) => {
      const sessions = sessionsOf(entries);
      const marked = sessions.flatMap(({ marks }) => marks.map(({ entry }) => entry));
      assert.equal(new Set(marked).size, marked.length);
      assert.equal(new Set(sessions.map(({ id }) => id)).size, sessions.length);
      for (const { id, marks } of sessions) assert.ok(marks.some(({ entry }) => entry === id));
      const listed = entries.filter(({ action }) => SESSION_ACTIONS.includes(action ?? ''));
      assert.deepEqual(
        sessionsOf(listed).map(({ id }) => id),
        sessions.map(({ id }) => id),
      );
    }),
  );
});
