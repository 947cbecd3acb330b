/** How far clocks are off the one that recorded: that of the station, and that of its CSMS. */

import { instantOf } from '../extract/instant.ts';
import type { OcppLog } from '../ocpp-log.ts';
import { quantile } from './quantile.ts';

export interface ClockSkew {
  /** ms that the clock is ahead; negative where it is behind. */
  readonly median: number;
  /** ms between the lower and the upper quarter. */
  readonly spread: number;
  readonly samples: number;
}

/** Without a zone a time could be anything: it says nothing about the clock. */
const ZONED = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i;

function zoned(text: unknown): number | null {
  return typeof text === 'string' && ZONED.test(text.slice(10)) ? instantOf(text) : null;
}

/** A status is told when it changes, so its timestamp is that of the message. One told offline is another matter. */
export function stationSkewOf({
  action,
  request_timestamp,
  occurrence_time,
  exchange,
}: OcppLog): number | null {
  if (action !== 'StatusNotification' || exchange?.offline === true) return null;
  const told = zoned(request_timestamp);
  return told === null ? null : told - Date.parse(occurrence_time);
}

/** OCPP 1.6 6.4 and 6.30, OCPP 2.0.1 B01 and G02: the answers to Heartbeat and BootNotification tell the CSMS's time. */
export function csmsSkewOf({ action, exchange }: OcppLog): number | null {
  if (action !== 'Heartbeat' && action !== 'BootNotification') return null;
  if (exchange?.response_time == null) return null;
  const told = zoned(exchange.response_payload?.currentTime);
  return told === null ? null : told - Date.parse(exchange.response_time);
}

/** null without samples. */
export function clockSkew(samples: readonly number[]): ClockSkew | null {
  const sorted = samples.toSorted((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  if (low == null || median == null || high == null) return null;
  return { median, spread: high - low, samples: samples.length };
}
