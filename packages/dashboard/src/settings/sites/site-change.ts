/** Settings of a site: what was typed, what of it is new, and what that will mean. */

import type { SiteBody, SiteLevel, StationAuth } from '../../api/answers.ts';
import { countText } from '../../ui/count-text.ts';
import { levelMeaning } from './level-words.ts';
import { stationAuthMeaning } from './station-auth.ts';

export interface SiteForm {
  readonly name: string;
  readonly timezone: string;
  /** Whether stations are passed on to a CSMS. */
  readonly relayed: boolean;
  readonly upstream: string;
  /** Whether entries are removed after some days. */
  readonly limited: boolean;
  /** As typed. */
  readonly days: string;
  /** Whether some levels are kept for less long. */
  readonly byLevel: boolean;
  /** As typed; empty: as long as everything. */
  readonly infoDays: string;
  readonly debugDays: string;
  readonly level: SiteLevel;
  /** Whether id tags are replaced by pseudonyms. */
  readonly pseudonyms: boolean;
  /** What stations must show. */
  readonly auth: StationAuth;
}

export const NEW_SITE: SiteForm = {
  name: '',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  relayed: false,
  upstream: '',
  limited: false,
  days: '90',
  byLevel: false,
  infoDays: '',
  debugDays: '',
  level: 'debug',
  pseudonyms: false,
  auth: 'none',
};

export function formOfSite(site: SiteBody): SiteForm {
  const { name, timezone, upstream = null, retention_days: days = 0, level = 'debug' } = site;
  const { retention_days_info: info = 0, retention_days_debug: debug = 0 } = site;
  return {
    name,
    timezone,
    relayed: upstream !== null,
    upstream: upstream ?? '',
    limited: days > 0,
    days: String(days > 0 ? days : NEW_SITE.days),
    byLevel: info > 0 || debug > 0,
    infoDays: info > 0 ? String(info) : '',
    debugDays: debug > 0 ? String(debug) : '',
    level,
    pseudonyms: site.pseudonymise_id_tags === true,
    auth: site.station_auth ?? 'none',
  };
}

export interface SiteWish {
  readonly name?: string;
  readonly timezone?: string;
  readonly upstream?: string | null;
  /** What is no number goes as it was typed: the server says what is wrong with it. */
  readonly retention_days?: number | string;
  readonly retention_days_info?: number | string;
  readonly retention_days_debug?: number | string;
  readonly level?: SiteLevel;
  readonly pseudonymise_id_tags?: boolean;
  readonly station_auth?: StationAuth;
}

function daysOf({ limited, days }: SiteForm): number | string {
  return limited ? numberOf(days) : 0;
}

function numberOf(days: string): number | string {
  return /^\d{1,9}$/.test(days.trim()) ? Number(days) : days;
}

/** Nothing typed is as long as everything. */
function levelDays({ byLevel }: SiteForm, days: string): number | string {
  return byLevel && days.trim() !== '' ? numberOf(days) : 0;
}

export function wishOf(form: SiteForm): Required<SiteWish> {
  return {
    name: form.name,
    timezone: form.timezone.trim(),
    upstream: form.relayed ? form.upstream.trim() : null,
    retention_days: daysOf(form),
    retention_days_info: levelDays(form, form.infoDays),
    retention_days_debug: levelDays(form, form.debugDays),
    level: form.level,
    pseudonymise_id_tags: form.pseudonyms,
    station_auth: form.auth,
  };
}

/** What is not as before. */
export function changeOf(before: SiteForm, after: SiteForm): SiteWish {
  const old: Readonly<Record<string, unknown>> = { ...wishOf(before) };
  return Object.fromEntries(Object.entries(wishOf(after)).filter(([name, value]) => old[name] !== value));
}

/** Whether entries go that would have stayed. */
export function removesEntries(before: SiteForm, after: SiteForm): boolean {
  return (
    isShorter(daysOf(before), daysOf(after)) ||
    isShorter(levelDays(before, before.infoDays), levelDays(after, after.infoDays)) ||
    isShorter(levelDays(before, before.debugDays), levelDays(after, after.debugDays))
  );
}

function isShorter(old: number | string, next: number | string): boolean {
  return typeof old === 'number' && typeof next === 'number' && next > 0 && (old === 0 || next < old);
}

/** What the change does, a sentence each. */
export function meaningsOf(before: SiteForm, after: SiteForm): readonly string[] {
  const {
    name,
    timezone,
    upstream,
    retention_days: days,
    retention_days_info: info,
  } = changeOf(before, after);
  const {
    retention_days_debug: debug,
    level,
    pseudonymise_id_tags: pseudonyms,
    station_auth: auth,
  } = changeOf(before, after);
  const meanings: string[] = [];
  if (name !== undefined) meanings.push('The name is shown with all entries, those from before too.');
  if (timezone !== undefined) {
    meanings.push('Times are shown in the new zone. What is stored does not change.');
  }
  if (upstream !== undefined) {
    meanings.push(
      upstream === null
        ? 'Stations that connect from now on are answered by the built-in CSMS. It is for the bench: it authorises everyone and bills nobody.'
        : `Stations that connect from now on are passed on to ${upstream}, byte for byte.`,
      'Stations that are connected now stay as they are until they connect again. The log of the site keeps when this was changed.',
    );
  }
  if (days === 0)
    meanings.push('Entries are kept for ever: keep an eye on the disk under Storage and health.');
  else if (days !== undefined) {
    meanings.push(
      isShorter(daysOf(before), days)
        ? `Entries older than ${countText(Number(days), 'day')} are removed within the hour, and cannot be brought back.`
        : `Entries are kept for ${countText(Number(days), 'day')}. What was removed before does not come back.`,
    );
  }
  for (const [of, kept] of [
    ['info', info],
    ['debug', debug],
  ] as const) {
    if (kept === undefined) continue;
    meanings.push(
      kept === 0
        ? `What the level ${of} adds is kept as long as everything.`
        : `What the level ${of} adds is removed after ${countText(Number(kept), 'day')}, and cannot be brought back.`,
    );
  }
  if (level !== undefined)
    meanings.push(levelMeaning(level), 'The log of the site keeps who changed the level, and when.');
  if (pseudonyms === true) {
    meanings.push(
      'Id tags are replaced by pseudonyms from now on, and cannot be read again. What is stored already stays as it is.',
    );
  }
  if (auth !== undefined) {
    meanings.push(
      stationAuthMeaning(auth),
      'Stations that are connected now stay. The log of the site keeps who changed this, and when.',
    );
  }
  if (pseudonyms === false) meanings.push('Id tags are kept as they are from now on.');
  return meanings;
}
