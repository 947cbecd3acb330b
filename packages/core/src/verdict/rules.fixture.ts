/** For each rule a log that it sees, and one that it nearly sees. */

import type { JsonObject } from '../message.ts';
import { authorize, connection, event, exchange, meter, start, status, stop, time } from '../session/case.ts';
import { CAUSE_CASES } from './causes.fixture.ts';
import { FLOW_CASES } from './flow.fixture.ts';
import {
  beat,
  boot,
  drifting,
  free,
  HOUR,
  profile,
  type RuleCase,
  remoteStopped,
  repeat,
} from './log-parts.fixture.ts';
import { STATION_CASES } from './station-rules.fixture.ts';

const plug = (seconds = 0) => status(seconds, 1, 'Preparing');
const refusedCard = (word: string) => [plug(), authorize(5, 'A', word), free(90)];
const contract = (certificateStatus: string) => [
  exchange(
    0,
    'Authorize',
    { idToken: { idToken: 'DE8AA1', type: 'eMAID' } },
    { idTokenInfo: { status: 'Invalid' }, certificateStatus },
    { version: '2.0.1' },
  ),
];
const stopFor = (reason: string) => [start(0), stop(600, 6000, reason)];
const remote = (seconds: number, answered: string | null) =>
  exchange(
    seconds,
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 1 },
    answered === null ? null : { status: answered },
  );
const still = (...suspended: string[]) => [
  start(0, { meterStart: 1000 }),
  ...suspended.map((word, at) => status(10 + at, 1, word)),
  stop(600, 1000),
];
const limited = (watts: number) => [
  start(0),
  exchange(
    5,
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: {
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 5000 }],
        },
      },
    },
    { status: 'Accepted' },
  ),
  ...[120, 180, 240].map((at) => meter(at, { watts })),
];
const evse = { evse: { id: 1 } };

const begun = (answer: JsonObject) =>
  event(0, 'Started', 'T', { seqNo: 0, ...evse, meterValue: wattHours(0, 1000) }, answer);
const register = (seconds: number, wh: number) =>
  event(seconds, 'Updated', 'T', { seqNo: 1, meterValue: wattHours(seconds, wh) });
function wattHours(seconds: number, value: number): JsonObject[] {
  return [{ timestamp: time(seconds), sampledValue: [{ value }] }];
}

const begins = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: time(0) };
const startAnswered = (status: string) =>
  exchange(0, 'StartTransaction', begins, { transactionId: 0, idTagInfo: { status } });
const failedStart = (seconds: number) =>
  exchange(seconds, 'StartTransaction', begins, null, { errorCode: 'InternalError' });

export const CASES: Readonly<Record<string, RuleCase>> = {
  'authorisation-expired': { seen: refusedCard('Expired'), nearly: refusedCard('Invalid') },
  'authorisation-concurrent': { seen: refusedCard('ConcurrentTx'), nearly: refusedCard('Blocked') },
  'authorisation-refused': {
    seen: refusedCard('Blocked'),
    nearly: [plug(), authorize(5, 'B', 'Invalid'), authorize(15, 'A'), free(90)],
  },
  'authorisation-certificate': {
    seen: contract('CertificateExpired'),
    nearly: contract('Accepted'),
  },
  'authorisation-unanswered': {
    seen: [plug(), exchange(5, 'Authorize', { idTag: 'A' }, null), free(90)],
    nearly: [exchange(5, 'Authorize', { idTag: 'A' }, null)],
  },
  'connector-fault': {
    seen: [plug(), status(9, 1, 'Faulted', 'GroundFailure')],
    nearly: [status(0, 1, 'Faulted', 'GroundFailure'), plug(60), free(90)],
  },
  'charged-untold': {
    seen: [plug(), status(5, 1, 'Charging'), free(600)],
    nearly: [plug(), status(5, 1, 'Charging'), start(9), free(600)],
  },
  'remote-start-refused': {
    seen: [remote(0, 'Rejected'), beat(600)],
    nearly: [remote(0, 'Rejected'), remote(9, 'Accepted'), start(12)],
  },
  'remote-start-unanswered': {
    seen: [exchange(0, 'Reset', {}), remote(9, null), beat(600)],
    nearly: [remote(9, null), beat(600)],
  },
  'remote-start-nothing': {
    seen: [remote(0, 'Accepted'), beat(600)],
    nearly: [remote(0, 'Accepted'), beat(60)],
  },
  'authorised-not-plugged': {
    seen: [authorize(0, 'A'), beat(600)],
    nearly: [authorize(0, 'A'), beat(200)],
  },
  'authorised-not-started': {
    seen: [plug(), authorize(5, 'A'), free(90)],
    nearly: [plug(), authorize(5, 'A'), start(80), free(90)],
  },
  'plugged-long': { seen: [plug(), beat(301)], nearly: [plug(), beat(299)] },
  'plugged-only': { seen: [plug(), free(60)], nearly: [plug(), authorize(50, 'A'), free(60)] },
  attempt: { seen: [authorize(0, 'A'), beat(60)], nearly: [start(0)] },
  'stop-concurrent': { seen: [startAnswered('ConcurrentTx')], nearly: [startAnswered('Blocked')] },
  'stop-deauthorised': {
    seen: stopFor('DeAuthorized'),
    nearly: stopFor('Remote'),
  },
  'stop-emergency': {
    seen: stopFor('EmergencyStop'),
    nearly: [start(0), status(500, 1, 'Faulted', 'GroundFailure'), stop(600, 6000, 'EmergencyStop')],
  },
  'stop-power-loss': { seen: stopFor('PowerLoss'), nearly: stopFor('Local') },
  'stop-reboot': { seen: stopFor('HardReset'), nearly: [start(0), boot(300), stop(600)] },
  'stop-fault': {
    seen: [start(0), stop(600, 6000, 'Other'), status(630, 1, 'Faulted', 'GroundFailure')],
    nearly: [
      plug(),
      status(5, 1, 'Faulted', 'GroundFailure'),
      start(60),
      status(70, 1, 'Faulted', 'GroundFailure'),
      status(90, 1, 'Charging'),
      stop(600),
      status(630, 1, 'Faulted', 'GroundFailure'),
    ],
  },
  'no-energy-car': {
    seen: still('SuspendedEVSE', 'SuspendedEV'),
    nearly: still('SuspendedEV', 'SuspendedEVSE'),
  },
  'no-energy-station': { seen: still('SuspendedEVSE'), nearly: still('Charging') },
  'no-energy': {
    seen: still('Charging'),
    nearly: [start(0, { meterStart: 1000 }), meter(60, { watts: 7000 }), stop(600, 1000)],
  },
  'meter-backwards': {
    seen: [start(0, { meterStart: 5000 }), stop(600, 4000)],
    nearly: [
      start(0, { meterStart: 5000 }),
      meter(60, { wh: 6000 }),
      meter(120, { wh: 5998.5 }),
      stop(600, 7000),
    ],
  },
  'stop-missing': { seen: [start(0), free(600)], nearly: [start(0), status(600, 1, 'Finishing')] },
  'start-failed': {
    seen: [failedStart(0)],
    nearly: [failedStart(0), start(60, { timestamp: time(0), meterStart: 0 })],
  },
  'nothing-charged': { seen: [start(0), stop(179, 1010)], nearly: [start(0), stop(179, 1011)] },
  'stop-misnamed': {
    seen: [start(0), stop(600, 6000, 'Local', -1)],
    nearly: [start(0, { transactionId: -1 }), stop(600, 6000, 'Local', -1)],
  },
  'stop-other': { seen: stopFor('Other'), nearly: stopFor('EVDisconnected') },
  charged: { seen: stopFor('Local'), nearly: stopFor('PowerLoss') },
  charging: { seen: [start(0), meter(60, { wh: 2000 })], nearly: [start(0), stop(60)] },
  'nothing-yet': {
    seen: [start(0), meter(900, { wh: 1010 })],
    nearly: [start(0), meter(899, { wh: 1000 }), beat(2000)],
  },
  'unit-wrong': {
    seen: [start(0, { meterStart: 5000 }), meter(60, { wh: 5_500_000 }), stop(600, 6000)],
    nearly: [start(0, { meterStart: 5000 }), meter(60, { wh: 500 }), stop(600, 6000)],
  },
  'energy-disagrees': {
    seen: [
      start(0, { meterStart: 0 }),
      ...[60, 120, 180].map((at) => meter(at, { watts: 7000 })),
      stop(240, 900),
    ],
    nearly: [
      start(0, { meterStart: 0 }),
      ...[60, 120, 180].map((at) => meter(at, { watts: 7000 })),
      stop(240, 500),
    ],
  },
  'register-in-kwh': {
    seen: [
      start(0, { meterStart: 0 }),
      ...repeat(59, (at) => meter((at + 1) * 60, { watts: 7200 })),
      stop(HOUR, 7),
    ],
    nearly: [
      start(0, { meterStart: 0 }),
      ...repeat(59, (at) => meter((at + 1) * 60, { watts: 7200 })),
      stop(HOUR, 9),
    ],
  },
  'register-wrong': {
    seen: [
      start(0, { meterStart: 1000 }),
      meter(60, { wh: 1100 }),
      meter(600, { wh: 1201 }),
      stop(700, 1000),
    ],
    nearly: [
      start(0, { meterStart: 1000 }),
      meter(60, { wh: 1100 }),
      meter(600, { wh: 1200 }),
      stop(700, 1000),
    ],
  },
  'meter-dips': {
    seen: [start(0, { meterStart: 5000 }), meter(60, { wh: 6000 }), meter(120, { wh: 0 }), stop(600, 7000)],
    nearly: [start(0, { meterStart: 5000 }), meter(60, { wh: 6000 }), meter(120, { wh: 0 }), stop(600, 4000)],
  },
  'meter-jump': {
    seen: [start(0), ...[60, 120, 180].map((at) => meter(at, { watts: 100, wh: 1001 })), stop(240, 3000)],
    nearly: [start(0), ...[60, 120, 180].map((at) => meter(at, { watts: 100, wh: 1001 })), stop(240, 2000)],
  },
  'above-limit': { seen: limited(6100), nearly: limited(5900) },
  'profile-rejected': {
    seen: [start(0), profile('Rejected'), stop(600)],
    nearly: [start(0), profile('Accepted'), stop(600)],
  },
  'remote-stop-refused': {
    seen: [start(0), remoteStopped(60, 'Rejected'), stop(600)],
    nearly: [start(0), remoteStopped(60, 'Accepted'), stop(70)],
  },
  'remote-stop-nothing': {
    seen: [start(0), remoteStopped(60, 'Accepted'), stop(181)],
    nearly: [start(0), remoteStopped(60, 'Accepted'), stop(179)],
  },
  'start-unanswered': {
    seen: [exchange(0, 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0 }, null), beat(600)],
    nearly: [start(0), beat(600)],
  },
  'transaction-id-reused': {
    seen: [start(0), stop(60), start(100), stop(160)],
    nearly: [start(0), stop(60), start(100, { transactionId: 8 })],
  },
  'seq-missing': {
    seen: [event(0, 'Started', 'T', { seqNo: 0, ...evse }), event(60, 'Ended', 'T', { seqNo: 2 })],
    nearly: [event(0, 'Started', 'T', { seqNo: 0, ...evse }), event(60, 'Ended', 'T', { seqNo: 1 })],
  },
  rebooted: { seen: [start(0), boot(300), stop(600)], nearly: [start(0), stop(300), boot(600)] },
  'prepared-long': { seen: [plug(), start(301)], nearly: [plug(), start(299)] },
  'finishing-long': {
    seen: [start(0), stop(60), status(61, 1, 'Finishing'), free(61 + 4 * HOUR)],
    nearly: [start(0), stop(60), status(61, 1, 'Finishing'), free(60 + 4 * HOUR)],
  },
  'started-unauthorised': {
    seen: [begun({}), register(60, 2000)],
    nearly: [begun({ idTokenInfo: { status: 'Accepted' } }), register(60, 2000)],
  },
  'started-before-authorised': { seen: [start(0)], nearly: [authorize(0, 'A'), start(9)] },
  'connection-lost': {
    seen: [start(0), connection(60, { event: 'closed' }), stop(600)],
    nearly: [start(0), stop(60), connection(600, { event: 'closed' })],
  },
  'told-late': {
    seen: [...drifting(0), start(HOUR, { timestamp: time(HOUR - 121) })],
    nearly: [...drifting(0), start(HOUR, { timestamp: time(HOUR - 119) })],
  },
  ...STATION_CASES,
  ...CAUSE_CASES,
  ...FLOW_CASES,
};
