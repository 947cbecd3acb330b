/** What most entries are and few people look for. */

import { asksFor, both } from '../query/edit-query.ts';

const NOISY = 'action:(Heartbeat OR MeterValues)';

/** The search as it is sent. One that names actions itself is not overruled. */
export function effectiveQuery(q: string, quiet: boolean): string {
  return quiet && !asksFor(q, 'action') ? both(q, `-${NOISY}`) : q;
}

/** What the switch hides, or would hide; null where it does nothing. */
export function noiseQuery(q: string): string | null {
  return asksFor(q, 'action') ? null : both(q, NOISY);
}
