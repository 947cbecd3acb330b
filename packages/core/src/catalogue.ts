/** The actions of OCPP: which versions have them and who sends them. Names come from the official JSON schemas. */

import { ACTION_VERSIONS } from './catalogue-actions.ts';
import type { Direction, OcppVersion } from './frame.ts';
import { nearest } from './nearest.ts';

export interface Action {
  readonly versions: readonly OcppVersion[];
  /** Way of the CALL or SEND. */
  readonly direction: Direction | 'both';
}

/** The schemas do not say who calls; the specifications' use cases do. Every other action is the CSMS's. */
const OF_STATION: ReadonlySet<string> = new Set(
  `Authorize BatterySwap BootNotification ClearedChargingLimit ClosePeriodicEventStream
  DiagnosticsStatusNotification FirmwareStatusNotification Get15118EVCertificate GetCertificateChainStatus
  GetCertificateStatus Heartbeat LogStatusNotification MeterValues NotifyChargingLimit NotifyCustomerInformation
  NotifyDERAlarm NotifyDERStartStop NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent
  NotifyMonitoringReport NotifyPeriodicEventStream NotifyPriorityCharging NotifyReport NotifySettlement
  OpenPeriodicEventStream PublishFirmwareStatusNotification PullDynamicScheduleUpdate ReportChargingProfiles
  ReportDERControl ReservationStatusUpdate SecurityEventNotification SignCertificate
  SignedFirmwareStatusNotification StartTransaction StatusNotification StopTransaction TransactionEvent
  VatNumberValidation`.split(/\s+/),
);

const OF_BOTH = 'DataTransfer';

function directionOf(name: string): Direction | 'both' {
  if (name === OF_BOTH) return 'both';
  return OF_STATION.has(name) ? 'station_to_csms' : 'csms_to_station';
}

/** Every action of every version, by its exact name. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries(ACTION_VERSIONS).map(([name, versions]) => [
    name,
    { versions, direction: directionOf(name) },
  ]),
);

/** The action that was probably meant; null where nothing is near. */
export function nearestAction(name: string, among: Iterable<string> = ACTIONS.keys()): string | null {
  return nearest(name, among);
}
