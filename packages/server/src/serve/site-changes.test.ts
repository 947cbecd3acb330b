import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SettingEvent } from '@ocpp-logs/core';
import type { Control, ControlSnapshot, Site } from '../store/control.ts';
import { followSites, retentionOf } from './site-changes.ts';

const DEPOT: Site = {
  id: 'depot',
  name: 'Depot',
  timezone: 'UTC',
  upstream: 'wss://user:pass@csms.example/{charger}',
  retentionDays: 0,
  stationAuth: 'none',
  upstreamTrusted: true,
  origin: 'added',
};

function snapshotOf(...sites: Site[]): ControlSnapshot {
  const none = { keys: [], users: new Map(), sessions: new Map() };
  return { sites: new Map(sites.map((site) => [site.id, site])), ...none };
}

class Followed {
  readonly settings: (readonly [site: string, event: SettingEvent])[] = [];
  readonly retentions: ReadonlyMap<string, number>[] = [];
  readonly problems: unknown[] = [];
  #snapshot: ControlSnapshot;
  #listener: (snapshot: ControlSnapshot) => void = () => {};

  constructor(snapshot: ControlSnapshot) {
    this.#snapshot = snapshot;
    const control: Pick<Control, 'snapshot' | 'onChange'> = {
      snapshot: () => this.#snapshot,
      onChange: (listener) => {
        this.#listener = listener;
      },
    };
    const recorder = {
      setting: async (site: string, event: SettingEvent) => void this.settings.push([site, event]),
      retention: async (days: ReadonlyMap<string, number>) => void this.retentions.push(days),
    };
    followSites(control, recorder, (problem) => this.problems.push(problem));
  }

  change(...sites: Site[]): void {
    this.#snapshot = snapshotOf(...sites);
    this.#listener(this.#snapshot);
  }
}

test('a change of upstream or retention is an entry of its site, without the user in the URL', () => {
  const followed = new Followed(snapshotOf(DEPOT));
  followed.change({
    ...DEPOT,
    upstream: 'wss://new:secret@other.example/{charger}',
    retentionDays: 30,
    name: 'New name',
  });
  assert.deepEqual(followed.settings, [
    [
      'depot',
      {
        event: 'setting',
        setting: 'upstream',
        from: 'wss://***@csms.example/{charger}',
        to: 'wss://***@other.example/{charger}',
      },
    ],
    ['depot', { event: 'setting', setting: 'retention_days', from: '0', to: '30' }],
  ]);
  assert.deepEqual(followed.problems, []);
});

test('a new site, and a change that the log does not tell of, make no entry; what is kept is told each time', () => {
  const followed = new Followed(snapshotOf(DEPOT));
  followed.change(DEPOT, { ...DEPOT, id: 'other', retentionDays: 7 });
  assert.deepEqual(followed.settings, []);
  assert.deepEqual(
    [...(followed.retentions.at(-1) ?? [])],
    [
      ['depot', 0],
      ['other', 7],
    ],
  );
  assert.deepEqual([...retentionOf(snapshotOf(DEPOT))], [['depot', 0]]);
});
