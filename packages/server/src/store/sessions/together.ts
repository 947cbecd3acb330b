/**
 * Entries of many stations, each over a time of its own, with as few questions to the store as may be: where each station is
 * asked for by itself, finding its rows among those of all others takes most of the time.
 */

import type { SeenEntry } from '@ocpp-logs/core';
import { DAY_MS } from './day.ts';
import type { SessionSite } from './question.ts';
import type { Reading, Wanted } from './reading.ts';

export interface Stretch {
  readonly site: SessionSite;
  readonly charger: string;
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
}

/** Where one of them goes on. */
interface Place {
  readonly at: number;
  /** Everything up to this id was seen. */
  readonly seen: bigint;
  /** Of whom those were that were seen in that millisecond: they come once more. */
  readonly again: readonly string[];
}

/**
 * Each stretch in the order of time. All share `most` entries alike; one that needs less leaves the rest to those that need
 * more. The ones that were seen to their end.
 */
export async function readTogether<S extends Stretch>(
  reading: Reading,
  stretches: readonly S[],
  what: Pick<Wanted, 'kinds' | 'actions'>,
  most: number,
  see: (stretch: S, entry: SeenEntry) => void,
): Promise<ReadonlySet<S>> {
  const whole = new Set<S>();
  const share = Math.max(1, Math.floor(most / Math.max(1, stretches.length)));
  const larger: (readonly [S, Place])[] = [];
  let left = most;

  /** Until one of them has had its share, which is told with where it is; null: all were seen, or nothing is left. */
  async function go(
    open: ReadonlyMap<string, S>,
    { at, seen, again }: Place,
    limit: number,
    counts: Map<S, number> | null,
  ): Promise<readonly [S, Place] | null> {
    const [first] = open.values();
    if (first === undefined || limit <= 0) return null;
    const wanted = {
      ...what,
      sites: [first.site],
      chargers: [...open.keys()],
      from: at,
      to: Math.max(...[...open.values()].map(({ to }) => to)),
    };
    const take = limit + again.filter((charger) => open.has(charger)).length;
    let taken = 0;
    let last: { readonly at: number; readonly of: string[] } = { at, of: [...again] };
    for await (const { entry } of reading.each(wanted, 'asc', take)) {
      taken += 1;
      const id = BigInt(entry.id);
      if (id <= seen) continue;
      left -= 1;
      if (entry.at !== last.at) last = { at: entry.at, of: [] };
      last.of.push(entry.charger);
      const stretch = open.get(entry.charger);
      if (stretch !== undefined && entry.at < stretch.to) {
        see(stretch, entry);
        const count = (counts?.get(stretch) ?? 0) + 1;
        counts?.set(stretch, count);
        if (counts !== null && count > share) return [stretch, { at: entry.at, seen: id, again: last.of }];
      }
    }
    if (taken === take) return null;
    for (const stretch of open.values()) whole.add(stretch);
    return null;
  }

  const alike = Map.groupBy(stretches, ({ site, from, to }) =>
    JSON.stringify([site.id, from, Math.ceil(to / DAY_MS)]),
  );
  for (const group of alike.values()) {
    const open = new Map(group.map((stretch) => [stretch.charger, stretch]));
    const counts = new Map<S, number>();
    let place: Place = { at: group[0]?.from ?? 0, seen: -1n, again: [] };
    for (;;) {
      const one = await go(open, place, left, counts);
      if (one === null) break;
      larger.push(one);
      place = one[1];
      open.delete(one[0].charger);
    }
  }
  for (const [number, [stretch, place]] of larger.entries()) {
    const more = Math.ceil(left / (larger.length - number));
    await go(new Map([[stretch.charger, stretch]]), place, more, null);
  }
  return whole;
}
