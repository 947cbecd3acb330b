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
  readonly back: number;
  readonly most: number;
}

export async function arrivals(
  connection: Connection,
  { sites, node, since, back, most }: ArrivalsWish,
  signal?: AbortSignal,
): Promise<Arrivals> {
  const bound = new Parameters();
  const from =
    since === null
      ? `now64(6) - toIntervalMicrosecond(${bound.integer(back)})`
      : `fromUnixTimestamp64Micro(toInt64(${bound.integer(since)}), 'UTC')`;
  const of = sites === null ? '' : `AND ${among('site', sites.map(nameText), bound)}`;
  const rows = await connection.rows(
    `SELECT site, id, arrived, clock FROM (
       SELECT site, id, toUInt64(toUnixTimestamp64Micro(at)) AS arrived, toUInt8(0) AS clock
       FROM ${connection.database}.arrival
       WHERE at > ${from} AND node != ${bound.text(nameText(node))} ${of}
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
