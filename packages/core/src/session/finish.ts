/** What came to a session, as the session that is told of it. */

import { type Draft, MARKS_MAX } from './draft.ts';
import { energyOf } from './energy.ts';
import type { Known } from './known.ts';
import { limitsOf } from './limits.ts';
import { sampleFactor, scaled } from './registers.ts';
import type { MeterSample } from './samples.ts';
import type { Mark, Point, Reading, Session, SessionState } from './session.ts';

/** A transaction of which nothing was heard for so long, though its station was, has ended unseen. ms. */
const SILENT_MS = 12 * 3_600_000;
const DURATION_MAX_MS = 30 * 86_400_000;

/** What the log holds of a station so far. */
export interface Heard {
  /** When anything was last heard, ms. */
  readonly until: number;
  /** Whether it holds any answer of that side. */
  readonly csms: boolean;
  readonly station: boolean;
}

export function sessionOf(draft: Draft, known: Known, heard: Heard): Session {
  const told = draft.samples.toSorted((a, b) => a.at - b.at);
  const samplesFactor = sampleFactor(draft.meterStart, draft.meterStop, told);
  const samples = told.map((sample) => scaled(sample, samplesFactor ?? 1));
  const startedAt = startOf(draft);
  const stoppedAt = draft.stop === null ? null : timeOf(draft.stop);
  const state = stateOf(draft, heard.until);
  const toldLate = toldLateOf(draft);
  const powerW = pointsOf(samples, 'powerW');
  const energyWh = pointsOf(samples, 'energyWh');
  const socPercent = pointsOf(samples, 'socPercent');
  const readings = readingsOf(draft, samples);
  const from = startedAt ?? draft.from;
  const to = stoppedAt ?? draft.to;
  const set = known.profiles.of(draft.connector ?? 0, draft.transaction, from, to);
  const own = draft.ownProfile === null ? [] : [draft.ownProfile];
  return {
    id: draft.id,
    charger: draft.charger,
    connector: draft.connector,
    evseConnector: draft.evseConnector,
    version: draft.version,
    transaction: draft.transaction,
    idTag: draft.idTag,
    state,
    over: draft.over || state === 'ended' || state === 'stop_unseen',
    from: draft.from,
    to: draft.to,
    heard: heard.until,
    answers: { csms: heard.csms, station: heard.station },
    startedAt,
    stoppedAt,
    durationMs: durationOf(draft, startedAt, stoppedAt),
    start: draft.start?.mark ?? null,
    stop: draft.stop?.mark ?? null,
    startWaitMs: draft.startWaitMs,
    startUnseen: draft.startUnseen && draft.start === null,
    deliveredLate: toldLate.length > 0,
    toldLate,
    authorisations: draft.authorisations,
    remoteStarts: draft.remoteStarts,
    remoteStops: draft.remoteStops,
    unlocks: draft.unlocks,
    statuses: draft.statuses,
    statusBefore: draft.statusBefore,
    troubles: draft.troubles,
    reservation: known.reservations.of(draft),
    refusedBefore: known.refusals.before(draft),
    limits: draft.limits,
    interruptions: draft.interruptions,
    resets: draft.resets,
    gap: draft.gap,
    startAuthorisation: draft.startAuthorisation,
    stopReason: draft.stopReason,
    stopAnswer: draft.stopAnswer,
    stopNames: draft.stopNames,
    triggerReason: draft.triggerReason,
    meterStart: readings.start,
    meterStop: readings.stop,
    samplesFactor,
    energy: energyOf(
      differenceOf(readings.start, readings.stop),
      draft.samplesCut ? [] : powerW,
      startedAt ?? powerW[0]?.at ?? null,
      stoppedAt ?? powerW.at(-1)?.at ?? null,
    ),
    powerMaxW:
      powerW.length === 0 ? null : powerW.reduce((max, { value }) => Math.max(max, value), -Infinity),
    socStartPercent: socPercent[0]?.value ?? null,
    socEndPercent: socPercent.at(-1)?.value ?? null,
    cost: draft.cost,
    seqMissing: draft.numbering.missing,
    seqRestarts: draft.numbering.restarts,
    reuses: draft.reuses,
    marks: draft.marks.length <= MARKS_MAX ? draft.marks : draft.marks.slice(0, MARKS_MAX),
    marksLeftOut: draft.marksLeftOut,
    series: {
      powerW,
      currentA: pointsOf(samples, 'currentA'),
      socPercent,
      energyWh,
      limit: draft.isTransaction ? limitsOf([...set, ...own], from, to) : [],
      cut: draft.samplesCut,
    },
  };
}

/** Start and stop, or of neither the first event that is marked `offline`. */
function toldLateOf({ start, stop, offline }: Draft): readonly Mark[] {
  const turns = [start, stop].flatMap((turn) => (turn?.late === true ? [turn.mark] : []));
  return turns.length === 0 && offline !== null ? [offline] : turns;
}

function stateOf(draft: Draft, heard: number): SessionState {
  if (!draft.isTransaction) return 'attempt';
  if (draft.stop !== null) return 'ended';
  const silent = heard - draft.to > SILENT_MS;
  return draft.over || draft.freeSince !== null || silent ? 'stop_unseen' : 'running';
}

function timeOf({ mark, told, late }: NonNullable<Draft['start']>): number {
  return late && told !== null ? told : mark.at;
}

function startOf({ start }: Draft): number | null {
  return start === null ? null : timeOf(start);
}

/** By the station's own clock, which measured both; otherwise by ours. */
function durationOf({ start, stop }: Draft, from: number | null, to: number | null): number | null {
  if (start === null || stop === null || from === null || to === null) return null;
  const own = start.told === null || stop.told === null ? null : stop.told - start.told;
  if (own !== null && own >= 0 && own <= DURATION_MAX_MS) return own;
  return to >= from ? to - from : null;
}

type Quantity = 'powerW' | 'currentA' | 'socPercent' | 'energyWh';

function pointsOf(samples: readonly MeterSample[], quantity: Quantity): readonly Point[] {
  return samples.flatMap((sample) => {
    const value = sample[quantity];
    return value === null ? [] : [{ at: sample.at, value, entry: sample.entry }];
  });
}

/** Those of start and stop; otherwise, and so far, the first and last sample of the register. */
function readingsOf(draft: Draft, samples: readonly MeterSample[]) {
  const registers = samples.filter(({ energyWh }) => energyWh !== null);
  const first = draft.isTransaction ? readingOf(registers[0]) : null;
  const last = draft.samplesCut ? draft.lastEnergy : readingOf(registers.at(-1));
  return {
    start: draft.meterStart ?? first,
    stop: draft.meterStop ?? (draft.isTransaction ? last : null),
  };
}

function readingOf(sample: MeterSample | undefined): Reading | null {
  if (sample === undefined || sample.energyWh === null) return null;
  return { wh: sample.energyWh, text: sample.energyText ?? String(sample.energyWh), entry: sample.entry };
}

function differenceOf(start: Reading | null, stop: Reading | null): number | null {
  if (start === null || stop === null || stop.wh < start.wh) return null;
  // Registers are decimals: no more digits than they had.
  return Number((stop.wh - start.wh).toFixed(3));
}
