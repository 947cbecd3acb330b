/** What the samples of one element of the meter values are read with. */

import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import type { Choice } from './choose.ts';

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

/** Made only where something is reported. */
export function samplePath({ where, element }: SampleReader, sample: number): string {
  return `${where}[${element}].sampledValue[${sample}]`;
}
