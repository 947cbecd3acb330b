import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { SettingEvent } from '@ocpp-logs/core';
import type { SiteRules } from '../capture/recorder/recording-rules.ts';
import type { ControlSnapshot, LoggedSettings, Site } from '../store/control.ts';
import type { SiteRetention } from '../store/retention.ts';
import { followSites, retentionOf } from './site-changes.ts';

const DEPOT: Site = {
  id: 'depot',
  name: 'Depot',
  timezone: 'UTC',
  upstream: 'wss://user:pass@csms.example/{charger}',
  retentionDays: 0,
  retentionDaysInfo: 0,
  retentionDaysDebug: 0,
  level: 'debug',
  pseudonymiseIdTags: false,
  stationAuth: 'none',
  upstreamTrusted: true,
  origin: 'added',
  changedBy: null,
};

function snapshotOf(...sites: Site[]): ControlSnapshot {
  const none = { keys: [], users: new Map(), sessions: new Map() };
  return { sites: new Map(sites.map((site) => [site.id, site])), ...none };
}

class Followed {
  readonly settings: (readonly [site: string, event: SettingEvent])[] = [];
  readonly retentions: ReadonlyMap<string, SiteRetention>[] = [];
  readonly rules: SiteRules[] = [];
  readonly problems: unknown[] = [];
  readonly logged: Map<string, LoggedSettings>;
  #snapshot: ControlSnapshot;
  #listener: (snapshot: ControlSnapshot) => void = () => {};

  constructor(snapshot: ControlSnapshot, logged = new Map<string, LoggedSettings>()) {
    this.#snapshot = snapshot;
    this.logged = logged;
  }

  follow(): Promise<void> {
    const control = {
      snapshot: () => this.#snapshot,
      onChange: (listener: (snapshot: ControlSnapshot) => void) => {
        this.#listener = listener;
      },
      loggedSettings: async () => this.logged,
      settingsLogged: async (site: string, before: LoggedSettings | null, settings: LoggedSettings) => {
        const first = isDeepStrictEqual(this.logged.get(site) ?? null, before);
        if (first) this.logged.set(site, settings);
        return first;
      },
    };
    const recorder = {
      setting: async (site: string, event: SettingEvent) => void this.settings.push([site, event]),
      retention: async (days: ReadonlyMap<string, SiteRetention>) => void this.retentions.push(days),
      rules: async (rules: SiteRules) => void this.rules.push(rules),
    };
    return followSites(control, recorder, (problem) => this.problems.push(problem));
  }

  /** Resolves when what follows from it has been done: all of it is promises that are kept at once. */
  async change(...sites: Site[]): Promise<void> {
    this.#snapshot = snapshotOf(...sites);
    this.#listener(this.#snapshot);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a change of upstream, level or retention is an entry of its site, without the user in the URL', async () => {
  const followed = new Followed(snapshotOf(DEPOT));
  await followed.follow();
  await followed.change({
    ...DEPOT,
    upstream: 'wss://new:secret@other.example/{charger}',
    retentionDays: 30,
    level: 'info',
    name: 'New name',
    changedBy: 'user Ada',
  });
  const changed = { event: 'setting', by: 'user Ada' } as const;
  assert.deepEqual(followed.settings, [
    [
      'depot',
      {
        ...changed,
        setting: 'upstream',
        from: 'wss://***@csms.example/{charger}',
        to: 'wss://***@other.example/{charger}',
      },
    ],
    ['depot', { ...changed, setting: 'retention_days', from: '0', to: '30' }],
    ['depot', { ...changed, setting: 'level', from: 'debug', to: 'info' }],
  ]);
  assert.deepEqual(followed.rules.at(-1), new Map([['depot', { level: 'info', pseudonymise: false }]]));
  assert.deepEqual(followed.problems, []);
});

test('what was changed while no server ran is told at the next start, and once', async () => {
  const first = new Followed(snapshotOf(DEPOT));
  await first.follow();
  assert.deepEqual(first.settings, [], 'a site that is new has not changed');
  const later = { ...DEPOT, level: 'none' as const, changedBy: 'configuration file' };
  const second = new Followed(snapshotOf(later), first.logged);
  await second.follow();
  const event = { event: 'setting', setting: 'level', from: 'debug', to: 'none' } as const;
  assert.deepEqual(second.settings, [['depot', { ...event, by: 'configuration file' }]]);
  const third = new Followed(snapshotOf(later), second.logged);
  await third.follow();
  assert.deepEqual(third.settings, []);
});

test('a new site, and a change that the log does not tell of, make no entry; what is kept is told each time', async () => {
  const followed = new Followed(snapshotOf(DEPOT));
  await followed.follow();
  await followed.change(
    { ...DEPOT, name: 'New name' },
    { ...DEPOT, id: 'other', retentionDays: 7, retentionDaysDebug: 2 },
  );
  assert.deepEqual(followed.settings, []);
  assert.deepEqual(
    [...(followed.retentions.at(-1) ?? [])],
    [
      ['depot', { days: 0, info: 0, debug: 0 }],
      ['other', { days: 7, info: 0, debug: 2 }],
    ],
  );
  assert.deepEqual([...retentionOf(snapshotOf(DEPOT))], [['depot', { days: 0, info: 0, debug: 0 }]]);
});
