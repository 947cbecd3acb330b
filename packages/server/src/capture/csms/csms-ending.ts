/** How a connection of the built-in CSMS ended, as it is recorded. */

import type { ConnectionEvent } from '@ocpp-logs/core';

/** The cause that was seen first. */
export interface Ending {
  readonly ended_by: 'station' | 'csms' | 'server';
  readonly how: 'close_frame' | 'fin' | 'reset' | 'timeout' | 'shutdown';
  /** Of the close frame that this side sent. */
  readonly close_code?: number;
  readonly reason?: string;
}

/** RFC 6455 7.1.5: no close frame came. */
const ABNORMAL = 1006;

/** `code` and `reason` are those of the close frame that came from the station, if one came. */
export function endingOf(
  code: number,
  reason: string,
  seen: Ending | null,
): ConnectionEvent & { readonly event: 'closed' } {
  if (seen?.close_code !== undefined) return { event: 'closed', ...seen };
  if (code !== ABNORMAL) {
    return { event: 'closed', ended_by: 'station', how: 'close_frame', close_code: code, reason };
  }
  if (seen === null) return { event: 'closed', ended_by: 'unknown', how: 'unknown', close_code: code };
  return { event: 'closed', ...seen, close_code: code };
}
