/** The shape of the histogram: counts to rectangles, places to times. */

import type { Histogram } from '../api/answers.ts';
import type { Range } from '../time/instant-text.ts';
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

/** px: trouble is seen, however rare. */
const LEAST: Readonly<Record<Tone, number>> = { ok: 1.5, wait: 1.5, other: 1.5, slow: 3, bad: 3 };

/** Pieces of a bar from bottom to top. */
export function piecesOf(bar: Bar, most: number, height: number): readonly Piece[] {
  if (most === 0) return [];
  const wanted = TONES.flatMap(({ tone }) => {
    const entries = bar.tones[tone];
    return entries === 0 ? [] : [{ tone, tall: Math.max((entries / most) * height, LEAST[tone]) }];
  });
  // What is rare takes its room from the tallest, so that three errors among thousands are seen.
  const over = Math.max(0, wanted.reduce((sum, { tall }) => sum + tall, 0) - height);
  const tallest = Math.max(0, ...wanted.map(({ tall }) => tall));
  const giver = wanted.find(({ tall }) => tall === tallest)?.tone;
  const pieces: Piece[] = [];
  let bottom = height;
  for (const each of wanted) {
    const { tone } = each;
    const tall = tone === giver ? Math.max(0, each.tall - over) : Math.min(each.tall, bottom);
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
