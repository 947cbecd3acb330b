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

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
