/** What is left of a sample that can be used. */

import type { Decimal } from './decimal.ts';

export interface Sample {
  readonly value: Decimal;
  /** ms since 1970; -Infinity where the timestamp is none. */
  readonly instant: number;
  /** The fewer the better. */
  readonly location: number;
  readonly context: number;
  /** TOTAL, 1 to 3, or NEUTRAL. */
  readonly slot: number;
  /** Where it stands in the request. */
  readonly element: number;
  readonly sample: number;
}
