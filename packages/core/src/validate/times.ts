/** Checks of every time that a payload tells. */

import { instantOf } from '../extract/instant.ts';
import { isArray, isObject, type Leaf } from '../extract/leaf.ts';
import type { JsonObject } from '../message.ts';
import type { SeenEntry } from '../session/seen.ts';
import { objectsIn, timeIn } from '../session/told.ts';
import type { Found } from './found.ts';

const VALUES_MAX = 20_000;
/** Names of fields that OCPP gives times to; a free text may hold whatever it likes. */
const TIME_NAME = /time|date|schedule|validfrom|validto|generatedat/i;
/** OCPP 2.x: what a vendor adds is nobody else's matter. */
const VENDORS = 'customData';
const TIME_TEXT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/;
const ZONE = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i;
const FIRST_YEAR = Date.UTC(2000, 0, 1);
/** Since ever, or at once: so a CSMS may say it on purpose, by no clock. */
const WISHED =
  /^(?:validFrom|startSchedule|startTime|oldestTimestamp|retrieveDate(?:Time)?|installDateTime)$/i;

/** A status and a heartbeat are told at once; more than that is neither the network nor rounding. */
const SKEW_MS = 60_000;
/** What is told late by less may have waited for the connection. */
const BEHIND_MS = 300_000;

/** `half`: `request` or `answer`. */
export function checkTimes(payload: JsonObject, half: string, found: Found): void {
  const waiting: [value: Leaf, path: string, name: string][] = [[payload, half, '']];
  for (let seen = 0; seen < VALUES_MAX; seen += 1) {
    const next = waiting.pop();
    if (next === undefined || found.full) return;
    const [value, path, name] = next;
    if (typeof value === 'string') checkTime(value, path, name, found);
    else if (isArray(value)) {
      for (let at = Math.min(value.length, VALUES_MAX) - 1; at >= 0; at -= 1) {
        waiting.push([value[at], `${path}[${at}]`, name]);
      }
    } else if (isObject(value)) {
      for (const [member, inner] of Object.entries(value).reverse()) {
        if (member === VENDORS) continue;
        if (typeof inner === 'string' ? TIME_NAME.test(member) : typeof inner === 'object') {
          waiting.push([inner, `${path}.${member}`, member]);
        }
      }
    }
  }
}

function checkTime(text: string, path: string, name: string, found: Found): void {
  if (!TIME_NAME.test(name) || !TIME_TEXT.test(text)) return;
  const instant = instantOf(text);
  if (instant === null) return;
  if (!ZONE.test(text.slice(10))) found.add('time-without-zone', path, text);
  if (instant < FIRST_YEAR && !WISHED.test(name)) found.add('time-1970', path, text);
}

/** Of a source without times all entries have one, and no latency: they say nothing about clocks. */
export function checkClocks(entry: SeenEntry, found: Found): void {
  const { action, at, call, answer, answeredAt, latencyMs, fields } = entry;
  if (answer !== null && latencyMs === null) return;
  if (action === 'BootNotification' || action === 'Heartbeat') {
    const told = zoned(answer, 'currentTime');
    if (told !== null && answeredAt !== null) skewed(told - answeredAt, SKEW_MS, 'answer.currentTime', found);
    return;
  }
  if (entry.direction !== 'station_to_csms') return;
  if (action === 'MeterValues' || action === 'StartTransaction' || action === 'StopTransaction') {
    // They may have been kept while the station was offline: only the future is sure to be wrong.
    const values = objectsIn(call, 'meterValue');
    const last = values.length - 1;
    const inner = action === 'MeterValues' ? (values[last] ?? null) : call;
    const told = zoned(inner, 'timestamp');
    const path = action === 'MeterValues' ? `request.meterValue[${last}].timestamp` : 'request.timestamp';
    if (told !== null) skewed(told - at, Number.POSITIVE_INFINITY, path, found);
  } else if (action === 'StatusNotification' || action === 'TransactionEvent') {
    const told = zoned(call, 'timestamp');
    const behind = fields.offline === true ? Number.POSITIVE_INFINITY : BEHIND_MS;
    if (told !== null) skewed(told - at, behind, 'request.timestamp', found);
  }
}

function zoned(from: JsonObject | null, name: string): number | null {
  const text = from?.[name];
  if (typeof text !== 'string' || !ZONE.test(text.slice(10))) return null;
  const told = timeIn(from, name);
  // That the clock was not set is told by itself.
  return told === null || told < FIRST_YEAR ? null : told;
}

function skewed(ms: number, behindMax: number, path: string, found: Found): void {
  if (ms > SKEW_MS || -ms > behindMax) {
    found.add('clock-skew', path, `${ms > 0 ? '+' : '-'}${Math.round(Math.abs(ms) / 1000)} s`);
  }
}
