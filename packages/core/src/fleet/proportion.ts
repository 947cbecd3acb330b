/** Shares of counted things, with the interval in which they lie in 95 of 100 cases. */

/** 97.5 of 100 of a normal distribution lie below. */
const Z = 1.959964;

export interface Proportion {
  readonly of: number;
  readonly count: number;
  /** null where there is nothing to be a share of. */
  readonly share: number | null;
  /** Wilson's score interval; null with `share`. */
  readonly low: number | null;
  readonly high: number | null;
}

export function proportion(count: number, of: number): Proportion {
  if (of <= 0) return { of, count, share: null, low: null, high: null };
  const share = count / of;
  const weight = 1 + Z ** 2 / of;
  const middle = (share + Z ** 2 / (2 * of)) / weight;
  const half = (Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))) / weight;
  return { of, count, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** `unclear`: the interval holds 0, so that the numbers do not bear to speak of a difference. */
export type DifferenceReading = 'higher' | 'lower' | 'unclear';

export interface Difference {
  /** After minus before. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly reading: DifferenceReading;
}

/** Newcombe's interval of Wilson's; null where either share is unknown. */
export function differenceOf(before: Proportion, after: Proportion): Difference | null {
  if (before.share === null || after.share === null) return null;
  if (before.low === null || before.high === null || after.low === null || after.high === null) return null;
  const difference = after.share - before.share;
  const low = difference - Math.hypot(after.share - after.low, before.high - before.share);
  const high = difference + Math.hypot(after.high - after.share, before.share - before.low);
  return { difference, low, high, reading: low > 0 ? 'higher' : high < 0 ? 'lower' : 'unclear' };
}
