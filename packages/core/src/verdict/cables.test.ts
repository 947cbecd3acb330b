/** Cables that stay locked, told of the session that they belonged to. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, exchange, start, status, stop } from '../session/case.ts';
import { sessionsOf } from '../session/fold.ts';
import type { SeenEntry } from '../session/seen.ts';
import { verdictOf } from './judge.ts';
import { beat, free } from './log-parts.fixture.ts';

const unlock = (seconds: number, answered: string) =>
  exchange(seconds, 'UnlockConnector', { connectorId: 1 }, { status: answered });
const ended = [start(0), status(5, 1, 'Charging'), stop(600, 6000, 'Remote'), status(601, 1, 'Finishing')];

function notUnlocked(entries: readonly SeenEntry[]): string | undefined {
  const [session] = sessionsOf(entries);
  assert.ok(session);
  return verdictOf(session).also.find(({ rule }) => rule === 'not-unlocked')?.text;
}

test('a cable that was asked for in vain is told with what came of it', () => {
  const twice = [unlock(620, 'UnlockFailed'), unlock(700, 'UnlockFailed')];
  assert.equal(
    notUnlocked([...ended, ...twice, free(1300)]),
    'The cable was not unlocked (UnlockFailed, twice), and came out 10 min later.',
  );
  assert.equal(
    notUnlocked([...ended, ...twice, beat(1300)]),
    'The cable was not unlocked (UnlockFailed, twice), and had not come out 10 min later.',
  );
  const error = exchange(620, 'UnlockConnector', { connectorId: 1 }, null, { errorCode: 'InternalError' });
  assert.equal(
    notUnlocked([...ended, error, free(1220)]),
    'The cable was not unlocked (InternalError, once), and came out 10 min later.',
  );
});

test('a cable that came out after all, or that was in use, was not kept from anybody', () => {
  assert.equal(
    notUnlocked([...ended, unlock(620, 'UnlockFailed'), unlock(640, 'Unlocked'), free(900)]),
    undefined,
  );
  assert.equal(notUnlocked([...ended, unlock(620, 'UnlockFailed'), free(660)]), undefined);
  assert.equal(notUnlocked([...ended, unlock(620, 'UnlockFailed'), beat(660)]), undefined);
  const [first, charging, ...end] = ended;
  assert.ok(first && charging);
  assert.equal(notUnlocked([first, charging, unlock(300, 'UnlockFailed'), ...end, free(900)]), undefined);
  const unanswered = exchange(620, 'UnlockConnector', { connectorId: 1 }, null);
  assert.equal(notUnlocked([...ended, unanswered, free(1220)]), undefined);
});

test('a station without a lock, or one that refuses the command, has no lock that failed', () => {
  const call = { connectorId: 1 };
  for (const word of ['NotSupported', 'UnknownConnector', 'OngoingAuthorizedTransaction'])
    assert.equal(notUnlocked([...ended, unlock(620, word), free(1300)]), undefined, word);
  for (const errorCode of ['NotImplemented', 'NotSupported']) {
    const error = exchange(620, 'UnlockConnector', call, null, { errorCode });
    assert.equal(notUnlocked([...ended, error, free(1300)]), undefined, errorCode);
  }
});

test('OCPP 2.x: a transaction that was to end, and keeps the cable, is over for whoever waits', () => {
  const evse = { evse: { id: 1, connectorId: 1 } };
  const call = { evseId: 1, connectorId: 1 };
  const asked = (seconds: number) =>
    exchange(seconds, 'UnlockConnector', call, { status: 'UnlockFailed' }, { version: '2.0.1' });
  const log = (more: readonly SeenEntry[]) => [
    event(0, 'Started', 'T', { seqNo: 0, ...evse, transactionInfo: { chargingState: 'Charging' } }),
    ...more,
    event(1300, 'Ended', 'T', { seqNo: 2, transactionInfo: { stoppedReason: 'EVDisconnected' } }),
    exchange(
      1301,
      'StatusNotification',
      { evseId: 1, connectorId: 1, connectorStatus: 'Available' },
      {},
      { version: '2.0.1' },
    ),
  ];
  const stopped = exchange(
    690,
    'RequestStopTransaction',
    { transactionId: 'T' },
    { status: 'Accepted' },
    { version: '2.0.1' },
  );
  assert.equal(
    notUnlocked(log([stopped, asked(701)])),
    'The cable was not unlocked (UnlockFailed, once), and came out 10 min later.',
  );
  assert.equal(notUnlocked(log([asked(701)])), undefined);
});

test('a cable that nobody has charged by yet is kept, too', () => {
  const plugged = [status(0, 1, 'Preparing'), unlock(60, 'UnlockFailed')];
  assert.match(
    notUnlocked([...plugged, beat(600)]) ?? '',
    /^The cable was not unlocked \(UnlockFailed, once\)/,
  );
});
