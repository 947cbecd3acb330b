/** Two logs of one site as one, in the order of their ids; what both hold comes twice. */

import type { SiteEntry } from '../store/store.ts';

/** Handed on in one go. */
const AT_ONCE = 500;

export async function* inOrder(
  one: AsyncIterable<readonly SiteEntry[]>,
  other: AsyncIterable<readonly SiteEntry[]>,
): AsyncGenerator<readonly SiteEntry[]> {
  const [left, right] = [each(one), each(other)];
  let batch: SiteEntry[] = [];
  try {
    let [a, b] = [await left.next(), await right.next()];
    while (a.done !== true || b.done !== true) {
      if (b.done === true || (a.done !== true && a.value.id <= b.value.id)) {
        // Safe: the one that has ended is never taken from.
        batch.push(a.value as SiteEntry);
        a = await left.next();
      } else {
        batch.push(b.value);
        b = await right.next();
      }
      if (batch.length < AT_ONCE) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}

async function* each(batches: AsyncIterable<readonly SiteEntry[]>): AsyncGenerator<SiteEntry, undefined> {
  for await (const batch of batches) yield* batch;
}
