/** The bounds of capture as settings and system have them. */

import { CAPTURE_LIMITS, type CaptureLimits } from '../capture/limits.ts';
import type { Settings } from '../config.ts';

/** `sockets`: null where nobody told how many files may be open. */
export function captureLimits(limits: Settings['limits'], sockets: number | null): CaptureLimits {
  return {
    ...CAPTURE_LIMITS,
    stations: limits.stations,
    stationsPerSite: limits.stations_per_site,
    upgradesPerMinute: limits.connections_per_minute,
    refusalsPerMinute: limits.refusals_per_minute,
    ...(sockets === null ? {} : { sockets }),
  };
}
