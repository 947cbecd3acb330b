/** What a plug offers from now on, as a schedule of one period. */

import type { JsonObject, JsonValue } from '@ocpp-logs/core';
import type { Connector } from './connector.ts';

/** `unit` A, or anything else for W. */
export function offeredSchedule(connector: Connector, unit: JsonValue | undefined): JsonObject {
  const { offered, phases } = connector;
  const limit = unit === 'A' ? offered / (230 * phases) : offered;
  return {
    chargingRateUnit: unit === 'A' ? 'A' : 'W',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: Math.round(limit * 10) / 10 }],
  };
}
