/** What waits on a connection, found by direction and message id, newest first. State of pairing. */

import type { Direction } from './frame.ts';
import type { Link, LinkedList } from './linked-list.ts';

export interface Waiting<T extends Waiting<T>> extends Link<T> {
  readonly direction: Direction;
  readonly id: string;
  /** Microseconds; null where there is no clock. */
  readonly arrival: number | null;
  /** The next older one of the same direction and id. */
  older: T | null;
}

export class ById<T extends Waiting<T>> {
  /** Made when first needed: of thousands of connections most have calls of one side only, and nothing held. */
  readonly #newest: Record<Direction, Map<string, T> | null> = {
    station_to_csms: null,
    csms_to_station: null,
  };

  newest(direction: Direction, id: string): T | null {
    return this.#newest[direction]?.get(id) ?? null;
  }

  add(member: T): void {
    member.older = this.newest(member.direction, member.id);
    this.#of(member.direction).set(member.id, member);
  }

  /** Takes it out of its list too. */
  remove(member: T): void {
    member.list?.remove(member);
    const { direction, id, older } = member;
    let newer = this.newest(direction, id);
    if (newer === member) {
      if (older === null) this.#newest[direction]?.delete(id);
      else this.#of(direction).set(id, older);
      return;
    }
    while (newer !== null && newer.older !== member) newer = newer.older;
    if (newer !== null) newer.older = older;
  }

  clear(): void {
    this.#newest.station_to_csms = null;
    this.#newest.csms_to_station = null;
  }

  #of(direction: Direction): Map<string, T> {
    this.#newest[direction] ??= new Map();
    return this.#newest[direction];
  }
}

/**
 * Keeps `list` in the order of arrivals, those without a clock last. Arrivals nearly always come in order, so the
 * search from the end is short.
 */
export function insertByArrival<T extends Waiting<T>>(member: T, list: LinkedList<T>): void {
  let place = list.last;
  if (member.arrival !== null) {
    while (place !== null && (place.arrival === null || place.arrival > member.arrival)) place = place.before;
  }
  list.insert(member, place);
}
