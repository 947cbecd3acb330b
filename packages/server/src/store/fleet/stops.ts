/**
 * When the server was not there to see whether stations were connected. One that is stopped ends their connections and
 * says so; it is back with the first entry of the site that says anything else.
 */

import type { CoverageMark, SeenEntry } from '@ocpp-logs/core';

/** A server that is stopped oftener was watched by nobody from then on. */
const STOPS_MAX = 10_000;

export class Stops {
  readonly #gaps: CoverageMark[] = [];
  #since: number | null = null;

  /** Entries of one site in the order of time. */
  see({ at, event }: SeenEntry): void {
    const stopped = event?.event === 'closed' && event.ended_by === 'server' && event.how === 'shutdown';
    if (stopped) {
      this.#since ??= at;
    } else if (this.#since !== null && this.#gaps.length < STOPS_MAX) {
      if (at > this.#since) this.#gaps.push(gap(this.#since, at));
      this.#since = null;
    }
  }

  /** `until`: ms, for a server that has not come back. */
  gaps(until: number): readonly CoverageMark[] {
    const open = this.#since === null || until <= this.#since ? [] : [gap(this.#since, until)];
    return [...this.#gaps, ...open];
  }
}

function gap(from: number, to: number): CoverageMark {
  return { kind: 'gap', from, to, connection: null };
}
