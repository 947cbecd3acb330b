/** Entries for tests of any store: one by hand, and any by chance. */

import type { Entry, FindingCode, Kind, Outcome, Wire } from '@ocpp-logs/core';
import { KINDS, NO_CONTEXT, OUTCOMES } from '@ocpp-logs/core';
import fc from 'fast-check';

const utf8 = new TextEncoder();

export const DEPOT_TIME = Date.UTC(2026, 4, 3, 12, 0, 0);

/** With a payload where one can be read, as in a message that is no JSON there is none. */
export function wireOf(text: string | Uint8Array): Wire {
  const bytes = typeof text === 'string' ? utf8.encode(text) : text;
  const start = bytes.indexOf(0x7b);
  const end = bytes.lastIndexOf(0x7d) + 1;
  const isThere = start >= 0 && end > start && isJson(bytes.subarray(start, end));
  return { bytes, payload: isThere ? { start, end } : null, redacted: [], cut: null };
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** An answered StatusNotification of station CP1. */
export function entryAt(at: number, over: Partial<Entry> = {}): Entry {
  return {
    kind: 'exchange',
    at,
    charger: 'CP1',
    connection: 'c-1',
    direction: 'station_to_csms',
    version: '1.6',
    messageId: 'm1',
    action: 'StatusNotification',
    outcome: 'answered',
    request: wireOf('[2,"m1","StatusNotification",{"connectorId":1,"status":"Available"}]'),
    answer: wireOf('[3,"m1",{}]'),
    rejection: null,
    error: null,
    answeredAt: at + 40,
    latency: 40_000,
    context: NO_CONTEXT,
    fields: { connector_id: 1, request_status: 'Available' },
    findings: [],
    event: null,
    ...over,
  };
}

const HOUR = 3_600_000;
/** Ends of months and hours, and the dense middle of one hour. */
const MOMENTS = [
  Date.UTC(2026, 3, 30, 23, 59, 59, 999),
  Date.UTC(2026, 4, 1),
  DEPOT_TIME,
  DEPOT_TIME + HOUR - 1,
  DEPOT_TIME + HOUR,
  DEPOT_TIME + 30 * HOUR,
  Date.UTC(2026, 4, 31, 23, 59, 59, 999),
  Date.UTC(2026, 5, 1),
];

export const CHARGERS = ['CP1', 'CP2', 'Säule:3 ö', 'a b'] as const;
export const ACTIONS = ['Heartbeat', 'MeterValues', 'StatusNotification', 'Authorize', 'X\0\ud800'] as const;

export const momentArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...MOMENTS),
  fc.tuple(fc.constantFrom(...MOMENTS), fc.nat(5)).map(([moment, more]) => moment + more),
  fc.nat(HOUR - 1).map((ms) => DEPOT_TIME + ms),
  fc.nat(61 * 24 * HOUR).map((ms) => Date.UTC(2026, 3, 20) + ms),
);

const textArbitrary: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => utf8.encode(`[2,"1","A",{"t":"${text}"}]`)),
  fc.nat(3).map((n) => utf8.encode(`[2,"m${n}","StatusNotification",{"connectorId":${n}}]`)),
);

const connectorArbitrary = fc.constantFrom(undefined, 0, 1, 2, -1, 9_007_199_254_740_993n);

const finding = (code: FindingCode) => ({ code });

/** Longer than what stores count by number. */
const LONG = 'Available '.repeat(250);

/** us; around the bounds that stores may count by. */
const LATENCIES = [null, 0, 40_000, 1_000_000, 1_000_001, 5_000_000, 7_500_000, 10_000_001, 30_000_000, 31e6];

/** What entries are counted by beside their columns. */
const toldArbitrary = fc
  .record({
    direction: fc.constantFrom('station_to_csms', 'csms_to_station', null),
    version: fc.constantFrom('1.6', '2.0.1', null),
    status: fc.constantFrom(undefined, 'Available', 'Faulted', 'quo"te\n', LONG),
    idTag: fc.constantFrom(undefined, undefined, 'Accepted', 'Faulted'),
    code: fc.constantFrom(undefined, 'NoError', 'GroundFailure'),
    latency: fc.constantFrom(...LATENCIES),
    error: fc.constantFrom(null, null, { code: 'InternalError', description: null, details: null }),
    findings: fc.constantFrom([], [], ['unit-assumed'], ['truncated', 'unit-assumed', 'truncated'] as const),
  })
  .map(({ direction, version, status, idTag, code, latency, error, findings }) => ({
    direction,
    latency,
    version,
    error,
    findings: findings.map((each: FindingCode) => finding(each)),
    fields: {
      ...(status === undefined ? {} : { request_status: status }),
      ...(idTag === undefined ? {} : { response_id_tag_info_status: idTag }),
      ...(code === undefined ? {} : { request_error_code: code }),
    },
  }));

/** What of an entry may change, too. */
export const changeArbitrary: fc.Arbitrary<Partial<Entry>> = fc
  .record({
    outcome: fc.constantFrom(...OUTCOMES),
    answer: fc.option(textArbitrary),
    lag: fc.integer({ min: -10_000, max: 600_000 }),
    connector: connectorArbitrary,
    info: fc.option(fc.string({ unit: 'binary', maxLength: 10 })),
    told: toldArbitrary,
  })
  .map(({ outcome, answer, connector, info, told: { fields, ...told } }) => ({
    ...told,
    outcome,
    answer: answer === null ? null : wireOf(answer),
    fields: {
      ...fields,
      ...(connector === undefined ? {} : { connector_id: connector }),
      ...(info === null ? {} : { request_info: info }),
    },
  }));

export const entryArbitrary: fc.Arbitrary<Entry> = fc
  .record({
    at: momentArbitrary,
    // Without one: of the whole site.
    charger: fc.constantFrom(...CHARGERS, ''),
    kind: fc.oneof({ weight: 5, arbitrary: fc.constant<Kind>('exchange') }, fc.constantFrom(...KINDS)),
    action: fc.constantFrom(...ACTIONS),
    outcome: fc.constantFrom<Outcome>('pending', 'answered'),
    request: textArbitrary,
    change: changeArbitrary,
  })
  .map(({ at, charger, kind, action, outcome, request, change }) =>
    entryAt(at, {
      ...change,
      charger,
      kind,
      action: kind === 'exchange' ? action : null,
      outcome: kind === 'exchange' ? outcome : null,
      request: wireOf(request),
    }),
  );
