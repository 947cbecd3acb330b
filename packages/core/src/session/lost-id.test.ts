import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOf } from '../verdict/judge.ts';
import { exchange, start, status, stop, time } from './case.ts';
import { sessionsOf } from './fold.ts';
import type { SeenEntry } from './seen.ts';

const stopOf = (idTag: string | null, transactionId = -1) =>
  exchange(600, 'StopTransaction', {
    transactionId,
    meterStop: 6000,
    timestamp: time(600),
    ...(idTag === null ? {} : { idTag }),
  });
const told = (entries: readonly SeenEntry[]) =>
  sessionsOf(entries).map(({ transaction, state, stopNames }) => [transaction, state, stopNames]);
const other = { connectorId: 2, idTag: 'B', transactionId: 8 };

test('a stop that names -1 ends the session of its card, or the only one that runs', () => {
  assert.deepEqual(told([start(0), stopOf(null)]), [['7', 'ended', '-1']]);
  assert.deepEqual(told([start(0), start(5, other), stopOf('b')]), [
    ['7', 'running', null],
    ['8', 'ended', '-1'],
  ]);
});

test('where nobody can tell which session is meant, and for an id that may be another log’s, none is taken', () => {
  const states = (entries: readonly SeenEntry[]) => sessionsOf(entries).map(({ state }) => state);
  assert.deepEqual(states([start(0), start(5, other), stopOf(null)]), ['running', 'running', 'ended']);
  assert.deepEqual(states([start(0), stopOf('C')]), ['running', 'ended']);
  assert.deepEqual(states([start(0), stopOf('A', 99)]), ['running', 'ended']);
});

const remote = (seconds: number, call = {}) =>
  exchange(seconds, 'RemoteStartTransaction', { idTag: 'A', ...call }, { status: 'Rejected' });
const textOf = (entries: readonly SeenEntry[]) => {
  const last = sessionsOf(entries).at(-1);
  return last === undefined ? null : verdictOf(last).text;
};

test('a refused remote start is told with what the connector was, of the session before too', () => {
  const before = [start(0), stop(600), status(601, 1, 'Finishing')];
  const refused = 'The station refused the remote start (Rejected)';
  const after = (call = {}) => textOf([...before, remote(700, call)]);
  assert.equal(after({ connectorId: 1 }), `${refused}; the connector was Finishing.`);
  assert.equal(after(), `${refused}; the connector was Finishing.`);
  assert.equal(textOf([...before, status(650, 2, 'Available'), remote(700)]), `${refused}.`);
  assert.equal(
    textOf([status(0, 1, 'Preparing'), remote(9, { connectorId: 1 })]),
    `${refused}; the connector was Preparing.`,
  );
});

test('a log that begins in the middle of a session does not say that nobody showed a card', () => {
  assert.match(
    textOf([status(0, 1, 'SuspendedEVSE')]) ?? '',
    /^The station held charging back \(SuspendedEVSE\); how it began/,
  );
  assert.match(textOf([status(0, 1, 'Preparing')]) ?? '', /without a card or a remote start/);
});

test('a transaction that runs is not called charging where it is held back', () => {
  assert.match(
    textOf([start(0), status(5, 1, 'SuspendedEVSE')]) ?? '',
    /the station holds it back \(SuspendedEVSE\)/,
  );
  assert.match(
    textOf([status(0, 1, 'SuspendedEVSE'), start(5), status(9, 1, 'Charging')]) ?? '',
    /^Was charging when the log ends/,
  );
});
