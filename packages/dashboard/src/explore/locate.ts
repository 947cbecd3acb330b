/** Where in a result an entry stands, asked from the server, so that any of millions can be gone to. */

import type { LogEntry, LogPage } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import { both } from '../query/edit-query.ts';
import type { Range } from '../time/instant-text.ts';
import { type FilterState, filterParams, rangeParams } from './search-params.ts';

/** Entries with the same millisecond that are looked through. */
const SAME_MS = 200;

const TROUBLE =
  'outcome:(error OR timeout OR late OR unanswered OR connection_lost OR result_rejected) OR status:Faulted OR (has:error -error:NoError)';

export interface Question {
  readonly filter: FilterState;
  readonly range: Range;
  readonly order: 'asc' | 'desc';
}

/** ms of an entry id, which is ms x 2^21 + ordinal; null for what is none. */
export function timeOfEntryId(id: string): number | null {
  return /^\d{1,19}$/.test(id) ? Number(BigInt(id) >> 21n) : null;
}

/** Its row in the result; null where it is not in it. */
export async function rowOf(
  client: Client,
  { filter, range, order }: Question,
  id: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const at = timeOfEntryId(id);
  if (at === null || at < range.from || at >= range.to) return null;
  const ask = (part: Range, take: number) => {
    const params = {
      ...filterParams(filter),
      ...rangeParams(part),
      sort_order: order,
      take,
      include: 'exchange',
    };
    return client.get<LogPage>('/ocpp-logs', { params, ...(signal === undefined ? {} : { signal }) });
  };
  const before = order === 'desc' ? { from: at + 1, to: range.to } : { from: range.from, to: at };
  const [ahead, same] = await Promise.all([
    before.from < before.to ? ask(before, 1) : null,
    ask({ from: at, to: at + 1 }, SAME_MS),
  ]);
  const own = same.ocpp_logs.findIndex(({ exchange }) => exchange?.id === id);
  return own < 0 ? null : (ahead?.count ?? 0) + own;
}

/** The first entry with trouble behind a time, in the order of the table; null where there is none. */
export async function nextTrouble(
  client: Client,
  { filter, range, order }: Question,
  behind: number | null,
): Promise<LogEntry | null> {
  const rest =
    behind === null
      ? range
      : order === 'desc'
        ? { from: range.from, to: behind }
        : { from: behind + 1, to: range.to };
  if (rest.from >= rest.to) return null;
  const params = {
    ...filterParams({ ...filter, q: both(filter.q, TROUBLE) }),
    ...rangeParams(rest),
    sort_order: order,
    take: 1,
    include: 'exchange',
  };
  const { ocpp_logs } = await client.get<LogPage>('/ocpp-logs', { params });
  return ocpp_logs[0] ?? null;
}
