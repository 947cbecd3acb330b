/** What one station did on one UTC day, by the firmware that it ran. */

import type { FleetTally } from './tally.ts';

export interface Firmware {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly version: string | null;
}

export interface DayPart {
  /** ms: when it began to run; the beginning of the day where it ran before. */
  readonly from: number;
  /** null: no boot told it. */
  readonly firmware: Firmware | null;
  /** The boot that told another firmware than before; null where it ran before, and where nobody knows. */
  readonly entry: string | null;
  readonly tally: FleetTally;
}

export interface StationDay {
  readonly charger: string;
  /** ms: when it begins. */
  readonly day: number;
  /** In the order of time; one at least. */
  readonly parts: readonly DayPart[];
}

export const FLEET_DAY_MS = 86_400_000;

export function sameFirmware(a: Firmware | null, b: Firmware | null): boolean {
  if (a === null || b === null) return a === b;
  return a.vendor === b.vendor && a.model === b.model && a.version === b.version;
}
