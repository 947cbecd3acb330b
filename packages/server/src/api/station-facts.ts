/** Gathers what a station page tells, from a bounded number of entries. */

import {
  type AnswerTimes,
  AnswerTimesTally,
  type BootIdentity,
  bootIdentity,
  type ClockSkew,
  CONFIGURATION_ACTIONS,
  type ConnectorReport,
  type ConnectorState,
  type CoverageMark,
  type CoverageSegment,
  clockSkew,
  connectorReportOf,
  connectorStates,
  coverageMarkOf,
  coverageOf,
  csmsSkewOf,
  KINDS,
  type Kind,
  knownMarks,
  lastConfiguration,
  type OcppLog,
  type SeenSetting,
  settingsOf,
  stationSkewOf,
  type TimeSpan,
} from '@ocpp-logs/core';
import type { Site } from '../store/control.ts';
import type { Facets, Scope, SortOrder } from '../store/store.ts';
import { kept, renderingOf } from './scopes.ts';
import { type EntriesSeen, eachEntry, type Reading } from './station-entries.ts';

/** Entries looked at for each part. */
const MARKS_MAX = 5_000;
const MARKS_BEFORE = 20;
const REPORTS_MAX = 10_000;
const REPORTS_BEFORE = 200;
const CALLS_MAX = 20_000;
const TELLING_MAX = 300;
const SETTINGS_MAX = 2_000;
const FINDINGS_MAX = 50;
const TIME_END = 2 ** 42;

export interface Part<T> {
  readonly complete: boolean;
  readonly found: T;
}

export interface StationFacts {
  readonly boot: (BootIdentity & { readonly at: number }) | null;
  /** ms. */
  readonly firstSeen: number | null;
  /** ms: when the newest connection began. */
  readonly opened: number | null;
  readonly coverage: Part<readonly CoverageSegment[]>;
  readonly connectors: Part<readonly ConnectorState[]>;
  readonly answerTimes: Part<readonly AnswerTimes[]> & { readonly entries: number };
  readonly configuration: Part<readonly SeenSetting[]>;
  readonly stationSkew: ClockSkew | null;
  readonly csmsSkew: ClockSkew | null;
  readonly findings: Facets;
}

export interface StationQuestion {
  readonly site: Site;
  readonly charger: string;
  readonly range: TimeSpan;
  /** ms: nothing older than the site keeps is looked at. */
  readonly now: number;
}

interface Wish {
  readonly from?: number;
  readonly to?: number;
  readonly kinds?: readonly Kind[];
  readonly actions?: readonly string[];
  /** Entries of the whole site, too. */
  readonly ofSite?: true;
}

export async function stationFacts(reading: Reading, question: StationQuestion): Promise<StationFacts> {
  const { site, charger, range, now } = question;
  const scope = ({ from = 0, to = TIME_END, kinds = ['exchange'], actions, ofSite }: Wish): Scope => {
    const chargers = ofSite ? [charger, ''] : [charger];
    const asked = { from, to, kinds, actions: actions ?? null, chargers, connectors: null, query: null };
    return { filter: kept(asked, site, now), rendering: renderingOf(site, { exchange: true, raw: false }) };
  };
  const read = (
    wish: Wish,
    order: SortOrder,
    max: number,
    visit: (entry: OcppLog) => void,
  ): Promise<EntriesSeen> => eachEntry(reading, { scope: scope(wish), order, max }, visit);

  const marks: CoverageMark[] = [];
  const addMark = (entry: OcppLog) => {
    const mark = coverageMarkOf(entry);
    if (mark !== null) marks.push(mark);
  };
  const around = { kinds: ['connection', 'gap'], ofSite: true } as const satisfies Wish;
  const reports: ConnectorReport[] = [];
  const addReport = (entry: OcppLog) => {
    const report = connectorReportOf(entry);
    if (report !== null) reports.push(report);
  };
  const status = { actions: ['StatusNotification'] };
  const tally = new AnswerTimesTally();
  const [stationSamples, csmsSamples]: [number[], number[]] = [[], []];
  const settings: SeenSetting[] = [];
  let boot: StationFacts['boot'] = null;
  let firstSeen: number | null = null;
  let opened: number | null = null;

  const marksBefore = read({ ...around, to: range.from }, 'desc', MARKS_BEFORE, addMark);
  const marksWithin = read({ ...around, ...range }, 'asc', MARKS_MAX, addMark);
  const reportsBefore = read({ ...status, to: range.from }, 'desc', REPORTS_BEFORE, addReport);
  const reportsWithin = read({ ...status, ...range }, 'asc', REPORTS_MAX, addReport);
  const calls = read(range, 'desc', CALLS_MAX, (entry) => {
    tally.add(entry);
    const [ofStation, ofCsms] = [stationSkewOf(entry), csmsSkewOf(entry)];
    if (ofStation !== null) stationSamples.push(ofStation);
    if (ofCsms !== null) csmsSamples.push(ofCsms);
  });
  const telling = { actions: CONFIGURATION_ACTIONS, to: range.to };
  const told = read(telling, 'desc', TELLING_MAX, (entry) => settings.push(...settingsOf(entry)));
  const booting = read({ actions: ['BootNotification'] }, 'desc', 1, (entry) => {
    const found = bootIdentity(entry);
    if (found !== null) boot = { ...found, at: Date.parse(entry.occurrence_time) };
  });
  const oldest = read({ kinds: KINDS }, 'asc', 1, (entry) => {
    firstSeen = Date.parse(entry.occurrence_time);
  });
  const newest = read({ kinds: ['connection'] }, 'desc', MARKS_BEFORE, (entry) => {
    const mark = coverageMarkOf(entry);
    if (mark?.kind === 'opened') opened ??= mark.at;
  });
  const { filter } = scope({ ...range, kinds: KINDS });
  const findings: Promise<Facets> =
    filter.from < filter.to
      ? reading.reader.facets({ filters: [filter], fields: ['finding'], top: FINDINGS_MAX }, reading.signal)
      : Promise.resolve({ facets: [], count: 0, exact: true });

  const [within, reported, called, toldSeen, found] = await Promise.all([
    marksWithin,
    reportsWithin,
    calls,
    told,
    findings,
    marksBefore,
    reportsBefore,
    booting,
    oldest,
    newest,
  ]);
  return {
    boot,
    firstSeen,
    opened,
    coverage: {
      complete: within.complete,
      found: coverageOf(knownMarks(marks, firstSeen, range), range),
    },
    connectors: { complete: reported.complete, found: connectorStates(reports, range) },
    answerTimes: { complete: called.complete, entries: called.entries, found: tally.result() },
    configuration: { complete: toldSeen.complete, found: lastConfiguration(settings, SETTINGS_MAX) },
    stationSkew: clockSkew(stationSamples),
    csmsSkew: clockSkew(csmsSamples),
    findings: found,
  };
}
