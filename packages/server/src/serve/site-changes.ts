/** What follows from a change of a site's settings, whoever made it: an entry in its log, and what is kept. */

import type { SettingEvent } from '@ocpp-logs/core';
import type { RecorderClient } from '../capture/recorder/recorder-client.ts';
import { rulesOf } from '../capture/recorder/recording-rules.ts';
import type { Control, ControlSnapshot, LoggedSettings, Site } from '../store/control.ts';
import type { LevelRetention } from '../store/retention.ts';

export function retentionOf(snapshot: ControlSnapshot): ReadonlyMap<string, LevelRetention> {
  const kept = ({ retentionDays: days, retentionDaysInfo: info, retentionDaysDebug: debug }: Site) => ({
    days,
    info,
    debug,
  });
  return new Map([...snapshot.sites.values()].map((site) => [site.id, kept(site)]));
}

type Followed = Pick<Control, 'snapshot' | 'onChange' | 'loggedSettings' | 'settingsLogged'>;

/**
 * Tells the recorder of every change from now on, and of those that were made while no server ran. Resolves when
 * the latter are told.
 */
export async function followSites(
  control: Followed,
  recorder: Pick<RecorderClient, 'setting' | 'retention' | 'rules'>,
  onProblem: (problem: unknown) => void,
): Promise<void> {
  const told = new Map(await control.loggedSettings());
  const follow = async (snapshot: ControlSnapshot): Promise<void> => {
    const work: Promise<unknown>[] = [
      recorder.retention(retentionOf(snapshot)),
      recorder.rules(rulesOf(snapshot)),
    ];
    // One of the same id that is added later has told nothing yet.
    for (const id of told.keys()) if (!snapshot.sites.has(id)) told.delete(id);
    for (const site of snapshot.sites.values()) {
      const settings = loggedOf(site);
      const before = told.get(site.id);
      const changes = differences(before, settings);
      if (before !== undefined && changes.length === 0) continue;
      told.set(site.id, settings);
      const by = site.changedBy === null ? {} : { by: site.changedBy };
      const entries = changes.map((change) => ({ event: 'setting', ...change, ...by }) as const);
      work.push(tell(site.id, before ?? null, settings, entries));
    }
    await Promise.all(work);
  };
  /** Of several nodes that hear of a change the first one tells it, once. */
  const tell = async (
    site: string,
    before: LoggedSettings | null,
    settings: LoggedSettings,
    entries: readonly SettingEvent[],
  ): Promise<void> => {
    if (!(await control.settingsLogged(site, before, settings))) return;
    try {
      await Promise.all(entries.map((entry) => recorder.setting(site, entry)));
    } catch (error) {
      // Nobody has told it, so that it is told at the next start.
      await control.settingsLogged(site, settings, before ?? {});
      throw error;
    }
  };
  control.onChange((snapshot) => void follow(snapshot).catch(onProblem));
  await follow(control.snapshot());
}

interface Difference {
  readonly setting: string;
  readonly from: string | null;
  readonly to: string | null;
}

function loggedOf(site: Site): LoggedSettings {
  return {
    upstream: withoutUser(site.upstream),
    retention_days: String(site.retentionDays),
    retention_days_info: String(site.retentionDaysInfo),
    retention_days_debug: String(site.retentionDaysDebug),
    level: site.level,
    pseudonymise_id_tags: site.pseudonymiseIdTags ? 'yes' : 'no',
    station_auth: site.stationAuth,
  };
}

/** A setting of which nothing was told, as by an earlier version, has not changed. */
function differences(before: LoggedSettings | undefined, after: LoggedSettings): readonly Difference[] {
  if (before === undefined) return [];
  return Object.entries(after).flatMap(([setting, to]) => {
    const from = before[setting];
    return from === undefined || from === to ? [] : [{ setting, from, to }];
  });
}

/** A user and password in a URL are not for the log. */
function withoutUser(url: string | null): string | null {
  return url === null ? null : url.replace(/^(\w+:\/\/)[^/@]*@/, '$1***@');
}
