/** The local authorization list of a station: of its entries only the version is kept. */

import type { JsonObject } from '@ocpp-logs/core';
import { ACCEPTED, type Commanded } from './commands.ts';

/** OCPP 1.6 5.15, OCPP 2.0.1 D01: a change must be newer than what is there. */
export function takeList(version: unknown, update: unknown, station: Commanded): JsonObject {
  if (typeof version !== 'number') return { status: 'Failed' };
  if (update === 'Differential' && version <= station.listVersion) return { status: 'VersionMismatch' };
  station.listVersion = version;
  return ACCEPTED;
}
