/** Reservations that a station was asked for. OCPP 1.6 5.13 and 5.1, 2.0.1 H01, H02 and H04. */

import type { Draft } from './draft.ts';
import { connectorOf, idTagOf, sameTag, usedTag } from './scene.ts';
import type { SeenEntry } from './seen.ts';
import type { ReservationMark } from './session.ts';
import { answeredStatus, idIn, objectIn, textIn, timeIn } from './told.ts';

/** So many are kept of a station, the newest ones. */
const KEPT_MAX = 200;
/** Whoever did not get a reservation so shortly before comes all the same. ms. */
const REFUSED_MS = 3_600_000;

interface Asked {
  readonly entry: string;
  readonly at: number;
  readonly id: string | null;
  /** null: any of the station. */
  readonly connector: number | null;
  readonly idTag: string | null;
  /** Others of its group may use it. */
  readonly grouped: boolean;
  readonly status: string;
  readonly until: number | null;
  ended: number;
}

export class Reservations {
  #kept: Asked[] = [];

  see(entry: SeenEntry): void {
    const { action, call, answer, at } = entry;
    if (action === 'ReserveNow') this.#ask(entry);
    else if (action === 'CancelReservation') {
      if (answeredStatus(answer) === 'Accepted') this.#end(idIn(call, 'reservationId'), at);
    } else if (action === 'ReservationStatusUpdate') this.#end(idIn(call, 'reservationId'), at);
    // It is used up by the transaction that it was for.
    else this.#end(idIn(call, 'reservationId'), at);
  }

  #ask(entry: SeenEntry): void {
    const { id, at, call, answer } = entry;
    const status = answeredStatus(answer);
    if (status === null) return;
    const name = idIn(call, 'reservationId') ?? idIn(call, 'id');
    // With the id of one that is there it takes its place.
    if (status === 'Accepted') this.#end(name, at);
    this.#kept.push({
      entry: id,
      at,
      id: name,
      connector: connectorOf(entry),
      idTag: idTagOf(entry),
      grouped: textIn(call, 'parentIdTag') !== null || objectIn(call, 'groupIdToken') !== null,
      status,
      until: timeIn(call, 'expiryDate') ?? timeIn(call, 'expiryDateTime'),
      ended: Number.POSITIVE_INFINITY,
    });
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
  }

  #end(id: string | null, at: number): void {
    if (id === null) return;
    for (const asked of this.#kept) if (asked.id === id) asked.ended = Math.min(asked.ended, at);
  }

  /** What has to do with an attempt, by the cards that are known of it. */
  of(draft: Draft): ReservationMark | null {
    const { from, connector } = draft;
    const before = this.#kept.filter(({ at }) => at <= from);
    const held = before.filter(
      ({ status, ended, until }) => status === 'Accepted' && ended > from && (until ?? from + 1) > from,
    );
    const here = held.filter((asked) => asked.connector !== null && asked.connector === connector);
    const [only] = connector === null ? held : here;
    const known = only !== undefined && (connector !== null || held.length === 1);
    const others = hasCard(draft) && known && only.idTag !== null && !only.grouped;
    if (others && !usedTag(draft, only.idTag)) return markOf('other', only);
    const own = before.findLast(({ idTag }) => usedTag(draft, idTag));
    const refused = own !== undefined && own.status !== 'Accepted' && from - own.at <= REFUSED_MS;
    const fits = own?.connector == null || connector === null || own.connector === connector;
    return refused && fits ? markOf('refused', own) : null;
  }
}

function hasCard({ idTag, authorisations, remoteStarts }: Draft): boolean {
  return [idTag, ...[...authorisations, ...remoteStarts].map((told) => told.idTag)].some((tag) =>
    sameTag(tag, tag),
  );
}

function markOf(kind: ReservationMark['kind'], { entry, at, status, until }: Asked): ReservationMark {
  return { kind, entry, at, status, until };
}
