/** When a station was recorded, and what its connectors were then: from records of connections, and from messages. */

import {
  type ConnectorReport,
  type ConnectorState,
  type CoverageMark,
  type CoverageSegment,
  connectorReportOf,
  connectorStates,
  coverageMarkOf,
  coverageOf,
  heardSpans,
  type Kind,
  lastReports,
  type OcppLog,
  type TimeSpan,
  toldSince,
} from '@ocpp-logs/core';
import type { Histogram, SortOrder } from '../store/store.ts';
import { stepFor } from './histogram-steps.ts';
import type { EntriesSeen } from './station-entries.ts';

/** Entries looked at for each part. */
const MARKS_MAX = 5_000;
const MARKS_BEFORE = 20;
const REPORTS_MAX = 10_000;
const REPORTS_BEFORE = 200;
const CALLS_BEFORE = 2_000;
/** Where there are too many messages to look at each. */
const BINS_MAX = 2_000;

export interface Part<T> {
  readonly complete: boolean;
  readonly found: T;
}

export interface Wish {
  readonly from?: number;
  readonly to?: number;
  readonly kinds?: readonly Kind[];
  readonly actions?: readonly string[];
  /** Entries of the whole site, too. */
  readonly ofSite?: true;
}

/** The station's entries, so many at most. */
export interface StationEntries {
  read(wish: Wish, order: SortOrder, max: number, visit: (entry: OcppLog) => void): Promise<EntriesSeen>;
  histogram(range: TimeSpan, step: number): Promise<Histogram>;
}

export interface Sightings {
  /** ms. */
  readonly times: readonly number[];
  /** false: only the newest ones of the range. */
  readonly complete: boolean;
}

/** What of it the messages of the range tell, which others look at too. */
export interface Messages {
  readonly sightings: Sightings;
  /** ms; null: there is no entry. */
  readonly firstSeen: number | null;
}

export interface Recorded {
  readonly coverage: Part<readonly CoverageSegment[]>;
  readonly connectors: Part<readonly ConnectorState[]>;
}

export function sightingsOf({ occurrence_time, exchange }: OcppLog): readonly number[] {
  const answered = exchange?.response_time ?? null;
  const at = Date.parse(occurrence_time);
  return answered === null ? [at] : [at, Date.parse(answered)];
}

export async function recordedOf(
  entries: StationEntries,
  range: TimeSpan,
  messages: Promise<Messages>,
): Promise<Recorded> {
  const marks: CoverageMark[] = [];
  const oldest: CoverageMark[] = [];
  const addMark = (into: CoverageMark[]) => (entry: OcppLog) => {
    const mark = coverageMarkOf(entry);
    if (mark !== null) into.push(mark);
  };
  const reports: ConnectorReport[] = [];
  const addReport = (entry: OcppLog) => {
    const report = connectorReportOf(entry);
    if (report !== null) reports.push(report);
  };
  const around = { kinds: ['connection', 'gap'], ofSite: true } as const satisfies Wish;
  const status = { actions: ['StatusNotification'] };
  const [within, reported, { sightings, firstSeen }] = await Promise.all([
    entries.read({ ...around, ...range }, 'asc', MARKS_MAX, addMark(marks)),
    entries.read({ ...status, ...range }, 'asc', REPORTS_MAX, addReport),
    messages,
    entries.read({ ...around, to: range.from }, 'desc', MARKS_BEFORE, addMark(marks)),
    // Connections may come and go often: what was not recorded before must not get lost among them.
    entries.read({ kinds: ['gap'], ofSite: true, to: range.from }, 'desc', MARKS_BEFORE, addMark(marks)),
    // Its own: that something of the whole site was not recorded tells nothing of a station before it first came.
    entries.read({ kinds: around.kinds }, 'asc', MARKS_BEFORE, addMark(oldest)),
    entries.read({ ...status, to: range.from }, 'desc', REPORTS_BEFORE, addReport),
  ]);
  const since = toldSince(oldest[0] ?? null, firstSeen);
  const until = within.complete ? Number.POSITIVE_INFINITY : lastOf(marks, range);
  const carried = lastReports(reports.filter(({ at }) => at < range.from));
  const start = Math.min(range.from, ...carried.map(({ at }) => at));
  const times = await heardTimes(entries, { start, since, range, sightings, firstSeen });
  const known = { since, until, heard: heardSpans(times) };
  const statesUntil = reported.complete ? range.to : Math.max(range.from, ...reports.map(({ at }) => at)) + 1;
  return {
    coverage: { complete: within.complete, found: coverageOf(marks, range, known) },
    connectors: {
      complete: reported.complete,
      found: connectorStates(reports, coverageOf(marks, { from: start, to: range.to }, known), {
        from: range.from,
        to: Math.min(range.to, statesUntil),
      }),
    },
  };
}

function lastOf(marks: readonly CoverageMark[], { from }: TimeSpan): number {
  return marks.reduce((last, mark) => Math.max(last, mark.kind === 'gap' ? mark.from : mark.at), from);
}

interface Hearing {
  /** ms: from then on it matters. */
  readonly start: number;
  /** ms: from then on records of connections tell. */
  readonly since: number;
  readonly range: TimeSpan;
  readonly sightings: Sightings;
  readonly firstSeen: number | null;
}

/** ms at which messages were recorded while no record tells of connections. */
async function heardTimes(
  entries: StationEntries,
  { start, since, range, sightings, firstSeen }: Hearing,
): Promise<readonly number[]> {
  const times = sightings.times.filter((at) => at < since);
  const seenFrom = sightings.complete
    ? range.from
    : sightings.times.reduce((a, b) => Math.min(a, b), range.to);
  const [old, earlier] = await Promise.all([
    timesBefore(entries, { from: start, to: Math.min(range.from, since) }),
    timesByBins(entries, {
      from: Math.max(range.from, firstSeen ?? range.from),
      to: Math.min(seenFrom, since),
    }),
  ]);
  return [...old, ...earlier, ...times];
}

async function timesBefore(entries: StationEntries, span: TimeSpan): Promise<readonly number[]> {
  const times: number[] = [];
  if (span.to <= span.from) return times;
  await entries.read(span, 'desc', CALLS_BEFORE, (entry) => times.push(...sightingsOf(entry)));
  return times;
}

async function timesByBins(entries: StationEntries, span: TimeSpan): Promise<readonly number[]> {
  if (span.to <= span.from) return [];
  const step = stepFor(span.from, span.to, BINS_MAX);
  const { bins } = await entries.histogram(span, step);
  const within = (at: number) => Math.min(Math.max(at, span.from), span.to - 1);
  return bins.flatMap(({ time }) => [within(time), within(time + step - 1)]);
}
