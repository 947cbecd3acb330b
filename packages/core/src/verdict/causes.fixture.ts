/** Cases of rules about causes: what a connector reports, what the CSMS did, and how a transaction ended. */

import { authorize, exchange, start, status, stop, time } from '../session/case.ts';
import { beat, free, type RuleCase } from './log-parts.fixture.ts';

const stops = (seconds: number, answer: 'well' | 'error' | 'none') =>
  exchange(
    seconds,
    'StopTransaction',
    { transactionId: 7, meterStop: 6000, timestamp: time(600) },
    answer === 'well' ? {} : null,
    answer === 'error' ? { errorCode: 'InternalError' } : {},
  );

const plug = (seconds = 0, error = 'NoError') => status(seconds, 1, 'Preparing', error);
const still = (error: string) => [
  start(0, { meterStart: 1000 }),
  status(10, 1, 'SuspendedEVSE', error),
  stop(600, 1000),
];

const hardReset = stop(600, 6000, 'HardReset');

const unlock = (seconds: number, answered: string) =>
  exchange(seconds, 'UnlockConnector', { connectorId: 1 }, { status: answered });
const finished = [start(0), stop(600), status(601, 1, 'Finishing')];
const reserve = (idTag: string, answered: string) =>
  exchange(
    0,
    'ReserveNow',
    { connectorId: 1, expiryDate: time(1800), idTag, reservationId: 5 },
    { status: answered },
  );
const reserved = [status(1, 1, 'Reserved'), authorize(60, 'A'), beat(600)];

export const CAUSE_CASES: Readonly<Record<string, RuleCase>> = {
  'connector-error': {
    seen: [plug(), authorize(5, 'A'), plug(30, 'EVCommunicationError'), free(90)],
    nearly: [plug(), authorize(5, 'A'), plug(30, 'EVCommunicationError'), plug(40), free(90)],
  },
  'stop-error': {
    seen: [start(0), status(500, 1, 'SuspendedEVSE', 'UnderVoltage'), stop(600, 6000, 'Other')],
    nearly: [start(0), status(500, 1, 'SuspendedEVSE', 'WeakSignal'), stop(600, 6000, 'Other')],
  },
  'no-energy-error': { seen: still('EVCommunicationError'), nearly: still('NoError') },
  'error-meanwhile': {
    seen: [start(0), status(300, 1, 'Charging', 'HighTemperature'), status(400, 1, 'Charging'), stop(600)],
    nearly: [start(0), status(300, 1, 'SuspendedEVSE', 'UnderVoltage'), stop(600, 6000, 'Other')],
  },
  'authorised-not-free': {
    seen: [status(0, 1, 'Reserved'), authorize(9, 'A'), beat(600)],
    nearly: [status(0, 1, 'Reserved'), status(1, 2, 'Available'), authorize(9, 'A'), beat(600)],
  },
  'stop-reset': {
    seen: [start(0), exchange(590, 'Reset', { type: 'Hard' }, { status: 'Accepted' }), hardReset],
    nearly: [start(0), exchange(590, 'Reset', { type: 'Hard' }, { status: 'Rejected' }), hardReset],
  },
  'stop-failed': {
    seen: [start(0), stops(600, 'error'), stops(660, 'error'), stops(720, 'none')],
    nearly: [start(0), stops(600, 'error'), stops(660, 'well'), stops(720, 'error')],
  },
  'not-unlocked': {
    seen: [...finished, unlock(620, 'UnlockFailed'), free(681)],
    nearly: [...finished, unlock(620, 'UnlockFailed'), free(680)],
  },
  'reserved-for-other': {
    seen: [reserve('B', 'Accepted'), ...reserved],
    nearly: [reserve('A', 'Accepted'), ...reserved],
  },
  'reservation-refused': {
    seen: [reserve('A', 'Occupied'), authorize(60, 'A'), beat(600)],
    nearly: [reserve('B', 'Occupied'), authorize(60, 'A'), beat(600)],
  },
  'refused-before': {
    seen: [plug(), authorize(5, 'A', 'Invalid'), free(60), plug(90), authorize(95, 'A'), start(99)],
    nearly: [plug(), authorize(5, 'B', 'Invalid'), free(60), plug(90), authorize(95, 'A'), start(99)],
  },
  'stop-unanswered': {
    seen: [start(0), stops(600, 'none'), stops(660, 'none'), beat(841)],
    nearly: [start(0), stops(600, 'none'), stops(660, 'none'), beat(840)],
  },
};
