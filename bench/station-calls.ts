/** Calls that stations make, from the seed. */

import { traffic } from './seed.ts';

export interface StationCall {
  readonly action: string;
  /** JSON. */
  readonly payload: string;
}

export function seededCalls(): readonly StationCall[] {
  const found: StationCall[] = [];
  for (const { version, direction, action, id, call } of traffic({ entries: 20_000, sites: 2 })) {
    if (version !== '1.6' || direction !== 'station_to_csms') continue;
    found.push({ action, payload: call.slice(`[2,"${id}","${action}",`.length, -1) });
  }
  return found;
}
