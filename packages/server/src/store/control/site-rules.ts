/** What a site may be, wherever it comes from: config file, command line or the first frame of a station. */

import { SITE_LEVELS } from '@ocpp-logs/core';
import { type Site, STATION_AUTHS } from '../control.ts';

export const ID_BYTES_MAX = 255;
export const NAME_BYTES_MAX = 255;
export const RETENTION_DAYS_MAX = 36_500;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;

/** Ids of sites and chargers: 1 to 255 bytes of UTF-8 without control characters; `.` and `..` have no URL. */
export function isId(text: string): boolean {
  return (
    text !== '.' &&
    text !== '..' &&
    text.isWellFormed() &&
    !CONTROL_CHARACTER.test(text) &&
    text.length > 0 &&
    Buffer.byteLength(text) <= ID_BYTES_MAX
  );
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function upstreamFault(upstream: string): string | null {
  const example = 'for example wss://csms.example/ocpp/{charger}';
  const at = upstream.indexOf('{charger}');
  if (at < 0) return `must contain {charger}, ${example}`;
  const unknown = upstream.match(/\{[^}]*\}?/g)?.find((name) => name !== '{charger}' && name !== '{site}');
  if (unknown !== undefined) return `must have no placeholder but {charger} and {site}, and has ${unknown}`;
  const url = URL.canParse(upstream) ? new URL(upstream) : null;
  if (!url || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    return `must be a ws:// or wss:// address, ${example}`;
  }
  if (url.hash !== '') return 'must have no #fragment';
  // Readers of addresses pass over these or take them for slashes; a request line holds none.
  if (!/^\w+:\/\/[^/?#\\\s\p{Cc}]+[!-[\]-~]*$/u.test(upstream)) {
    return `must be percent-encoded: no blanks, backslashes or control characters, and a path of ASCII, ${example}`;
  }
  if (url.username !== '' || url.password !== '') {
    return "must hold no user or password: the station's own Authorization is passed on";
  }
  if (!url.pathname.includes('%7Bcharger%7D') && !url.search.includes('{charger}')) {
    return `must have {charger} in its path or query, ${example}`;
  }
  return null;
}

/** A site of which nothing but its id was said. */
export function emptySite(id: string, origin: Site['origin']): Site {
  return {
    id,
    name: id,
    timezone: 'UTC',
    upstream: null,
    retentionDays: 0,
    retentionDaysInfo: 0,
    retentionDaysDebug: 0,
    level: 'debug',
    pseudonymiseIdTags: false,
    stationAuth: 'none',
    upstreamTrusted: true,
    origin,
    changedBy: null,
  };
}

type RetentionSetting = 'retention_days' | 'retention_days_info' | 'retention_days_debug';

export interface SiteFault {
  readonly setting: 'id' | 'name' | 'timezone' | 'upstream' | RetentionSetting | 'level' | 'station_auth';
  readonly value: string | number;
  /** What is allowed. */
  readonly message: string;
}

type Kept = Pick<Site, 'retentionDays' | 'retentionDaysInfo' | 'retentionDaysDebug'>;

function retentionFaults(site: Kept): readonly SiteFault[] {
  const settings = [
    ['retention_days', site.retentionDays, '(for ever)'],
    ['retention_days_info', site.retentionDaysInfo, '(as long as everything)'],
    ['retention_days_debug', site.retentionDaysDebug, '(as long as everything)'],
  ] as const;
  return settings.flatMap(([setting, value, zero]): readonly SiteFault[] => {
    if (!Number.isInteger(value) || value < 0 || value > RETENTION_DAYS_MAX) {
      return [
        { setting, value, message: `must be a whole number of days from 0 ${zero} to ${RETENTION_DAYS_MAX}` },
      ];
    }
    const longer = setting !== 'retention_days' && site.retentionDays > 0 && value > site.retentionDays;
    return longer
      ? [{ setting, value, message: `must not be more than retention_days, ${site.retentionDays}` }]
      : [];
  });
}

/** Every fault of the site; none means it may be stored. */
export function siteFaults(site: Omit<Site, 'origin' | 'changedBy'>): readonly SiteFault[] {
  const faults: SiteFault[] = [];
  if (!isId(site.id)) {
    faults.push({
      setting: 'id',
      value: site.id,
      message: `must be 1 to ${ID_BYTES_MAX} bytes of UTF-8 without control characters, not "." or ".."`,
    });
  }
  if (
    CONTROL_CHARACTER.test(site.name) ||
    site.name === '' ||
    Buffer.byteLength(site.name) > NAME_BYTES_MAX
  ) {
    faults.push({
      setting: 'name',
      value: site.name,
      message: `must be 1 to ${NAME_BYTES_MAX} bytes of UTF-8 without control characters`,
    });
  }
  if (!isTimezone(site.timezone)) {
    faults.push({
      setting: 'timezone',
      value: site.timezone,
      message: 'must be an IANA time zone, for example Europe/Berlin or UTC',
    });
  }
  const upstream = site.upstream === null ? null : upstreamFault(site.upstream);
  if (site.upstream !== null && upstream) {
    faults.push({ setting: 'upstream', value: site.upstream, message: upstream });
  }
  if (!SITE_LEVELS.some((known) => known === site.level)) {
    faults.push({ setting: 'level', value: site.level, message: `must be one of ${SITE_LEVELS.join(', ')}` });
  }
  if (!STATION_AUTHS.some((known) => known === site.stationAuth)) {
    faults.push({
      setting: 'station_auth',
      value: site.stationAuth,
      message: `must be one of ${STATION_AUTHS.join(', ')}`,
    });
  }
  if (site.stationAuth === 'basic' && site.upstream !== null) {
    faults.push({
      setting: 'station_auth',
      value: site.stationAuth,
      message: 'must not be basic beside an upstream: the CSMS there checks the passwords of its stations',
    });
  }
  faults.push(...retentionFaults(site));
  return faults;
}

const SETTING_NAMES = [
  ['name', 'name'],
  ['timezone', 'timezone'],
  ['upstream', 'upstream'],
  ['retentionDays', 'retention_days'],
  ['retentionDaysInfo', 'retention_days_info'],
  ['retentionDaysDebug', 'retention_days_debug'],
  ['level', 'level'],
  ['pseudonymiseIdTags', 'pseudonymise_id_tags'],
  ['stationAuth', 'station_auth'],
] as const satisfies readonly (readonly [keyof Site, string])[];

/** Names only: an address may hold more than everybody may know. */
export function changedSettings(before: Site, site: Site): readonly string[] {
  return SETTING_NAMES.flatMap(([key, name]) => (before[key] === site[key] ? [] : [name]));
}
