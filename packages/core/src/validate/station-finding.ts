/** A finding that entries make only beside each other. */

import type { StationCheckCode } from './checks.ts';

export interface StationFinding {
  readonly code: StationCheckCode;
  /** Entry id of the first that shows it. */
  readonly entry: string;
  readonly path?: string;
  readonly detail: string;
}

export type Tell = (finding: StationFinding) => void;
