/** Rows of alarms as records, whichever database they come from. */

import {
  type AlarmProgress,
  type AlarmRecord,
  type AlarmTarget,
  type Delivery,
  type FiringRecord,
  KEEPER_LOSSES,
} from '../alarms.ts';
import { integer, type Row, text, textOrNull } from './rows.ts';

export function alarmOf(row: Row): AlarmRecord {
  const sites = textOrNull(row, 'sites');
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    rule: text(row, 'rule'),
    // Safe: these two texts are written by alarmValues() alone.
    sites: sites === null ? null : (JSON.parse(sites) as readonly string[]),
    enabled: integer(row, 'enabled') === 1,
    quietMinutes: integer(row, 'quiet_minutes'),
    targets: JSON.parse(text(row, 'targets')) as readonly AlarmTarget[],
    ready: integer(row, 'ready') === 1,
    created: integer(row, 'created'),
    changed: integer(row, 'changed'),
    changedBy: textOrNull(row, 'changed_by'),
    lost: lostOf(row),
    lostThrough: integer(row, 'lost_through'),
  };
}

function lostOf(row: Row): AlarmRecord['lost'] {
  const kept = textOrNull(row, 'lost_why');
  if (kept === null) return null;
  // A later version may know reasons that this one does not.
  const why = KEEPER_LOSSES.find((known) => known === kept) ?? 'unknown';
  return { why, at: integer(row, 'lost_at') };
}

export const ALARM_COLUMNS =
  'id, name, rule, sites, enabled, quiet_minutes, targets, ready, created, changed, changed_by, lost_why, lost_at';

/** In the order of {@link ALARM_COLUMNS}. */
export function alarmValues(alarm: AlarmRecord): (string | number | null)[] {
  return [
    alarm.id,
    alarm.name,
    alarm.rule,
    alarm.sites && JSON.stringify(alarm.sites),
    alarm.enabled ? 1 : 0,
    alarm.quietMinutes,
    JSON.stringify(alarm.targets),
    alarm.ready ? 1 : 0,
    alarm.created,
    alarm.changed,
    alarm.changedBy,
    alarm.lost?.why ?? null,
    alarm.lost?.at ?? null,
  ];
}

export function progressOf(row: Row): AlarmProgress {
  return {
    alarm: text(row, 'alarm'),
    through: integer(row, 'through'),
    fired: integer(row, 'fired'),
    suppressed: integer(row, 'suppressed'),
  };
}

export function firingOf(row: Row): FiringRecord {
  return {
    n: integer(row, 'n'),
    id: textOrNull(row, 'id') ?? earlierId(integer(row, 'n')),
    alarm: text(row, 'alarm'),
    site: text(row, 'site'),
    charger: text(row, 'charger'),
    key: text(row, 'key'),
    at: integer(row, 'at'),
    fired: integer(row, 'fired'),
    // Safe: these two texts are written by the tables of alarms alone.
    entries: JSON.parse(text(row, 'entries')) as readonly string[],
    node: text(row, 'node'),
    deliveries: JSON.parse(text(row, 'deliveries')) as readonly Delivery[],
  };
}

/** Of firings from before their ids were chosen at random, which targets may have been told already. */
export function earlierId(n: number): string {
  return `firing_${n}`;
}

/** null: it is no id of such a firing. */
export function earlierNumber(id: string): number | null {
  const [, digits] = /^firing_(\d{1,15})$/.exec(id) ?? [];
  return digits === undefined ? null : Number(digits);
}

export const MINUTE_MS = 60_000;

/** The minute in which it came true, ms. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export function isWaiting(deliveries: readonly Delivery[]): boolean {
  return deliveries.some(({ state }) => state === 'waiting');
}
