/** For each rule about a station a log that it sees, and one that it nearly sees. */

import type { ConnectionEvent } from '../entry.ts';
import type { JsonObject } from '../message.ts';
import { connection, exchange, start, status, stop, T0, type Told, time } from '../session/case.ts';
import {
  beat,
  boot,
  drifting,
  free,
  HOUR,
  notified,
  orphan,
  profile,
  type RuleCase,
  remoteStopped,
  repeat,
  trigger,
} from './log-parts.fixture.ts';

const answered = (way: string, latencyMs: number) => {
  const told: Told = { latencyMs };
  return [
    way === 'up' ? exchange(0, 'Heartbeat', {}, {}, told) : exchange(0, 'Reset', { type: 'Soft' }, {}, told),
  ];
};
const silent = (seconds: number, action: string) => exchange(seconds, action, {}, null);
const firmwareStatus = (seconds: number, word: string) =>
  exchange(seconds, 'FirmwareStatusNotification', { status: word });

const update = (seconds: number, answer: JsonObject | null, more: JsonObject = {}) =>
  exchange(seconds, 'UpdateFirmware', { location: 'ftp://f', retrieveDate: time(seconds), ...more }, answer);
const signedUpdate = (seconds: number, status: string) =>
  exchange(seconds, 'SignedUpdateFirmware', { requestId: 1, firmware: { location: 'f' } }, { status });
const unansweredBoot = (seconds: number) => ({ ...boot(seconds), answer: null, outcome: 'timeout' as const });
const lateBoot = (ms: number) => ({ ...boot(0), latencyMs: ms, answeredAt: T0 + ms });
const signRequest = (seconds: number) =>
  exchange(seconds, 'SignCertificate', { csr: 'C' }, { status: 'Accepted' });

const endedByProfile = (seconds: number, how: Partial<ConnectionEvent> = {}) => [
  beat(seconds - 60),
  exchange(seconds, 'SetChargingProfile', {}, null, { outcome: 'connection_lost' }),
  connection(seconds + 10, { event: 'closed', ...how }),
];

export const STATION_CASES: Readonly<Record<string, RuleCase>> = {
  'boot-missing': {
    seen: [connection(0, { event: 'accepted' }), ...repeat(5, (at) => beat(at + 1))],
    nearly: [connection(0, { event: 'accepted' }), boot(1), ...repeat(5, (at) => beat(at + 2))],
  },
  'boot-not-accepted': { seen: [boot(0, 'Pending')], nearly: [boot(0, 'Pending'), boot(60)] },
  'boot-ignored': {
    seen: [boot(0, 'Rejected'), beat(5), beat(9)],
    nearly: [boot(0, 'Pending'), exchange(1, 'TriggerMessage', {}), beat(5), beat(9)],
  },
  'boot-loop': { seen: [boot(0), boot(200), boot(400)], nearly: [boot(0), boot(200), boot(801)] },
  'boot-unanswered': {
    seen: [beat(0), unansweredBoot(60), unansweredBoot(120), beat(181)],
    nearly: [beat(0), unansweredBoot(60), boot(120), beat(600)],
  },
  'boot-late': { seen: [lateBoot(10_001)], nearly: [lateBoot(10_000)] },
  'heartbeat-missing': {
    seen: [boot(0), ...repeat(3, (at) => beat((at + 1) * 661))],
    nearly: [boot(0), ...repeat(9, (at) => beat((at + 1) * 660))],
  },
  'heartbeat-off': {
    seen: [boot(0), ...repeat(6, (at) => beat((at + 1) * 149))],
    nearly: [boot(0), ...repeat(6, (at) => beat((at + 1) * 150))],
  },
  'connection-flapping': {
    seen: repeat(5, (at) => connection(at * 100, { event: 'accepted' })),
    nearly: repeat(5, (at) => connection(at * 200, { event: 'accepted' })),
  },
  'connection-ends-at-call': {
    seen: repeat(3, (at) => at * 600).flatMap((at) => endedByProfile(at)),
    nearly: [
      ...repeat(2, (at) => at * 600).flatMap((at) => endedByProfile(at)),
      ...endedByProfile(1200, { ended_by: 'csms' }),
    ],
  },
  'upgrade-refused': {
    seen: [connection(0, { event: 'refused', status: 401 })],
    nearly: [connection(0, { event: 'accepted', status: 101 })],
  },
  'csms-slow': {
    seen: answered('up', 10_001),
    nearly: [...answered('up', 10_000), ...answered('down', 10_001)],
  },
  'station-slow': {
    seen: answered('down', 10_001),
    nearly: [...answered('down', 10_000), ...answered('up', 10_001)],
  },
  'csms-unanswered': {
    seen: [beat(0), ...repeat(3, () => silent(1, 'DataTransfer')), beat(62)],
    nearly: [beat(0), ...repeat(3, () => silent(1, 'DataTransfer')), beat(61)],
  },
  'station-unanswered': {
    seen: [beat(0), ...repeat(3, () => silent(1, 'Reset')), beat(62)],
    nearly: [beat(0), ...repeat(2, () => silent(1, 'Reset')), beat(62)],
  },
  'answer-misnamed': {
    seen: [silent(0, 'Authorize'), orphan(2, { idTagInfo: { status: 'Invalid' } })],
    nearly: [silent(0, 'Authorize'), silent(1, 'DataTransfer'), orphan(2, {}), orphan(3, {})],
  },
  'call-errors': {
    seen: repeat(5, (at) => exchange(at, 'DataTransfer', {}, null, { errorCode: 'NotImplemented' })),
    nearly: repeat(5, (at) => exchange(at * 200, 'DataTransfer', {}, null, { errorCode: 'NotImplemented' })),
  },
  'calls-unread': {
    seen: [exchange(0, 'StatusNotification', {}, null, { errorCode: 'FormationViolation' })],
    nearly: [exchange(0, 'DataTransfer', {}, null, { errorCode: 'NotImplemented' })],
  },
  'stop-refused': {
    seen: [remoteStopped(0, 'Rejected'), start(60, { transactionId: 8 })],
    nearly: [start(0), remoteStopped(60, 'Rejected')],
  },
  'station-profile-rejected': { seen: [profile('Rejected', 0)], nearly: [profile('Rejected', 1)] },
  'register-falls': {
    seen: [start(0), stop(60, 6000), start(100, { meterStart: 5000, transactionId: 8 })],
    nearly: [start(0), stop(60, 6000), start(100, { meterStart: 0, transactionId: 8 })],
  },
  'status-jump': {
    seen: [free(0), status(9, 1, 'Finishing')],
    nearly: [free(0), boot(5), status(9, 1, 'Finishing')],
  },
  faulted: {
    seen: [status(0, 2, 'Faulted', 'GroundFailure')],
    nearly: [status(0, 2, 'Unavailable', 'GroundFailure')],
  },
  'component-trouble': {
    seen: [notified(0, 'Connector', 'Problem', 'true')],
    nearly: [notified(0, 'Connector', 'Problem', 'false'), notified(9, 'Connector', 'Plugged', 'true')],
  },
  'unlock-failed': {
    seen: [exchange(0, 'UnlockConnector', { connectorId: 1 }, { status: 'UnlockFailed' })],
    nearly: ['Unlocked', 'NotSupported', 'UnknownConnector'].map((word) =>
      exchange(0, 'UnlockConnector', { connectorId: 1 }, { status: word }),
    ),
  },
  'command-refused': {
    seen: [exchange(0, 'Reset', { type: 'Hard' }, { status: 'Rejected' })],
    nearly: [exchange(0, 'Reset', { type: 'OnIdle' }, { status: 'Scheduled' })],
  },
  'trigger-not-followed': {
    seen: [trigger(0, 'BootNotification'), beat(301)],
    nearly: [trigger(0, 'BootNotification'), trigger(9, 'Heartbeat', 'Rejected'), boot(299), beat(900)],
  },
  'firmware-refused': {
    seen: [signedUpdate(0, 'InvalidCertificate')],
    nearly: [signedUpdate(0, 'Rejected'), signedUpdate(60, 'AcceptedCanceled')],
  },
  'firmware-silent': {
    seen: [update(0, {}, { retrieveDate: time(600) }), beat(600 + HOUR)],
    nearly: [update(0, {}, { retrieveDate: time(600) }), beat(599 + HOUR)],
  },
  'firmware-failed': {
    seen: [firmwareStatus(0, 'Downloading'), firmwareStatus(9, 'DownloadFailed')],
    nearly: [firmwareStatus(0, 'Downloading'), firmwareStatus(9, 'Installed')],
  },
  'firmware-unfinished': {
    seen: [firmwareStatus(0, 'Downloading'), beat(HOUR)],
    nearly: [firmwareStatus(0, 'Downloading'), beat(HOUR - 1), exchange(HOUR, 'TriggerMessage', {}, null)],
  },
  'certificate-trouble': {
    seen: [
      exchange(0, 'SecurityEventNotification', { type: 'InvalidChargePointCertificate', timestamp: time(0) }),
    ],
    nearly: [exchange(0, 'SecurityEventNotification', { type: 'StartupOfTheDevice', timestamp: time(0) })],
  },
  'certificate-awaited': {
    seen: [signRequest(0), beat(HOUR)],
    nearly: [signRequest(0), exchange(90, 'CertificateSigned', {}, { status: 'Accepted' }), beat(HOUR)],
  },
  'clock-off': { seen: drifting(61), nearly: drifting(59) },
};
