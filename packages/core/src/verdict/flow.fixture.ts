/** Cases of rules about energy that stops flowing, and about messages that came again or begin anew. */

import { event, exchange, meter, start, status, stop, T0, time } from '../session/case.ts';
import { HOUR, type RuleCase, repeat } from './log-parts.fixture.ts';

const MINUTE = 60;

/** Half an hour of charging, then held back until the stop. */
const heldFor = (minutes: number, word = 'SuspendedEVSE') => [
  start(0),
  status(5, 1, 'Charging'),
  status(30 * MINUTE, 1, word),
  stop((30 + minutes) * MINUTE, 5000, 'Local'),
];

/** Held back from the beginning, then an hour of charging. */
const heldFirst = (minutes: number) => [
  start(0),
  status(0, 1, 'SuspendedEVSE'),
  status(minutes * MINUTE, 1, 'Charging'),
  stop(minutes * MINUTE + HOUR, 8000, 'Local'),
];

/** Ten minutes at 7.2 kW, the last of them at `last`, then nothing. */
const powerTo = (last: number, idleMinutes: number) => [
  start(0),
  status(5, 1, 'Charging'),
  meter(5 * MINUTE, { wh: 1600, watts: 7200 }),
  meter(10 * MINUTE, { wh: 2200, watts: last }),
  ...repeat(4, (at) => meter((11 + at) * MINUTE, { wh: 2200, watts: 0 })),
  stop((11 + idleMinutes) * MINUTE, 2200, 'Local'),
];

const startOf = (seconds: number, answer: 'well' | 'none') =>
  exchange(
    seconds,
    'StartTransaction',
    { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(0) },
    answer === 'well' ? { transactionId: 7, idTagInfo: { status: 'Accepted' } } : null,
  );

/** Shown at 10 s and accepted so many seconds later; the cable is pulled at 50 s. */
const acceptedAfter = (seconds: number) => [
  status(0, 1, 'Preparing'),
  {
    ...exchange(10, 'Authorize', { idTag: 'A' }, { idTagInfo: { status: 'Accepted' } }),
    answeredAt: T0 + (10 + seconds) * 1000,
  },
  status(50, 1, 'Available'),
];

const numbered = (seconds: number, type: string, seqNo: number, happened = seconds) =>
  event(seconds, type, 'T', { seqNo, timestamp: time(happened), evse: { id: 1 } });

export const FLOW_CASES: Readonly<Record<string, RuleCase>> = {
  'authorised-too-late': { seen: acceptedAfter(41), nearly: acceptedAfter(40) },
  'seq-restarted': {
    seen: [numbered(0, 'Started', 0), numbered(60, 'Updated', 1), numbered(120, 'Updated', 0)],
    nearly: [numbered(0, 'Started', 0), numbered(60, 'Updated', 1), numbered(120, 'Updated', 0, 0)],
  },
  'held-back': { seen: heldFor(30), nearly: heldFor(29) },
  'held-back-first': { seen: heldFirst(60), nearly: heldFirst(59) },
  'power-gone': { seen: powerTo(7200, 15), nearly: powerTo(7200, 14) },
  'stop-energy-rejected': {
    seen: [start(0), stop(600, 1000, 'ReqEnergyTransferRejected')],
    nearly: [start(0), stop(600, 1000, 'PowerQuality')],
  },
  'start-repeated': {
    seen: [startOf(0, 'none'), startOf(60, 'none'), startOf(120, 'well'), stop(600)],
    nearly: [startOf(0, 'well'), startOf(60, 'none'), stop(600)],
  },
};
