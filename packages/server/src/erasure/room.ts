/** How many erasures there may be, and what happens to one more. */

import type { Held } from './view.ts';

/** Erasures that wait for their turn. */
export const WAITING_MAX = 20;
/** Each costs every frame of its site a look. */
export const KEPT_MAX = 10_000;
/** Dry runs that are remembered, in memory. */
const DRY_MAX = 100;

/** No further erasure can be taken now. */
export class TooManyErasuresError extends Error {
  override readonly name = 'TooManyErasuresError';
}

export class ErasureRoom {
  /** Erasures that were refused. */
  refused = 0;

  /** Throws a {@link TooManyErasuresError} where there is no room for one more. */
  demand(now: { readonly closed: boolean; readonly waiting: number; readonly kept: number }): void {
    const refusal = refusalOf(now);
    if (refusal === null) return;
    this.refused += 1;
    throw new TooManyErasuresError(refusal);
  }
}

function refusalOf({ closed, waiting, kept }: Parameters<ErasureRoom['demand']>[0]): string | null {
  if (closed) return 'the server is closing';
  if (waiting >= WAITING_MAX) return `${waiting} erasures wait already`;
  return kept >= KEPT_MAX ? `${KEPT_MAX} erasures are remembered already` : null;
}

/** Ids of the oldest dry runs that have ended, be it by a failure, beyond those that are remembered. */
export function dryToForget(kept: ReadonlyMap<string, Held>): readonly string[] {
  const hasEnded = ({ failed, record }: Held) => failed || record.state !== 'running';
  const ended = [...kept].filter(([, held]) => held.dry && hasEnded(held));
  return ended.slice(0, -DRY_MAX).map(([id]) => id);
}
