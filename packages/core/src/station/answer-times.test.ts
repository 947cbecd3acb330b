import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerTimesTally } from './answer-times.ts';
import { log } from './case.ts';

function timesOf(...entries: ReturnType<typeof log>[]) {
  const tally = new AnswerTimesTally();
  for (const entry of entries) tally.add(entry);
  return tally.result();
}

test('half and 95 of 100 answers took no longer than the values told, which did occur', () => {
  const beats = Array.from({ length: 100 }, (_, place) =>
    log({ action: 'Heartbeat', exchange: { latency_ms: 100 - place } }),
  );
  assert.deepEqual(timesOf(...beats), [
    {
      action: 'Heartbeat',
      direction: 'station_to_csms',
      count: 100,
      p50: 50,
      p95: 95,
      max: 100,
      unanswered: 0,
      errors: 0,
    },
  ]);
});

test('calls without an answer are counted and not timed, errors are timed', () => {
  const [times] = timesOf(
    log({ action: 'Authorize', exchange: { outcome: 'timeout', latency_ms: null } }),
    log({ action: 'Authorize', exchange: { outcome: 'connection_lost', latency_ms: null } }),
    log({ action: 'Authorize', exchange: { outcome: 'error', latency_ms: 7 } }),
    log({ action: 'Authorize', exchange: { outcome: 'pending', latency_ms: null } }),
  );
  assert.deepEqual([times?.count, times?.unanswered, times?.errors, times?.p50, times?.max], [4, 2, 1, 7, 7]);
});

test('both ways of the same action are told apart; events and orphans are no calls', () => {
  const times = timesOf(
    log({ action: 'DataTransfer' }),
    log({ action: 'DataTransfer', exchange: { direction: 'csms_to_station' } }),
    log({ action: 'DataTransfer', exchange: { direction: 'csms_to_station' } }),
    log({ exchange: { kind: 'connection' } }),
  );
  assert.deepEqual(
    times.map(({ direction, count }) => [direction, count]),
    [
      ['csms_to_station', 2],
      ['station_to_csms', 1],
    ],
  );
});
