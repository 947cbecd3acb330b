/** What a station says it is, when it boots. OCPP 1.6 6.3, OCPP 2.0.1 BootNotificationRequest. */

import type { OcppLog } from '../ocpp-log.ts';

export interface BootIdentity {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  /** ICCID of its SIM card. */
  readonly iccid: string | null;
  readonly reason: string | null;
}

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(...values: readonly unknown[]): string | null {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** null for anything but a BootNotification. */
export function bootIdentity({ action, payload }: OcppLog): BootIdentity | null {
  return action === 'BootNotification' ? identityTold(payload) : null;
}

/** By the payload of a BootNotification. */
export function identityTold(payload: unknown): BootIdentity {
  const boot = members(payload);
  const station = members(boot.chargingStation);
  const modem = members(station.modem);
  return {
    vendor: text(station.vendorName, boot.chargePointVendor),
    model: text(station.model, boot.chargePointModel),
    serial: text(station.serialNumber, boot.chargePointSerialNumber, boot.chargeBoxSerialNumber),
    firmware: text(station.firmwareVersion, boot.firmwareVersion),
    iccid: text(modem.iccid, boot.iccid),
    reason: text(boot.reason),
  };
}
