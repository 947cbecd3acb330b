/** What a simulated station is: fixed facts, and what stands at its plugs. */

export interface StationModel {
  readonly charger: string;
  readonly version: '1.6' | '2.0.1';
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly connectors: readonly ConnectorModel[];
  /** Tags that are presented here. */
  readonly tags: readonly [string, ...string[]];
  /** A tag that the station's own list blocks, whatever the CSMS says. */
  readonly blockedTag: string;
}

export interface ConnectorModel {
  readonly current: 'AC' | 'DC';
  readonly phases: 1 | 3;
  /** W. */
  readonly maxPower: number;
}

/** An error as a station reports it. */
export interface Fault {
  /** OCPP 1.6 ChargePointErrorCode; 2.x: part of the variable. */
  readonly code: 'GroundFailure' | 'OverCurrentFailure' | 'HighTemperature' | 'PowerSwitchFailure';
  readonly vendorCode: string;
  readonly text: string;
}

export const FAULTS: readonly [Fault, ...Fault[]] = [
  { code: 'GroundFailure', vendorCode: 'E-017', text: 'Residual current above 6 mA DC' },
  { code: 'HighTemperature', vendorCode: 'E-042', text: 'Connector above 90 degrees' },
  { code: 'OverCurrentFailure', vendorCode: 'E-021', text: 'Overcurrent on L2' },
  { code: 'PowerSwitchFailure', vendorCode: 'E-033', text: 'Contactor did not open' },
];

/** Why a session ends. */
export type EndCause =
  | 'tag'
  | 'unplugged'
  | 'vehicle'
  | 'remote'
  | 'unlock'
  | 'fault'
  | 'refused'
  | 'power_loss'
  | 'soft_reset'
  | 'hard_reset';
