/** When a station was connected, and when nothing could be recorded of it. From entries of the kinds connection and gap. */

import { instantOf } from '../extract/instant.ts';
import type { OcppLog } from '../ocpp-log.ts';

/**
 * `heard`: messages were recorded, though no record tells of the connection that they came by. `blind`: nobody can say
 * what was.
 */
export type CoverageState = 'connected' | 'heard' | 'blind' | 'disconnected';

/** What one entry says. Times are ms since 1970. */
export type CoverageMark =
  | { readonly kind: 'opened' | 'closed'; readonly at: number; readonly connection: string }
  /** `connection`: the one that was not recorded, which ended with it; null where it was none in particular. */
  | {
      readonly kind: 'gap';
      readonly from: number;
      readonly to: number;
      readonly connection: string | null;
    };

export interface CoverageSegment {
  readonly from: number;
  readonly to: number;
  readonly state: CoverageState;
}

export interface TimeSpan {
  /** ms since 1970, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
}

/** null for an entry that changes nothing, such as a refused connection. */
export function coverageMarkOf({ occurrence_time, exchange }: OcppLog): CoverageMark | null {
  const event = exchange?.event;
  const connection = exchange?.connection_id ?? null;
  if (event === undefined) return null;
  if (exchange?.kind === 'gap') {
    const from = typeof event.from === 'string' ? instantOf(event.from) : null;
    const to = typeof event.to === 'string' ? instantOf(event.to) : null;
    return from === null || to === null ? null : { kind: 'gap', from, to, connection };
  }
  const kind = event.event === 'accepted' ? 'opened' : event.event === 'closed' ? 'closed' : null;
  if (kind === null) return null;
  return { kind, at: Date.parse(occurrence_time), connection: connection ?? '' };
}

interface Step {
  readonly at: number;
  readonly open?: string;
  readonly close?: string;
  readonly gaps?: 1 | -1;
  /** Marks begin to tell, or end. */
  readonly told?: 1 | -1;
  readonly heard?: 1 | -1;
}

function stepsOf(mark: CoverageMark): readonly Step[] {
  if (mark.kind !== 'gap') {
    return [
      mark.kind === 'opened'
        ? { at: mark.at, open: mark.connection }
        : { at: mark.at, close: mark.connection },
    ];
  }
  const { from, to, connection } = mark;
  if (to <= from) return [];
  return [
    { at: from, gaps: 1 },
    connection === null ? { at: to, gaps: -1 } : { at: to, gaps: -1, close: connection },
  ];
}

/** Between which times marks tell all, and when messages were recorded outside of them. */
export interface Knowledge {
  /** ms: before it no record tells of connections. */
  readonly since: number;
  /** ms: from here on marks are missing. */
  readonly until: number;
  /** In order. */
  readonly heard: readonly TimeSpan[];
}

const EVERYTHING: Knowledge = {
  since: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  heard: [],
};

/**
 * Segments that follow on each other and fill the range; neighbours differ. `marks` may lie before the range: they say
 * how it begins. Without any mark nothing is known of connections.
 */
export function coverageOf(
  marks: readonly CoverageMark[],
  { from, to }: TimeSpan,
  known: Knowledge = EVERYTHING,
): readonly CoverageSegment[] {
  if (to <= from) return [];
  const since = marks.length === 0 ? Number.POSITIVE_INFINITY : known.since;
  const around: readonly Step[] = [
    { at: since, told: 1 },
    { at: known.until, told: -1 },
    ...known.heard.flatMap((span): readonly Step[] => [
      { at: span.from, heard: 1 },
      { at: span.to, heard: -1 },
    ]),
  ];
  const steps = [...marks.flatMap(stepsOf), ...around].sort((a, b) => a.at - b.at);
  const open = openBefore(steps);
  let [gaps, told, heard] = [0, 0, 0];
  const segments: CoverageSegment[] = [];
  const put = (start: number, end: number) => {
    const [low, high] = [Math.max(start, from), Math.min(end, to)];
    if (high <= low) return;
    const silent = heard > 0 ? 'heard' : 'blind';
    const state = gaps > 0 ? 'blind' : told < 1 ? silent : open.size > 0 ? 'connected' : 'disconnected';
    const last = segments.at(-1);
    if (last?.state === state) segments[segments.length - 1] = { ...last, to: high };
    else segments.push({ from: low, to: high, state });
  };
  let reached = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    put(reached, step.at);
    reached = step.at;
    if (step.open !== undefined) open.add(step.open);
    if (step.close !== undefined) open.delete(step.close);
    gaps += step.gaps ?? 0;
    told += step.told ?? 0;
    heard += step.heard ?? 0;
  }
  put(reached, Number.POSITIVE_INFINITY);
  return segments;
}

/** A connection whose end is the first that is known of it was there before. */
function openBefore(steps: readonly Step[]): Set<string> {
  const seen = new Set<string>();
  const before = new Set<string>();
  for (const { open, close } of steps) {
    if (open !== undefined) seen.add(open);
    if (close === undefined || seen.has(close)) continue;
    before.add(close);
    seen.add(close);
  }
  return before;
}

/**
 * From when on marks tell of a station, if `oldest` is the first that there is of it. Where that one ends a connection,
 * the connection was there since the station's first entry at most.
 */
export function toldSince(oldest: CoverageMark | null, firstSeen: number | null): number {
  if (oldest === null) return Number.POSITIVE_INFINITY;
  if (oldest.kind === 'opened') return oldest.at;
  const at = oldest.kind === 'gap' ? oldest.from : oldest.at;
  const ends = oldest.kind === 'closed' || oldest.connection !== null;
  return ends ? Math.min(firstSeen ?? at, at) : at;
}
