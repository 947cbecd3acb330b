/** Samples while they are being read, and what is left of those that can be used. */

import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { Choice } from './choose.ts';
import type { Decimal } from './decimal.ts';

/** One element of the meter values. */
export interface SampleReader {
  readonly version: OcppVersion;
  /** Path of the meter values: `request.meterValue`. */
  readonly where: string;
  readonly element: number;
  /** ms since 1970; -Infinity where the timestamp is none. */
  readonly instant: number;
  readonly findings: Finding[];
  /** By the index of the quantity. */
  readonly choices: (Choice | undefined)[];
}

export interface Sample {
  readonly value: Decimal;
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

/** Made only where something is reported. */
export function samplePath({ where, element }: SampleReader, sample: number): string {
  return `${where}[${element}].sampledValue[${sample}]`;
}
