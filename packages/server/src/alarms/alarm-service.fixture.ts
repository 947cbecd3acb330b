/** Alarms of a server on doubles: control data in memory, a thread that does nothing by itself, and time by hand. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { EntryId } from '@ocpp-logs/core';
import { UpstreamRule } from '../auth/upstream-rule.ts';
import { type AlarmsDouble, alarmsDouble } from '../store/control/alarms-double.ts';
import { site } from '../store/control/fixtures.ts';
import type { ControlSnapshot, KeyRecord } from '../store/control.ts';
import type { UserRecord } from '../store/people.ts';
import { AlarmService, type AlarmServiceOptions } from './alarm-service.ts';
import type { AlarmEvaluator } from './alarm-thread.ts';
import type { ActiveAlarm, SeenFiring } from './evaluation.ts';
import type { Trial } from './trial.ts';

/** Who made the alarms of tests, unless these say otherwise. */
export const ADA: UserRecord = {
  id: 'user_ada',
  name: 'ada',
  password: null,
  created: 1,
  disabled: false,
  oidc: null,
  roles: [{ site: null, role: 'admin' }],
};
export const NOW = 1_000_000;
export const TRIAL: Trial = { fired: 0, firings: [], stations: 0, looked: 0, through: 0, dropped: 0 };

/** A thread that does nothing by itself. */
export class ThreadDouble implements AlarmEvaluator {
  readonly sets: (readonly ActiveAlarm[])[] = [];
  readonly told: (readonly [site: string, ids: readonly EntryId[], elsewhere: boolean])[] = [];
  /** Ids of firings. */
  readonly sent: (string | null)[] = [];
  /** What a target says. */
  answer: string | null = null;
  through: number | null = NOW - 2_000;
  trial = async (): Promise<Trial> => TRIAL;
  closed = false;
  see: (firings: readonly SeenFiring[]) => void = () => undefined;

  async set(alarms: readonly ActiveAlarm[]) {
    this.sets.push(alarms);
  }
  changed(...told: [string, readonly EntryId[], boolean]) {
    this.told.push(told);
  }
  readonly readAnew: (readonly string[])[] = [];
  missed(sites: readonly string[]) {
    this.readAnew.push(sites);
  }
  hangs = false;
  /** Up to when all nodes have told. */
  readonly heard: (number | null)[] = [];
  async tick(heard: number | null = null) {
    this.heard.push(heard);
    return this.hangs ? await new Promise<null>(() => undefined) : this.through;
  }
  tryAlarm() {
    return this.trial();
  }
  async send({ notice }: { readonly notice: { readonly id: string | null } }) {
    this.sent.push(notice.id);
    return this.hangs ? await new Promise<null>(() => undefined) : this.answer;
  }
  counters() {
    return {};
  }
  async close() {
    this.closed = true;
  }
}

export async function serviceRig(t: TestContext, change: Partial<AlarmServiceOptions> = {}, shared = false) {
  const people = new Map([[ADA.id, ADA]]);
  const keys: KeyRecord[] = [];
  const database = { current: true };
  const listeners: ((snapshot: ControlSnapshot) => void)[] = [];
  const snapshot = (): ControlSnapshot => ({
    sites: new Map([['depot', site()]]),
    keys,
    users: new Map(people),
    sessions: new Map(),
    alarms: alarms.records(),
  });
  const alarms: AlarmsDouble = alarmsDouble(() => {
    for (const listener of listeners) listener(snapshot());
  });
  const thread = new ThreadDouble();
  const timers: { readonly ms: number; readonly call: () => void }[] = [];
  const reports: string[] = [];
  const clock = { now: NOW };
  let commit: Parameters<AlarmServiceOptions['onCommit']>[0] = () => undefined;
  const service = new AlarmService({
    control: {
      ...{ alarms, snapshot, shared },
      isCurrent: () => database.current,
      onChange: (listener) => listeners.push(listener),
    },
    tokens: new Set(['run-token']),
    onCommit: (listener) => {
      commit = listener;
      return () => {
        commit = () => undefined;
      };
    },
    others: null,
    told: () => null,
    thread: (onFirings) => {
      thread.see = onFirings;
      return thread;
    },
    hosts: new UpstreamRule([], 'alarms.allow'),
    node: 'here',
    secretKey: new Uint8Array(32),
    now: () => clock.now,
    after: (ms, call) => {
      const timer = { ms, call };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    report: (line) => reports.push(line),
    ...change,
  });
  t.after(() => service.close());
  /** Calls what was to be called after so many ms, and lets all that follows at once happen. */
  const pass = async (ms: number) => {
    const at = timers.findIndex((timer) => timer.ms === ms);
    const [timer] = at < 0 ? [] : timers.splice(at, 1);
    assert.ok(timer, `nothing waits ${ms} ms`);
    timer.call();
    await setImmediate();
  };
  return {
    service,
    alarms,
    thread,
    timers,
    reports,
    people,
    keys,
    audited: alarms.audited,
    database,
    /** As after a change of people or keys. */
    changed: async () => {
      for (const listener of listeners) listener(snapshot());
      await setImmediate();
    },
    clock,
    pass,
    commit: (...args: Parameters<typeof commit>) => commit(...args),
  };
}

export const seen = (key: string, change: Partial<SeenFiring> = {}): SeenFiring => ({
  alarm: 'a1',
  site: 'depot',
  charger: 'CP-1',
  key,
  at: NOW,
  entries: [7n],
  ...change,
});
export const ALL = { alarm: null, sites: null, before: null, take: 100 };
