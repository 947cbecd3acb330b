/** How much of a station was faulted, and when. */

import type { ConnectorState } from '../station/connector-states.ts';
import type { TimeSpan } from '../station/coverage.ts';
import { type Place, placeName } from './place-told.ts';

export interface FaultedSpan extends TimeSpan {
  /** Of its connectors: 1 where the whole station is. */
  readonly share: number;
}

/** OCPP 1.6 4.9: connector 0 is the station itself. */
const STATION = 0;

/** OCPP 1.6: a connector. OCPP 2.x: an EVSE with its connectors, each of which is out when it is. */
class Evse {
  readonly connectors = new Set<string>();
  /** Faults that hold: of itself, and of one of its connectors each. */
  whole = 0;
  some = 0;

  get size(): number {
    return Math.max(1, this.connectors.size);
  }

  get out(): number {
    return this.whole > 0 ? this.size : Math.min(this.some, this.size);
  }
}

function evsesOf(places: readonly Place[]): ReadonlyMap<number, Evse> {
  const evses = new Map<number, Evse>();
  for (const place of places) {
    if (place.connector === STATION) continue;
    const evse = evses.get(place.connector) ?? new Evse();
    evses.set(place.connector, evse);
    if (place.evseConnector !== null) evse.connectors.add(placeName(place));
  }
  return evses;
}

/** `places`: what is known of its connectors, of which there is at least one. Spans are in order and do not overlap. */
export function faultedSpans(
  states: readonly ConnectorState[],
  places: readonly Place[],
): readonly FaultedSpan[] {
  const evses = evsesOf([...places, ...states]);
  const count = Math.max(
    1,
    [...evses.values()].reduce((sum, { size }) => sum + size, 0),
  );
  const steps = states
    .filter(({ status }) => status === 'Faulted')
    .flatMap((state) => [
      { at: state.from, by: 1, state },
      { at: state.to, by: -1, state },
    ])
    .sort((a, b) => a.at - b.at);
  const spans: FaultedSpan[] = [];
  let [out, all, since] = [0, 0, 0];
  for (const { at, by, state } of steps) {
    const share = all > 0 ? 1 : out / count;
    if (share > 0 && at > since) spans.push({ from: since, to: at, share });
    since = at;
    const evse = evses.get(state.connector);
    if (evse === undefined) {
      all += by;
      continue;
    }
    out -= evse.out;
    if (state.evseConnector === null) evse.whole += by;
    else evse.some += by;
    out += evse.out;
  }
  return spans;
}
