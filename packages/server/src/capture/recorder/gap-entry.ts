import type { Entry } from '@ocpp-logs/core';
import { BARE_ENTRY } from './tracked.ts';

export interface Gap {
  /** Empty for the whole site. */
  readonly charger: string;
  readonly connection: string | null;
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** The entry that tells of a time of which something is missing. `at`: where it stands in the log. */
export function gapEntry({ charger, connection, from, to, reason }: Gap, at = from): Entry {
  const [begin, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const event = { event: 'gap' as const, from: begin, to: end, reason };
  return { ...BARE_ENTRY, kind: 'gap', at, charger, connection, event };
}
