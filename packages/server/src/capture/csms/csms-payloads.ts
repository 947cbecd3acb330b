/** Payload of the built-in CSMS's CALLRESULT, action by action. Whatever is not listed is answered with {}. */

import type { JsonObject, JsonValue, OcppVersion } from '@ocpp-logs/core';

export interface AnswerSettings {
  readonly version: OcppVersion;
  /** ISO 8601. */
  readonly now: string;
  /** Seconds. */
  readonly heartbeatInterval: number;
}

/** The request lacks what its answer would have to repeat. */
export const UNUSABLE = 'unusable';

type Rule = (request: JsonObject, settings: AnswerSettings) => JsonObject | typeof UNUSABLE;

const ACCEPTED = { status: 'Accepted' };

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'Authorize',
    (_, { version }) => (version === '1.6' ? { idTagInfo: ACCEPTED } : { idTokenInfo: ACCEPTED }),
  ],
  [
    'BootNotification',
    (_, { now, heartbeatInterval }) => ({ ...ACCEPTED, currentTime: now, interval: heartbeatInterval }),
  ],
  ['Heartbeat', (_, { now }) => ({ currentTime: now })],
  ['StopTransaction', ({ idTag }) => (isGiven(idTag) ? { idTagInfo: ACCEPTED } : {})],
  // OCPP 2.x: the info is required wherever the request has a token.
  ['TransactionEvent', ({ idToken }) => (isGiven(idToken) ? { idTokenInfo: ACCEPTED } : {})],
  ['DataTransfer', () => ({ status: 'UnknownVendorId' })],
  ['SignCertificate', () => ({ status: 'Rejected' })],
  ['Get15118EVCertificate', () => ({ status: 'Failed', exiResponse: '' })],
  ['GetCertificateStatus', () => ({ status: 'Failed' })],
  [
    'NotifyEVChargingNeeds',
    (_, { version }) => ({ status: version === '2.0.1' ? 'Rejected' : 'NoChargingProfile' }),
  ],
  ['NotifyEVChargingSchedule', () => ACCEPTED],
  ['OpenPeriodicEventStream', () => ACCEPTED],
  ['PullDynamicScheduleUpdate', () => ({ status: 'Rejected' })],
  [
    'VatNumberValidation',
    ({ vatNumber }) => (typeof vatNumber === 'string' ? { vatNumber, status: 'Rejected' } : UNUSABLE),
  ],
  ['GetCertificateChainStatus', certificateChainStatus],
]);

export function payloadOfAnswer(
  action: string,
  request: JsonObject,
  settings: AnswerSettings,
): JsonObject | typeof UNUSABLE {
  const rule = RULES.get(action);
  return rule === undefined ? {} : rule(request, settings);
}

function certificateChainStatus(
  { certificateStatusRequests }: JsonObject,
  { now }: AnswerSettings,
): JsonObject | typeof UNUSABLE {
  if (!isArray(certificateStatusRequests)) return UNUSABLE;
  const certificateStatus: JsonObject[] = [];
  for (const element of certificateStatusRequests) {
    if (!isObject(element)) return UNUSABLE;
    const { certificateHashData, source } = element;
    if (!isObject(certificateHashData) || typeof source !== 'string') return UNUSABLE;
    // All members of a certificate's hash are texts; nothing else of it is repeated.
    const hash = Object.entries(certificateHashData).filter(([, value]) => typeof value === 'string');
    certificateStatus.push({
      certificateHashData: Object.fromEntries(hash),
      source,
      status: 'Failed',
      nextUpdate: now,
    });
  }
  return certificateStatus.length === 0 ? UNUSABLE : { certificateStatus };
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
