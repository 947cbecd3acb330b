import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT, firingTexts, idAt, ruleOf, said } from './case.ts';
import type { Firing } from './firing.ts';
import { FollowedWatch } from './followed-watch.ts';

function watch(text: string): FollowedWatch {
  const rule = ruleOf(text);
  assert.ok(rule.kind === 'followed');
  return new FollowedWatch(rule, DEPOT);
}

const STUCK = 'status:Preparing THEN NO status:Charging WITHIN 60s WHERE B.connector = A.connector';

test('tells of an A with the first B in time, once', () => {
  const followed = watch('status:Faulted THEN status:Available WITHIN 30s');
  assert.deepEqual(followed.take(said({ s: 0, status: 'Faulted' })), []);
  assert.deepEqual(followed.take(said({ s: 30, status: 'Available' })), [
    {
      charger: 'CP-1',
      key: String(idAt(0)),
      at: Date.UTC(2026, 0, 5, 10, 0, 30),
      entries: [idAt(0), idAt(30)],
    },
  ]);
  assert.deepEqual(followed.take(said({ s: 30, ordinal: 1, status: 'Available' })), []);
});

test('a B that is late, of another station or before its A is none', () => {
  const followed = watch('status:Faulted THEN status:Available WITHIN 30s');
  followed.take(said({ s: 0, status: 'Available' }));
  followed.take(said({ s: 1, status: 'Faulted' }));
  assert.deepEqual(followed.take(said({ s: 5, status: 'Available', charger: 'CP-2' })), []);
  assert.deepEqual(followed.take(said({ s: 32, status: 'Available' })), []);
});

test('without a B it tells when the time is over, and not before', () => {
  const followed = watch(STUCK);
  followed.take(said({ s: 0, status: 'Preparing' }));
  followed.take(said({ s: 1, status: 'Preparing', connector: 2 }));
  followed.take(said({ s: 20, status: 'Charging', connector: 2 }));
  assert.deepEqual(followed.due(Date.UTC(2026, 0, 5, 10, 1)), []);
  assert.deepEqual(firingTexts(followed.due(Date.UTC(2026, 0, 5, 10, 1, 0, 1))), ['CP-1 +60s']);
  assert.deepEqual(followed.due(Date.UTC(2026, 0, 5, 11)), []);
  assert.equal(followed.size, 0);
});

test('what differs is asked for by !=, and what has no value is neither equal nor different', () => {
  const followed = watch('status:Faulted THEN status:Faulted WITHIN 1h WHERE A.connector != B.connector');
  followed.take(said({ s: 0, status: 'Faulted' }));
  assert.deepEqual(followed.take(said({ s: 1, status: 'Faulted' })), []);
  assert.equal(followed.take(said({ s: 2, status: 'Faulted', connector: 2 })).length, 2);
  const unknown = watch('status:Faulted THEN status:Faulted WITHIN 1h WHERE A.transaction != B.transaction');
  unknown.take(said({ s: 0, status: 'Faulted' }));
  assert.deepEqual(unknown.take(said({ s: 1, status: 'Faulted' })), []);
});

test('an A that is known as such only later finds the B that was there before it', () => {
  const followed = watch('status:Faulted THEN status:Available WITHIN 30s');
  followed.take(said({ s: 10, status: 'Available' }));
  assert.deepEqual(firingTexts(followed.take(said({ s: 0, status: 'Faulted' }))), ['CP-1 +10s']);
  const none = watch(STUCK);
  none.take(said({ s: 10, status: 'Charging' }));
  none.due(Date.UTC(2026, 0, 5, 10, 1, 30));
  none.take(said({ s: 0, status: 'Preparing' }));
  assert.deepEqual(none.due(Date.UTC(2026, 0, 5, 11)), []);
});

test('an entry that comes again says nothing new', () => {
  const followed = watch('status:Faulted THEN status:Available WITHIN 30s');
  const firings: Firing[] = [];
  for (const each of [0, 0, 10, 0, 10]) {
    firings.push(...followed.take(said({ s: each, status: each === 0 ? 'Faulted' : 'Available' })));
  }
  assert.deepEqual(firingTexts(firings), ['CP-1 +10s']);
});

test('of too many that wait the oldest are given up, and counted', () => {
  const followed = watch(STUCK);
  for (let at = 0; at < 300; at += 1) followed.take(said({ s: 0, ordinal: at, status: 'Preparing' }));
  assert.deepEqual([followed.size, followed.dropped], [256, 44]);
  for (let at = 0; at < 100; at += 1) {
    for (let ordinal = 0; ordinal < 256; ordinal += 1) {
      followed.take(said({ s: 1, ordinal, charger: `CP-${at + 2}`, status: 'Preparing' }));
    }
  }
  assert.ok(followed.size <= 20_000, String(followed.size));
  assert.equal(followed.dropped, 300 + 100 * 256 - followed.size);
});
