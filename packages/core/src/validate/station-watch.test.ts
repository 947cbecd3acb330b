import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connection, exchange, type Told, time } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';
import type { StationFinding } from './station-finding.ts';
import { StationChecks } from './station-watch.ts';

function told(entries: readonly SeenEntry[]): string[] {
  const found: StationFinding[] = [];
  const checks = new StationChecks((finding) => found.push(finding));
  for (const entry of entries) checks.see(entry);
  checks.end();
  const place = new Map(entries.map(({ id }, at) => [id, at]));
  return found.map(({ code, entry, detail }) => `${code} #${place.get(entry)} (${detail})`);
}

const V2: Told = { version: '2.0.1' };
const event = (seconds: number, seqNo: number, transactionId = 'T', more = {}) =>
  exchange(
    seconds,
    'TransactionEvent',
    { eventType: 'Updated', seqNo, timestamp: time(seconds), transactionInfo: { transactionId }, ...more },
    {},
    V2,
  );
const boot = (seconds: number) => exchange(seconds, 'BootNotification', {});
const named = (seconds: number, messageId: string, action = 'Heartbeat', more: Told = {}) =>
  exchange(seconds, action, {}, {}, { messageId, ...more });

test('sequence numbers that follow each other, of several transactions at once, and one sent again', () => {
  assert.deepEqual(told([event(0, 4), event(1, 0, 'U'), event(2, 5), event(3, 1, 'U'), event(4, 5)]), []);
});

test('numbers that never come, and those that come late', () => {
  assert.deepEqual(told([event(0, 0), event(1, 1), event(2, 5), event(3, 3), event(4, 6)]), [
    'seq-out-of-order #3 (3 after 5 of T)',
    'seq-gap #2 (2 of T)',
    'seq-gap #2 (4 of T)',
  ]);
});

test('what went unrecorded is not missing, and may have been another connection', () => {
  const gap = (from: number, to: number): SeenEntry => ({
    ...connection(from, { event: 'closed' }),
    kind: 'gap',
    event: { event: 'gap', from: time(from), to: time(to), reason: 'overload' },
  });
  const missed = ['seq-gap #4 (4 of T)'];
  assert.deepEqual(told([event(0, 0), gap(1, 5), event(6, 2), event(7, 3), event(8, 5)]), missed);
  // Some of what came meanwhile may have been recorded.
  assert.deepEqual(told([event(0, 0), gap(1, 5), event(2, 2), event(5, 4), event(6, 6)]), []);
  assert.deepEqual(told([gap(1, 5), event(6, 0), event(7, 2)]), ['seq-gap #2 (1 of T)']);
  assert.deepEqual(told([boot(0), named(1, 'a'), gap(2, 3), named(4, 'a')]), []);
  assert.deepEqual(told([boot(0), gap(2, 3), named(4, 'a'), named(5, 'a')]), [
    'message-id-repeated #3 (a, before of Heartbeat)',
  ]);
});

test('a message id once more, since the station booted or connected', () => {
  const twice = [named(1, 'a'), named(2, 'b'), named(3, 'a', 'Authorize')];
  const said = ['message-id-repeated #3 (a, before of Heartbeat)'];
  assert.deepEqual(told([boot(0), ...twice]), said);
  assert.deepEqual(told([connection(0, { event: 'accepted' }), ...twice]), said);
  // Of a log that begins in the middle nobody knows where the connection does.
  assert.deepEqual(told(twice), []);
  assert.deepEqual(told([boot(0), named(1, 'a'), boot(2), named(3, 'a')]), []);
  assert.deepEqual(
    told([boot(0), named(1, 'a'), named(2, 'a', 'Reset', { direction: 'csms_to_station' })]),
    [],
  );
  assert.deepEqual(told([boot(0), named(1, 'a'), named(2, 'a', 'Heartbeat', { outcome: 'resent' })]), []);
  assert.deepEqual(told([boot(0), named(1, 'a', 'StopTransaction'), named(2, 'a', 'StopTransaction')]), []);
});

test('meter values of a transaction that was begun on another connector', () => {
  const start = exchange(
    0,
    'StartTransaction',
    { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(0) },
    { transactionId: 7, idTagInfo: { status: 'Accepted' } },
  );
  const values = (connectorId: number) =>
    exchange(60, 'MeterValues', { connectorId, transactionId: 7, meterValue: [] });
  assert.deepEqual(told([start, values(1), values(0)]), []);
  assert.deepEqual(told([start, values(2)]), ['transaction-mismatch #1 (2, begun on 1)']);
  assert.deepEqual(
    told([event(0, 0, 'T', { evse: { id: 1 } }), event(1, 1), event(2, 2, 'T', { evse: { id: 2 } })]),
    ['transaction-mismatch #2 (2, begun on 1)'],
  );
});

test('a station that empties what it had kept', () => {
  const status = (seconds: number) =>
    exchange(seconds, 'StatusNotification', {
      connectorId: 1,
      status: 'Available',
      timestamp: time(seconds),
    });
  const values = (seconds: number, toldAt: number) =>
    exchange(seconds, 'MeterValues', {
      connectorId: 1,
      meterValue: [{ timestamp: time(toldAt), sampledValue: [] }],
    });
  const known = [status(-20), status(-10)];
  assert.deepEqual(told([...known, values(0, -1800), values(1, -1200), values(2, -600), values(60, 60)]), [
    'offline-queue #2 (3 messages, up to 30 min old)',
  ]);
  assert.deepEqual(told([...known, values(0, -1800), values(60, 60)]), []);
  assert.deepEqual(told([...known, values(0, 0), values(60, 60)]), []);
});

test('of more transactions and ids than are remembered the oldest are forgotten', () => {
  const others = Array.from({ length: 10_000 }, (_, at) => named(2, `other-${at}`));
  assert.deepEqual(told([boot(0), named(1, 'first'), ...others.slice(1), named(3, 'first')]), [
    'message-id-repeated #10001 (first, before of Heartbeat)',
  ]);
  assert.deepEqual(told([boot(0), named(1, 'first'), ...others, named(3, 'first')]), []);
  const runs = Array.from({ length: 1_000 }, (_, at) => event(1, 0, `U${at}`));
  assert.deepEqual(told([event(0, 0), ...runs.slice(1), event(2, 2)]), ['seq-gap #1000 (1 of T)']);
  assert.deepEqual(told([event(0, 0), ...runs, event(2, 2)]), []);
});
