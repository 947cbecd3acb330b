/** A log, alarms and targets for tests. */

import type { TestContext } from 'node:test';
import { derive, type Entry, type EntryId, NO_CONTEXT } from '@ocpp-logs/core';
import { openStore, put, temporaryFolder } from '../store/sqlite/fixtures.ts';
import type { ActiveAlarm, SeenFiring } from './evaluation.ts';
import { Evaluation, type EvaluationOptions } from './evaluation.ts';
import type { Lookup } from './lookup.ts';
import type { Notice } from './notice.ts';
import { openLookup } from './open-lookup.ts';

export const T0 = Date.UTC(2026, 0, 5, 10);
export const DEPOT = { id: 'depot', name: 'Depot North' };

export function said(s: number, status: string, charger = 'CP-1', connector = 1): Entry {
  const payload = JSON.stringify({ connectorId: connector, errorCode: 'NoError', status });
  const text = `[2,"m${s}","StatusNotification",${payload}]`;
  return derive({
    kind: 'exchange',
    at: T0 + s * 1000,
    charger,
    connection: 'c-1',
    direction: 'station_to_csms',
    version: '1.6',
    messageId: `m${s}`,
    action: 'StatusNotification',
    outcome: 'answered',
    request: {
      bytes: Buffer.from(text),
      payload: { start: text.indexOf('{'), end: text.length - 1 },
      redacted: [],
      cut: null,
    },
    answer: null,
    rejection: null,
    error: null,
    answeredAt: null,
    latency: null,
    context: NO_CONTEXT,
    fields: {},
    findings: [],
    event: null,
  });
}

export interface LogRig {
  readonly lookup: Lookup;
  /** Commits them, and returns their ids. */
  readonly put: (...entries: readonly Entry[]) => readonly EntryId[];
  /** So that nothing can be read until it is called with false. */
  readonly break: (broken: boolean) => void;
  readonly seen: (charger: string, s: number) => void;
}

export async function log(t: TestContext): Promise<LogRig> {
  const folder = temporaryFolder(t);
  const { writer } = openStore(t, folder);
  const lookup = await openLookup({
    folder,
    clickhouse: null,
    report: (line) => t.diagnostic(line),
    onDamage: () => undefined,
  });
  t.after(() => lookup.close());
  let broken = false;
  const whole = <T>(read: () => T): T => {
    if (broken) throw new Error('the disk is away');
    return read();
  };
  return {
    lookup: {
      ...lookup,
      entries: (query) => whole(() => lookup.entries(query)),
      elsewhere: (query) => whole(() => lookup.elsewhere(query)),
      stations: async (site) => whole(() => lookup.stations(site)),
    },
    put: (...entries) => put(writer, DEPOT.id, entries).flatMap(({ id }) => id ?? []),
    break: (now) => {
      broken = now;
    },
    seen: (charger, s) => {
      writer.rememberCharger(DEPOT.id, charger, { lastSeen: T0 + s * 1000 });
      writer.commit();
    },
  };
}

export interface EvaluationRig extends LogRig {
  readonly evaluation: Evaluation;
  readonly firings: SeenFiring[];
  readonly reports: string[];
  /** s after T0. */
  readonly clock: { s: number };
  readonly take: (...entries: readonly Entry[]) => Promise<void>;
  /** As it is after a restart: nothing is remembered. */
  readonly again: () => Evaluation;
}

export async function evaluationRig(
  t: TestContext,
  change: Partial<EvaluationOptions> = {},
): Promise<EvaluationRig> {
  const rig = await log(t);
  const firings: SeenFiring[] = [];
  const reports: string[] = [];
  const clock = { s: 0 };
  const again = () =>
    new Evaluation({
      lookup: rig.lookup,
      now: () => T0 + clock.s * 1000,
      grace: 2_000,
      changing: 120_000,
      emit: (seen) => firings.push(...seen),
      report: (line) => reports.push(line),
      ...change,
    });
  const evaluation = again();
  const take = (...entries: readonly Entry[]) => evaluation.changed(DEPOT.id, rig.put(...entries), false);
  return { ...rig, evaluation, firings, reports, clock, take, again };
}

export function active(rule: string, change: Partial<ActiveAlarm> = {}): ActiveAlarm {
  return { id: 'a1', rule, sites: [DEPOT], since: T0, through: null, anywhere: null, ...change };
}

export function times(firings: readonly SeenFiring[]): readonly string[] {
  return firings.map(({ alarm, charger, at }) => `${alarm} ${charger} +${(at - T0) / 1000}s`);
}

export function notice(change: Partial<Notice> = {}): Notice {
  return {
    id: 'firing_7',
    alarm: { id: 'a1', name: 'Connector Faulted', rule: 'status:Faulted' },
    site: DEPOT,
    station: 'CP-1',
    at: T0,
    fired: T0 + 500,
    entries: [],
    ...change,
  };
}
