/** The shape of the histogram: counts to rectangles, places to times. */

import type { Histogram } from '../api/answers.ts';
import type { Range } from '../time/instant-text.ts';
import { clockText, dateText, offsetAt } from '../time/zone.ts';
import { outcomeWords, TONES, type Tone } from './outcomes.ts';

export interface Bar {
  /** ms, of the whole step; its ends may lie outside the range. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly tones: Readonly<Record<Tone, number>>;
}

const NO_TONES: Readonly<Record<Tone, number>> = { ok: 0, wait: 0, slow: 0, bad: 0, other: 0 };
const BARS_MAX = 2_000;

/** Every step of the range, with those of no entry. */
export function barsOf(histogram: Histogram): readonly Bar[] {
  const step = histogram.step_ms;
  const first = Math.floor(Date.parse(histogram.from) / step) * step;
  const end = Date.parse(histogram.to);
  const bins = new Map(histogram.bins.map((bin) => [Date.parse(bin.time), bin]));
  const bars: Bar[] = [];
  for (let at = first; at < end && bars.length < BARS_MAX; at += step) {
    const bin = bins.get(at);
    bars.push({
      from: at,
      to: at + step,
      count: bin?.count ?? 0,
      tones: tonesOf(bin?.outcomes, bin?.count ?? 0),
    });
  }
  return bars;
}

function tonesOf(
  outcomes: Readonly<Record<string, number>> | undefined,
  count: number,
): Readonly<Record<Tone, number>> {
  const tones = { ...NO_TONES };
  let told = 0;
  for (const [outcome, entries] of Object.entries(outcomes ?? {})) {
    tones[outcomeWords(outcome).tone] += entries;
    told += entries;
  }
  tones.other += Math.max(0, count - told);
  return tones;
}

export interface Piece {
  readonly tone: Tone;
  readonly y: number;
  readonly height: number;
}

/** Pieces of a bar from bottom to top; what is there at all is at least `least` high. */
export function piecesOf(bar: Bar, most: number, height: number, least = 1.5): readonly Piece[] {
  const pieces: Piece[] = [];
  let bottom = height;
  for (const { tone } of TONES) {
    const entries = bar.tones[tone];
    if (entries === 0 || most === 0) continue;
    const tall = Math.min(Math.max((entries / most) * height, least), Math.max(0, bottom));
    bottom -= tall;
    pieces.push({ tone, y: bottom, height: tall });
  }
  return pieces;
}

/** Bars from, to (exclusive) as a range within the one that is shown. */
export function zoomed(bars: readonly Bar[], a: number, b: number, range: Range): Range | null {
  const first = bars[Math.max(0, Math.min(a, b))];
  const last = bars[Math.min(bars.length - 1, Math.max(a, b))];
  if (first === undefined || last === undefined) return null;
  return { from: Math.max(first.from, range.from), to: Math.min(last.to, range.to) };
}

/** Twice as long, around the same middle, and not beyond now. */
export function zoomedOut({ from, to }: Range, now: number): Range {
  const half = (to - from) / 2;
  const end = Math.max(to, Math.min(to + half, now));
  return { from: Math.round(end - 4 * half), to: Math.round(end) };
}

const STEPS = [
  1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000,
  43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
] as const;

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Round times of the zone, at most `most`. */
export function ticksOf({ from, to }: Range, zone: string, most: number): readonly Tick[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? to - from;
  const shift = offsetAt(from, zone);
  const ticks: Tick[] = [];
  for (let at = Math.ceil((from + shift) / step) * step - shift; at < to; at += step) {
    const clock = clockText(at, zone);
    const midnight = clock === '00:00:00';
    const text =
      step >= 86_400_000 || midnight ? dateText(at, zone).slice(5) : clock.slice(0, step < 60_000 ? 8 : 5);
    ticks.push({ at, text });
  }
  return ticks;
}
