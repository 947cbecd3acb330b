/** What follows from a change of a site's settings, whoever made it: an entry in its log, and what is kept. */

import type { RecorderClient } from '../capture/recorder/recorder-client.ts';
import type { Control, ControlSnapshot, Site } from '../store/control.ts';

export function retentionOf(snapshot: ControlSnapshot): ReadonlyMap<string, number> {
  return new Map([...snapshot.sites.values()].map((site) => [site.id, site.retentionDays]));
}

export function followSites(
  control: Pick<Control, 'snapshot' | 'onChange'>,
  recorder: Pick<RecorderClient, 'setting' | 'retention'>,
  onProblem: (problem: unknown) => void,
): void {
  let before = control.snapshot().sites;
  control.onChange((snapshot) => {
    const told = [...snapshot.sites.values()].flatMap((site) => differences(before.get(site.id), site));
    before = snapshot.sites;
    Promise.all([
      recorder.retention(retentionOf(snapshot)),
      ...told.map(({ site, setting, from, to }) =>
        recorder.setting(site, { event: 'setting', setting, from, to }),
      ),
    ]).catch(onProblem);
  });
}

interface Difference {
  readonly site: string;
  readonly setting: string;
  readonly from: string | null;
  readonly to: string | null;
}

function differences(before: Site | undefined, after: Site): readonly Difference[] {
  if (before === undefined) return [];
  const settings = [
    ['upstream', withoutUser(before.upstream), withoutUser(after.upstream)],
    ['retention_days', String(before.retentionDays), String(after.retentionDays)],
    ['station_auth', before.stationAuth, after.stationAuth],
  ] as const;
  return settings.flatMap(([setting, from, to]) =>
    from === to ? [] : [{ site: after.id, setting, from, to }],
  );
}

/** A user and password in a URL are not for the log. */
function withoutUser(url: string | null): string | null {
  return url === null ? null : url.replace(/^(\w+:\/\/)[^/@]*@/, '$1***@');
}
