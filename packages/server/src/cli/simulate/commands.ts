/** What a simulated station does when its CSMS calls: the same for every version. */

import { ACTIONS, type JsonObject, type JsonValue } from '@ocpp-logs/core';
import type { Connector } from './connector.ts';
import { type Answer, CallError } from './ocpp-client.ts';

export type TriggeredMessage = 'boot' | 'heartbeat' | 'status' | 'meter' | 'diagnostics' | 'log';

/** The station as its commands see it. */
export interface Commanded {
  readonly connectors: readonly Connector[];
  /** Configuration keys (1.6) or variables as `Component.Variable` (2.x). */
  readonly settings: ReadonlyMap<string, string>;
  /** Of the local authorization list; 0: there is none. */
  listVersion: number;
  /** Of a setting that is there; false where the value cannot be its. */
  change(name: string, value: string): boolean;
  reset(kind: 'soft' | 'hard'): void;
  /** `connector` null: all that apply. */
  trigger(message: TriggeredMessage, connector: number | null): void;
  /** Sends a call of its own, after the answer and so many seconds. */
  say(action: string, payload: JsonObject, after?: number): void;
  /** ISO 8601. */
  now(): string;
}

export type Command = (payload: JsonObject, station: Commanded) => Answer;

export type Commands = ReadonlyMap<string, Command>;

export const ACCEPTED = { status: 'Accepted' };
export const REJECTED = { status: 'Rejected' };

export function obey(
  commands: Commands,
  version: '1.6' | '2.0.1',
  action: string,
  payload: JsonObject,
  station: Commanded,
): Answer {
  const command = commands.get(action);
  if (command !== undefined) return command(payload, station);
  if (ACTIONS.get(action)?.versions.includes(version) === true) {
    throw new CallError('NotSupported', `This station does not support ${action}`);
  }
  throw new CallError('NotImplemented', `OCPP ${version} has no such action`);
}

/** The plug with this number, or null. */
export function connectorOf(station: Commanded, number: JsonValue | undefined): Connector | null {
  return station.connectors.find((connector) => connector.number === number) ?? null;
}

/** The plugs that a number means: all for 0 and for none. */
export function connectorsOf(station: Commanded, number: JsonValue | undefined): readonly Connector[] {
  if (number === undefined || number === 0) return station.connectors;
  const connector = connectorOf(station, number);
  return connector === null ? [] : [connector];
}

/** Starts at the plug that is named, else at the first free one. */
export function remoteStart(
  station: Commanded,
  number: JsonValue | undefined,
  tag: string,
  id: number | null,
): boolean {
  return connectorsOf(station, number).some((connector) => connector.remoteStart(tag, id));
}

export function remoteStop(station: Commanded, transaction: string): boolean {
  const connector = station.connectors.find((candidate) => candidate.transaction === transaction);
  connector?.stop('remote');
  return connector !== undefined;
}

/** Of all plugs that are meant; `Scheduled` while one of them charges. */
export function setAvailability(connectors: readonly Connector[], operative: boolean): JsonObject {
  if (connectors.length === 0) return REJECTED;
  const scheduled = !operative && connectors.some((connector) => connector.charging);
  for (const connector of connectors) connector.setOperative(operative);
  return scheduled ? { status: 'Scheduled' } : ACCEPTED;
}

/** Limits the plugs to the first period of a schedule, in W. */
export function applySchedule(connectors: readonly Connector[], schedule: JsonObject): boolean {
  const { chargingRateUnit, chargingSchedulePeriod } = schedule;
  const [period] = asArray(chargingSchedulePeriod);
  const { limit, numberPhases } = asObject(period);
  if (typeof limit !== 'number' || connectors.length === 0) return false;
  for (const connector of connectors) {
    const phases = typeof numberPhases === 'number' ? numberPhases : connector.phases;
    connector.limit = chargingRateUnit === 'A' ? limit * 230 * phases : limit;
  }
  return true;
}

export function asObject(value: JsonValue | undefined): JsonObject {
  // Neither null nor an array is left by the check, so it is an object.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** The text under `name`, without which the call cannot be carried out. */
export function textOf(payload: JsonObject, name: string, violation: string): string {
  const value = payload[name];
  if (typeof value !== 'string') throw new CallError(violation, `${name} is missing or no text`);
  return value;
}
