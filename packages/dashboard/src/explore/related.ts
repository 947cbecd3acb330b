/** From one entry to those that belong to it. */

import { literal, printQuery, type QueryField, type QueryNode } from '@ocpp-logs/core';
import type { LogEntry, LogPage } from '../api/answers.ts';
import type { Client } from '../api/client.ts';
import type { Range } from '../time/instant-text.ts';
import type { ExploreState } from './explore-state.ts';

const AROUND = 30_000;
/** Beyond that no answer to a call is looked for. */
const HALF_REACH = 3_600_000;
const TRANSACTION_REACH = 30 * 86_400_000;

const is = (field: QueryField, value: string): QueryNode => ({
  kind: 'field',
  field,
  test: { test: 'is', pattern: literal(value) },
});
const allOf = (...parts: readonly QueryNode[]): string => printQuery({ kind: 'all', parts });

function spanAround(entry: LogEntry, reach: number): Pick<ExploreState, 'from' | 'to' | 'live'> {
  const at = Date.parse(entry.occurrence_time);
  return {
    from: new Date(at - reach).toISOString(),
    to: new Date(at + reach + 1).toISOString(),
    live: false,
  };
}

/** The same station, half a minute before and after. */
export function around(entry: LogEntry): Partial<ExploreState> {
  return {
    q: printQuery(is('station', entry.charger_id)),
    sites: [entry.site_id],
    quiet: false,
    ...spanAround(entry, AROUND),
  };
}

/** Everything with the same message id; null where the entry has none, or holds both halves. */
export function otherHalf(entry: LogEntry): Partial<ExploreState> | null {
  const { exchange } = entry;
  if (exchange?.message_id == null) return null;
  if (exchange.outcome !== null && ['answered', 'error', 'late', 'sent'].includes(exchange.outcome))
    return null;
  return {
    q: allOf(is('station', entry.charger_id), is('message', exchange.message_id)),
    sites: [entry.site_id],
    quiet: false,
    events: true,
    ...spanAround(entry, HALF_REACH),
  };
}

export function transactionOf(entry: LogEntry): string | null {
  const id = entry.exchange?.transaction_id ?? entry.request_transaction_id;
  return id == null ? null : String(id);
}

/** The next entry of the same transaction; null where it was the last. */
export async function nextOfTransaction(client: Client, entry: LogEntry): Promise<LogEntry | null> {
  const transaction = transactionOf(entry);
  if (transaction === null) return null;
  const at = Date.parse(entry.occurrence_time);
  const params = {
    site: entry.site_id,
    q: allOf(is('station', entry.charger_id), is('transaction', transaction)),
    from: new Date(at).toISOString(),
    to: new Date(at + TRANSACTION_REACH).toISOString(),
    sort_order: 'asc',
    include: 'exchange',
    // Several may share the millisecond.
    take: 50,
  };
  const { ocpp_logs } = await client.get<LogPage>('/ocpp-logs', { params });
  const own = ocpp_logs.findIndex(({ exchange }) => exchange?.id === entry.exchange?.id);
  return ocpp_logs[own + 1] ?? null;
}

/** A range that has the entry in it, for an address that stands alone. */
export function rangeWith(entry: LogEntry, range: Range | null): Pick<ExploreState, 'from' | 'to' | 'live'> {
  const at = Date.parse(entry.occurrence_time);
  if (range !== null && at >= range.from && at < range.to) {
    return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), live: false };
  }
  return spanAround(entry, HALF_REACH);
}
