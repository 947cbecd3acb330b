/** What a clock that is off is said to be. */

import { spanText } from '../time/instant-text.ts';
import { countText } from '../ui/count-text.ts';
import type { SkewBody } from './station-answers.ts';

/** Timestamps of stations often end in whole seconds, so less says nothing. */
const SAME_MS = 1_000;
/** Answers to a start from afar and the times in signed meter values suffer from here on. */
const FAR_MS = 60_000;

export interface SkewWords {
  readonly text: string;
  readonly detail: string;
  readonly far: boolean;
}

export function skewWords({ median_ms: median, spread_ms: spread, samples }: SkewBody): SkewWords {
  const off = Math.abs(median);
  const text = off < SAME_MS ? 'In step' : `${spanText(off)} ${median > 0 ? 'ahead' : 'behind'}`;
  const of = countText(samples, 'message');
  return {
    text,
    detail: spread < SAME_MS ? `steady, by ${of}` : `varies by ${spanText(spread)}, by ${of}`,
    far: off >= FAR_MS,
  };
}
