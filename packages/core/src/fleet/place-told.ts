/**
 * What entries tell of the places of a station: its connectors, its EVSEs, and itself as place 0. OCPP 1.6 4.9; OCPP 2.x
 * G01 by StatusNotification, or N07 by NotifyEvent of the AvailabilityState, and of a Problem.
 */

import { type ComponentEvent, componentEventsOf, problemIn, stateIn } from '../session/component-events.ts';
import type { SeenEntry } from '../session/seen.ts';
import type { ConnectorReport } from '../station/connector-states.ts';

export interface Place {
  /** OCPP 2.x: the EVSE; 0 is the station itself. */
  readonly connector: number;
  /** OCPP 2.x: the connector of the EVSE. */
  readonly evseConnector: number | null;
}

export type PlaceTold =
  /** `status` null: it is not any more what it was told to be, and nobody says what it is. */
  | (Place & Said & { readonly kind: 'state'; readonly status: string | null })
  | (Place & Said & { readonly kind: 'problem'; readonly there: boolean })
  | (Said & { readonly kind: 'boot' });

interface Said {
  /** ms since 1970. */
  readonly at: number;
  /** Entry id. */
  readonly entry: string;
}

const FAULTED = 'Faulted';

/** Nothing of an entry that tells nothing of a place, or not of which. */
export function toldOfPlaces(entry: SeenEntry): readonly PlaceTold[] {
  const { action, direction, at, id, fields } = entry;
  if (action === 'BootNotification' && direction === 'station_to_csms')
    return [{ kind: 'boot', at, entry: id }];
  if (action === 'NotifyEvent') return componentEventsOf(entry).flatMap((event) => toldBy(event, at, id));
  const { connector_id: connector, evse_connector_id: plug, request_status: status } = fields;
  if (action !== 'StatusNotification' || typeof connector !== 'number' || typeof status !== 'string')
    return [];
  const evseConnector = typeof plug === 'number' ? plug : null;
  return [{ kind: 'state', at, connector, evseConnector, status, entry: id }];
}

function toldBy(event: ComponentEvent, at: number, entry: string): readonly PlaceTold[] {
  const place = placeOf(event);
  if (place === null) return [];
  const said = { at, entry, ...place };
  const there = problemIn(event);
  if (there !== null) return [{ ...said, kind: 'problem', there }];
  const value = stateIn({ ...event, cleared: false });
  if (value === null) return [];
  const status = value.toLowerCase() === FAULTED.toLowerCase() ? FAULTED : value;
  return [{ ...said, kind: 'state', status: event.cleared ? null : status }];
}

/** null for one that is not named: of several connectors nobody knows which. */
function placeOf({ component, evse, evseConnector }: ComponentEvent): Place | null {
  switch (component.toLowerCase()) {
    case 'chargingstation':
      return { connector: 0, evseConnector: null };
    case 'evse':
      return evse === null ? null : { connector: evse, evseConnector: null };
    case 'connector':
      return evse === null || evseConnector === null ? null : { connector: evse, evseConnector };
    default:
      return null;
  }
}

const NO_STATUS = '';

interface Held {
  readonly place: Place;
  status: string | null;
  problem: boolean;
}

/**
 * Of each place what it is, from report to report: faulted with a problem, otherwise as its state was last told. The
 * newest word counts: a state that is not Faulted ends a problem. So does a boot, as a station need not say that a
 * problem is gone with it, and tells its states anew. `told` in the order of time.
 */
export function heldReports(told: readonly PlaceTold[]): readonly ConnectorReport[] {
  const places = new Map<string, Held>();
  const troubled = new Set<Held>();
  const reports: ConnectorReport[] = [];
  for (const one of told) {
    const { at, entry } = one;
    const give = ({ place: { connector, evseConnector }, status, problem }: Held) => {
      const held = problem ? FAULTED : (status ?? NO_STATUS);
      reports.push({ at, connector, evseConnector, status: held, errorCode: null, entry });
    };
    if (one.kind === 'boot') {
      for (const held of troubled) {
        held.problem = false;
        give(held);
      }
      troubled.clear();
      continue;
    }
    const name = placeName(one);
    const held = places.get(name) ?? { place: one, status: null, problem: false };
    places.set(name, held);
    if (one.kind === 'problem') held.problem = one.there;
    else {
      held.status = one.status;
      held.problem &&= one.status === null || one.status === FAULTED;
    }
    if (held.problem) troubled.add(held);
    else troubled.delete(held);
    give(held);
  }
  return reports;
}

export function placeName({ connector, evseConnector }: Place): string {
  return `${connector}.${evseConnector ?? ''}`;
}
