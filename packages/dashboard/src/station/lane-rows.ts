/** From segments of time to rectangles in lanes. */

import type { Range } from '../time/instant-text.ts';

/** How a segment is filled; each has a pattern or a word besides. */
export type Look = 'ok' | 'idle' | 'wait' | 'bad' | 'blind' | 'away' | 'other';

export interface Segment extends Range {
  readonly look: Look;
  /** Stands in the segment where there is room. */
  readonly label: string;
  /** All that is to be said of it. */
  readonly words: string;
  /** Entry that tells of it. */
  readonly entry: string | null;
}

export interface Lane {
  readonly name: string;
  readonly segments: readonly Segment[];
}

export interface Box {
  readonly segment: Segment;
  readonly x: number;
  readonly width: number;
  /** null where the label has no room. */
  readonly text: string | null;
}

/** However short it was, it can be seen and pointed at. */
const WIDTH_MIN = 2;
const LETTER_PX = 6.4;
const PADDING_PX = 10;

export function boxesOf(segments: readonly Segment[], { from, to }: Range, width: number): readonly Box[] {
  const x = (at: number) => ((Math.min(Math.max(at, from), to) - from) / (to - from)) * width;
  return segments.map((segment) => {
    const start = Math.min(x(segment.from), width - WIDTH_MIN);
    const own = Math.max(WIDTH_MIN, x(segment.to) - x(segment.from));
    const fits = segment.label.length * LETTER_PX + PADDING_PX <= own;
    return { segment, x: start, width: own, text: fits ? segment.label : null };
  });
}

/** Share of the range by look, 0 to 1. */
export function shareOf(segments: readonly Segment[], look: Look): number {
  const length = (of: readonly Segment[]) => of.reduce((sum, { from, to }) => sum + to - from, 0);
  const all = length(segments);
  return all === 0 ? 0 : length(segments.filter((segment) => segment.look === look)) / all;
}

/** Never 100 % where something is missing, nor 0 % where something is there. */
export function percentText(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const percent = Math.min(99.9, Math.max(0.1, share * 100));
  return `${percent.toFixed(percent < 1 || percent > 99 ? 1 : 0)} %`;
}
