/** What is known of stations from before the time that is read: each is asked for once, and bounded. */

import { type CoverageMark, type Firmware, firmwareOf, markOf, type SeenEntry } from '@ocpp-logs/core';
import type { SessionSite } from '../sessions/question.ts';
import type { Reading, Wanted } from '../sessions/reading.ts';

/** Entries of a look back, and looks: a station that comes and goes must not hide all others. */
const LOOK = 1_000;
const LOOKS_MAX = 20;
/** Gaps of the whole site. */
const GAPS_MAX = 50;

export interface Behind {
  readonly reading: Reading;
  readonly site: SessionSite;
  /** ms: before it. */
  readonly to: number;
}

/** Of each station that is asked for, the newest entry that tells something. */
async function newestOf<T>(
  { reading, site, to }: Behind,
  chargers: readonly string[],
  wish: Pick<Wanted, 'kinds' | 'actions'>,
  tells: (entry: SeenEntry) => T | null,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  let end = to;
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const left = chargers.filter((charger) => !found.has(charger));
    if (left.length === 0) break;
    let seen = 0;
    const wanted = { sites: [site], from: 0, to: end, chargers: left, ...wish };
    for await (const { entry } of reading.each(wanted, 'desc', LOOK)) {
      seen += 1;
      // What stands in the same millisecond is looked at again.
      end = entry.at + 1;
      if (found.has(entry.charger)) continue;
      const told = tells(entry);
      if (told !== null) found.set(entry.charger, told);
    }
    if (seen < LOOK) break;
  }
  return found;
}

/** What opened or ended a connection last. */
export function marksBefore(
  behind: Behind,
  chargers: readonly string[],
): Promise<ReadonlyMap<string, CoverageMark>> {
  return newestOf(behind, chargers, { kinds: ['connection', 'gap'], actions: null }, (entry) => {
    const mark = markOf(entry);
    return mark?.kind === 'gap' && mark.connection === null ? null : mark;
  });
}

export function firmwareBefore(
  behind: Behind,
  chargers: readonly string[],
): Promise<ReadonlyMap<string, Firmware>> {
  const wish = { kinds: ['exchange'], actions: ['BootNotification'] } as const;
  return newestOf(behind, chargers, wish, ({ call }) => firmwareOf(call));
}

/** Gaps of the whole site that may reach into the time. */
export async function gapsBefore({ reading, site, to }: Behind): Promise<readonly CoverageMark[]> {
  const gaps: CoverageMark[] = [];
  const wanted = { sites: [site], from: 0, to, kinds: ['gap'] as const, actions: null, chargers: [''] };
  for await (const { entry } of reading.each({ ...wanted, ofSite: true }, 'desc', GAPS_MAX)) {
    const mark = markOf(entry);
    if (mark !== null) gaps.push(mark);
  }
  return gaps;
}
