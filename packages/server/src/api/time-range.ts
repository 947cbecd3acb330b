/** A range that ends now unless it says otherwise. */

import { readInstant } from './instant.ts';
import type { Query } from './query-string.ts';

const DAY_MS = 86_400_000;

/** `from` and `to`: the day before `to`, and never later than now. */
export function readRange(query: Query, now: number): { readonly from: number; readonly to: number } {
  const read = (name: string): number | null => {
    const text = query.text(name);
    if (text === null) return null;
    const instant = readInstant(text);
    if ('ms' in instant) return instant.ms;
    query.fault(name, instant.fault);
    return null;
  };
  const [from, to] = [read('from'), Math.min(read('to') ?? now, now)];
  const start = Math.max(0, from ?? to - DAY_MS);
  if (start >= now) query.fault('from', 'must be earlier than now');
  else if (start >= to) query.fault('to', 'must be after from');
  return { from: start, to };
}
