/** Two readings in the order of time as one. */

import { inOrder } from '@ocpp-logs/core';
import type { SiteSeen } from '../sessions/reading.ts';

export async function* mergedByTime(
  one: AsyncIterable<SiteSeen>,
  other: AsyncIterable<SiteSeen>,
): AsyncGenerator<SiteSeen> {
  const [a, b] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()];
  try {
    let [x, y] = [await a.next(), await b.next()];
    while (x.done !== true || y.done !== true) {
      if (y.done === true || (x.done !== true && inOrder(x.value.entry, y.value.entry) <= 0)) {
        if (x.done !== true) yield x.value;
        x = await a.next();
      } else {
        yield y.value;
        y = await b.next();
      }
    }
  } finally {
    await Promise.all([a.return?.(), b.return?.()]);
  }
}
