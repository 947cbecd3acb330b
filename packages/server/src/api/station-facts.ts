/** Gathers what a station page tells, from a bounded number of entries. */

import {
  type AnswerTimes,
  AnswerTimesTally,
  type BootIdentity,
  bootIdentity,
  type ClockSkew,
  CONFIGURATION_ACTIONS,
  clockSkew,
  coverageMarkOf,
  csmsSkewOf,
  KINDS,
  lastConfiguration,
  type SeenSetting,
  settingsOf,
  stationSkewOf,
  type TimeSpan,
} from '@ocpp-logs/core';
import type { Site } from '../store/control.ts';
import type { Facets, Scope } from '../store/store.ts';
import { kept, renderingOf } from './scopes.ts';
import { eachEntry, type Reading } from './station-entries.ts';
import {
  type Part,
  type Recorded,
  recordedOf,
  type StationEntries,
  sightingsOf,
  type Wish,
} from './station-recorded.ts';

/** Entries looked at for each part. */
const CONNECTIONS_MAX = 20;
const CALLS_MAX = 20_000;
const TELLING_MAX = 300;
const SETTINGS_MAX = 2_000;
const FINDINGS_MAX = 50;
const TIME_END = 2 ** 42;

export interface StationFacts extends Recorded {
  readonly boot: (BootIdentity & { readonly at: number }) | null;
  /** ms. */
  readonly firstSeen: number | null;
  /** ms: when the newest connection began. */
  readonly opened: number | null;
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

export async function stationFacts(reading: Reading, question: StationQuestion): Promise<StationFacts> {
  const { site, charger, range, now } = question;
  const scope = ({ from = 0, to = TIME_END, kinds = ['exchange'], actions, ofSite }: Wish): Scope => {
    const chargers = ofSite ? [charger, ''] : [charger];
    const asked = { from, to, kinds, actions: actions ?? null, chargers, connectors: null, query: null };
    return {
      filter: kept(asked, site, now),
      rendering: renderingOf(site, { exchange: true, raw: false }, now),
    };
  };
  const entries: StationEntries = {
    read: (wish, order, max, visit) => eachEntry(reading, { scope: scope(wish), order, max }, visit),
    histogram: (span, step) =>
      reading.reader.histogram({ filters: [scope(span).filter], step }, reading.signal),
  };
  const { read } = entries;

  const tally = new AnswerTimesTally();
  const [stationSamples, csmsSamples]: [number[], number[]] = [[], []];
  const settings: SeenSetting[] = [];
  let boot: StationFacts['boot'] = null;
  let firstSeen: number | null = null;
  let opened: number | null = null;
  const sightings: number[] = [];

  const calls = read(range, 'desc', CALLS_MAX, (entry) => {
    tally.add(entry);
    sightings.push(...sightingsOf(entry));
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
  const newest = read({ kinds: ['connection'] }, 'desc', CONNECTIONS_MAX, (entry) => {
    const mark = coverageMarkOf(entry);
    if (mark?.kind === 'opened') opened ??= mark.at;
  });
  const { filter } = scope({ ...range, kinds: KINDS });
  const findings: Promise<Facets> =
    filter.from < filter.to
      ? reading.reader.facets({ filters: [filter], fields: ['finding'], top: FINDINGS_MAX }, reading.signal)
      : Promise.resolve({ facets: [], count: 0, exact: true });

  const messages = Promise.all([calls, oldest]).then(([{ complete }]) => ({
    sightings: { times: sightings, complete },
    firstSeen,
  }));
  const [recorded, called, toldSeen, found] = await Promise.all([
    recordedOf(entries, range, messages),
    calls,
    told,
    findings,
    booting,
    newest,
  ]);
  return {
    ...recorded,
    boot,
    firstSeen,
    opened,
    answerTimes: { complete: called.complete, entries: called.entries, found: tally.result() },
    configuration: { complete: toldSeen.complete, found: lastConfiguration(settings, SETTINGS_MAX) },
    stationSkew: clockSkew(stationSamples),
    csmsSkew: clockSkew(csmsSamples),
    findings: found,
  };
}
