/** What NotifyEvent tells of components. OCPP 2.0.1 N07, N08 and G05; 2.1 G01, where it takes the place of StatusNotification. */

import type { JsonObject } from '../message.ts';
import type { SeenEntry } from './seen.ts';
import { idIn, numberIn, objectIn, objectsIn, textIn } from './told.ts';

/** More of one message are not looked at. */
const EVENTS_MAX = 200;

export interface ComponentEvent {
  /** `Connector`, `TokenReader`, ... */
  readonly component: string;
  /** `AvailabilityState`, `Problem`, ... */
  readonly variable: string;
  /** null: of the whole station. */
  readonly evse: number | null;
  readonly evseConnector: number | null;
  readonly transaction: string | null;
  readonly value: string;
  /** It is over. */
  readonly cleared: boolean;
  readonly alerting: boolean;
  /** 0 is the worst, of 9. OCPP 2.1 tells it, 2.0.1 where its monitor was set. */
  readonly severity: number | null;
  /** Id of the monitor that it comes of. */
  readonly monitor: string | null;
  readonly techCode: string | null;
  readonly techInfo: string | null;
}

export function componentEventsOf({ action, call }: SeenEntry): readonly ComponentEvent[] {
  if (action !== 'NotifyEvent') return [];
  return objectsIn(call, 'eventData').slice(0, EVENTS_MAX).flatMap(eventOf);
}

function eventOf(told: JsonObject): readonly ComponentEvent[] {
  const component = objectIn(told, 'component');
  const name = textIn(component, 'name');
  const variable = textIn(objectIn(told, 'variable'), 'name');
  if (name === null || variable === null) return [];
  const evse = objectIn(component, 'evse');
  return [
    {
      component: name,
      variable,
      evse: placeIn(evse, 'id'),
      evseConnector: placeIn(evse, 'connectorId'),
      transaction: idIn(told, 'transactionId'),
      value: told.actualValue === true ? 'true' : (textIn(told, 'actualValue') ?? ''),
      cleared: told.cleared === true,
      alerting: told.trigger === 'Alerting',
      severity: numberIn(told, 'severity'),
      monitor: idIn(told, 'variableMonitoringId'),
      techCode: textIn(told, 'techCode'),
      techInfo: textIn(told, 'techInfo'),
    },
  ];
}

function placeIn(evse: JsonObject | null, name: string): number | null {
  const place = numberIn(evse, name);
  return place !== null && Number.isSafeInteger(place) && place > 0 ? place : null;
}

/** Names are case-insensitive: OCPP 2.0.1 ComponentType, VariableType. */
function same(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

const PLACES = ['Connector', 'EVSE', 'ChargingStation'];

/** The state of a connector, an EVSE or the station, as a StatusNotification would tell it. */
export function stateIn(
  { component, variable, value, cleared }: ComponentEvent,
  places: readonly string[] = PLACES,
): string | null {
  if (!same(variable, 'AvailabilityState') || !places.some((place) => same(place, component))) return null;
  // What is over is not the state, and nobody says which one is.
  return value === '' || cleared ? null : value;
}

/** Whether a connector, an EVSE or the station itself has a problem; null where that is not told. */
export function problemIn({ component, variable, value, cleared }: ComponentEvent): boolean | null {
  if (!same(variable, 'Problem') || !PLACES.some((place) => same(place, component))) return null;
  const there = value.toLowerCase();
  if (there !== 'true' && there !== 'false') return null;
  return there === 'true' && !cleared;
}

/** Standard variables of components, and names that vendors give to the like. */
const TROUBLES =
  /^(?:Problem|Tripped|Overload)$|(?<!de)fault|fail(?:ure|ed)?$|error|alarm|over(?:load|current|voltage|temperature)/i;
/** Of what may be set, or is counted or logged. */
const SETTINGS = /enable|available|support|report|log|count|clear|ack|safe|toleran|reset|limit/i;
/** Danger, HardwareFailure, SystemFailure, Critical, Error: what follows is an alert or less. */
const SEVERITY_MAX = 4;

/** Whether a component is not well, or is well again; null where that is not what is told. */
export function troubleIn(event: ComponentEvent, severity = event.severity): 'begins' | 'ends' | null {
  const { variable, value, cleared, alerting } = event;
  if (TROUBLES.test(variable) && !SETTINGS.test(variable) && /^(?:true|false)$/i.test(value))
    return cleared || value.toLowerCase() === 'false' ? 'ends' : 'begins';
  if (!alerting || severity === null || severity > SEVERITY_MAX) return null;
  return cleared ? 'ends' : 'begins';
}

/** `Connector Problem`. */
export function nameOf({ component, variable }: ComponentEvent): string {
  return `${component} ${variable}`;
}

/** What is measured; null where something is so or is not. */
export function measuredIn({ value }: ComponentEvent): string | null {
  return value === '' || /^(?:true|false)$/i.test(value) ? null : value;
}

/** Of components that have to do with cards. OCPP 2.0.1 Part 2 Appendix 3. */
const CARDS = /^(?:TokenReader|AuthCtrlr|AuthCacheCtrlr|LocalAuthListCtrlr)\b/i;
const REFUSED =
  /\bblocked\b|\b(?:card|token|tag)\b.*\b(?:refused|rejected|denied|invalid|expired)\b|local[ _-]?(?:auth\w*[ _-]?)?list/i;

/** Whether it tells of a card that was refused at the station itself. */
export function refusesCard(name: string, ...said: readonly (string | null)[]): boolean {
  return CARDS.test(name) && said.some((words) => words !== null && REFUSED.test(words));
}
