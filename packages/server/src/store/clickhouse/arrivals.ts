/** What nodes shipped, in the order in which the server took it. */

import type { EntryId } from '@ocpp-logs/core';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { among } from './query-conditions.ts';
import { escaped } from './record.ts';
import type { Connection } from './sql.ts';

export const ARRIVAL_COLUMNS = ['site', 'id', 'node'] as const;

/** As `row` of an insert. */
export function arrivalLine(site: string, id: EntryId, node: string): Buffer {
  return Buffer.from(`${escaped(nameText(site))}\t${id}\t${escaped(nameText(node))}\n`);
}

export interface Arrival {
  readonly site: string;
  readonly id: EntryId;
  /** us since 1970, by the clock of the server. */
  readonly at: number;
}

export interface Arrivals {
  /** In their order. */
  readonly found: readonly Arrival[];
  /** us: when the server was asked. */
  readonly now: number;
  /** Whether there were more than asked for. */
  readonly more: boolean;
}

export interface ArrivalsWish {
  /** null: of all. */
  readonly sites: readonly string[] | null;
  /** Whose own are left out. */
  readonly node: string;
  /** us: only what came behind it; null: the newest of what came within `back` us. */
  readonly since: number | null;
  /** us: only what came until then. */
  readonly until?: number;
  readonly back: number;
  readonly most: number;
}

export async function arrivals(
  connection: Connection,
  { sites, node, since, until, back, most }: ArrivalsWish,
  signal?: AbortSignal,
): Promise<Arrivals> {
  const bound = new Parameters();
  const from =
    since === null ? `now64(6) - toIntervalMicrosecond(${bound.integer(back)})` : instant(since, bound);
  const to = until === undefined ? '' : `AND at <= ${instant(until, bound)}`;
  const of = sites === null ? '' : `AND ${among('site', sites.map(nameText), bound)}`;
  const rows = await connection.rows(
    `SELECT site, id, arrived, clock FROM (
       SELECT site, id, toUInt64(toUnixTimestamp64Micro(at)) AS arrived, toUInt8(0) AS clock
       FROM ${connection.database}.arrival
       WHERE at > ${from} ${to} AND node != ${bound.text(nameText(node))} ${of}
       ORDER BY at ${since === null ? 'DESC' : 'ASC'} LIMIT ${bound.integer(most + 1)}
     )
     UNION ALL SELECT '', toUInt64(0), toUInt64(toUnixTimestamp64Micro(now64(6))), toUInt8(1)`,
    bound,
    (row) => ({ site: row.text(), id: row.uint64(), at: row.number(), clock: row.byte() === 1 }),
    signal,
  );
  const found = rows.filter(({ clock }) => !clock).toSorted((a, b) => a.at - b.at);
  return {
    found: found.slice(0, most).map(({ site, id, at }) => ({ site: nameOf(site), id, at })),
    now: rows.find(({ clock }) => clock)?.at ?? 0,
    more: found.length > most,
  };
}

/** How many came in a span of time. */
export interface ArrivalCount {
  readonly site: string;
  /** Which one, by its length. */
  readonly span: number;
  readonly count: number;
}

export interface CountsWish extends Pick<ArrivalsWish, 'sites' | 'node'> {
  /** us, exclusive. */
  readonly since: number;
  /** us, inclusive. */
  readonly until: number;
  /** us: how long a span is. */
  readonly length: number;
}

export async function arrivalCounts(
  connection: Connection,
  { sites, node, since, until, length }: CountsWish,
  signal?: AbortSignal,
): Promise<readonly ArrivalCount[]> {
  const bound = new Parameters();
  const of = sites === null ? '' : `AND ${among('site', sites.map(nameText), bound)}`;
  const rows = await connection.rows(
    `SELECT site, toUInt64(intDiv(toUnixTimestamp64Micro(at), ${bound.integer(length)})) AS span, toUInt64(count())
     FROM ${connection.database}.arrival
     WHERE at > ${instant(since, bound)} AND at <= ${instant(until, bound)}
       AND node != ${bound.text(nameText(node))} ${of}
     GROUP BY site, span`,
    bound,
    (row) => ({ site: row.text(), span: row.number(), count: row.number() }),
    signal,
  );
  return rows.map(({ site, ...rest }) => ({ site: nameOf(site), ...rest }));
}

function instant(us: number, bound: Parameters): string {
  return `fromUnixTimestamp64Micro(toInt64(${bound.integer(us)}), 'UTC')`;
}
