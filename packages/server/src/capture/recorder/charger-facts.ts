/** What a BootNotification tells of its station. Source: OCPP 1.6 6.5, OCPP 2.0.1 Part 2 1.6. */

import type { JsonObject, JsonValue } from '@ocpp-logs/core';
import type { ChargerFacts } from '../../store/store.ts';

export function chargerFacts(boot: JsonObject): ChargerFacts {
  const station = boot.chargingStation;
  const inner = isObject(station) ? station : null;
  const vendor = text(inner ? inner.vendorName : boot.chargePointVendor);
  const model = text(inner ? inner.model : boot.chargePointModel);
  const firmware = text(inner ? inner.firmwareVersion : boot.firmwareVersion);
  return {
    ...(vendor === null ? {} : { vendor }),
    ...(model === null ? {} : { model }),
    ...(firmware === null ? {} : { firmware }),
  };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** OCPP allows 50 at most. The entry has all that was sent; the list of stations would be as long as they like. */
const FACT_MAX = 255;

export function stationFact(text: string): string {
  return text.slice(0, FACT_MAX).toWellFormed();
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? stationFact(value) : null;
}
