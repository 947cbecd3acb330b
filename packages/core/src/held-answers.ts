/** Answers that came before their call, of sources that are ordered by time. State of pairing. */

import { ById, insertByArrival, type Waiting } from './by-id.ts';
import type { Finding } from './finding.ts';
import type { Direction } from './frame.ts';
import { LinkedList } from './linked-list.ts';
import type { ErrorMessage, ResultMessage } from './message.ts';
import type { Arrival } from './pairing-events.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface HeldAnswer<H> extends Waiting<HeldAnswer<H>> {
  readonly message: ResultMessage | ErrorMessage;
  readonly came: Arrival;
  readonly by: H;
  /** What there is to say of it if no call comes. */
  readonly findings: readonly Finding[];
}

export class HeldAnswers<H> {
  readonly #holdUs: number;
  readonly #max: number;
  readonly #byId = new ById<HeldAnswer<H>>();
  readonly #list = new LinkedList<HeldAnswer<H>>();
  readonly #room: WaitingRoom | null;

  constructor(holdUs: number, max: number, room: WaitingRoom | null) {
    this.#holdUs = holdUs;
    this.#max = max;
    this.#room = room;
  }

  get nextDue(): number | null {
    const arrival = this.#list.first?.arrival ?? null;
    return arrival === null ? null : arrival + this.#holdUs;
  }

  keep(message: ResultMessage | ErrorMessage, came: Arrival, by: H, findings: readonly Finding[]): void {
    const { direction, arrival } = came;
    const { id } = message;
    const place = { direction, id, arrival, older: null, before: null, after: null, list: null };
    const answer: HeldAnswer<H> = { ...place, message, came, by, findings };
    this.#byId.add(answer);
    insertByArrival(answer, this.#list);
    this.#room?.enter(lengthOf(message));
  }

  /** The newest one with this id that `fits`; it is held no longer. */
  claim(direction: Direction, id: string, fits: (answer: HeldAnswer<H>) => boolean): HeldAnswer<H> | null {
    let answer = this.#byId.newest(direction, id);
    while (answer !== null && !fits(answer)) answer = answer.older;
    if (answer !== null) this.#remove(answer);
    return answer;
  }

  /** Those that were held long enough, and what is too much, oldest first. They are held no longer. */
  release(now: number): HeldAnswer<H>[] {
    const released: HeldAnswer<H>[] = [];
    for (;;) {
      const oldest = this.#list.first;
      if (oldest === null) return released;
      const due = oldest.arrival === null || oldest.arrival + this.#holdUs < now;
      if (!due && this.#list.size <= this.#max) return released;
      this.#remove(oldest);
      released.push(oldest);
    }
  }

  /** The oldest, where those of all connections take too much; they are held no longer. */
  makeRoom(): HeldAnswer<H>[] {
    const released: HeldAnswer<H>[] = [];
    for (let oldest = this.#list.first; oldest !== null && this.#room?.isFull; oldest = this.#list.first) {
      this.#remove(oldest);
      this.#room.ended += 1;
      released.push(oldest);
    }
    return released;
  }

  #remove(answer: HeldAnswer<H>): void {
    this.#byId.remove(answer);
    this.#room?.leave(lengthOf(answer.message));
  }
}

/** Characters of its text, about. */
function lengthOf(message: ResultMessage | ErrorMessage): number {
  const span = message.kind === 'result' ? message.payloadSpan : message.detailsSpan;
  const told = message.kind === 'result' ? 0 : message.code.length + (message.description?.length ?? 0);
  return message.id.length + told + (span === null ? 0 : span.end - span.start);
}
