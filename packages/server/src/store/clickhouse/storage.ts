/** What the logs take on the server's disk, and what is left of it. */

import type { LogStorage } from '../storage.ts';
import { type Placement, stored } from './layout.ts';
import { nameOf } from './names.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** Sites share the parts of a month: each has the share of its bytes that it has of the rows. */
export async function storageOf(connection: Connection, cluster: string | null): Promise<LogStorage> {
  const placement: Placement = { database: connection.database, cluster };
  const parts = new Parameters();
  const months = await connection.rows(
    `SELECT toUInt64(partition), toUInt64(sum(bytes_on_disk)) FROM ${systemTable('parts', cluster)}
     WHERE active AND database = ${parts.text(placement.database)} AND table = ${parts.text(stored(placement, 'entry'))}
     GROUP BY partition`,
    parts,
    (row) => [row.number(), row.number()] as const,
  );
  const bytes = new Map(months);
  const rows = await connection.rows(
    `SELECT site, toUInt64(toYYYYMM(at)) AS month, count() FROM ${placement.database}.entry GROUP BY site, month`,
    new Parameters(),
    (row) => ({ site: nameOf(row.text()), month: row.number(), rows: row.number() }),
  );
  const total = new Map<number, number>();
  for (const { month, rows: n } of rows) total.set(month, (total.get(month) ?? 0) + n);
  const [freeBytes = 0] = await connection.rows(
    `SELECT toUInt64(sum(unreserved_space)) FROM ${systemTable('disks', cluster)}`,
    new Parameters(),
    (row) => row.number(),
  );
  return {
    months: rows
      .map(({ site, month, rows: n }) => ({
        site,
        month: `${String(month).slice(0, 4)}-${String(month).slice(4)}`,
        bytes: Math.round(((bytes.get(month) ?? 0) * n) / (total.get(month) ?? 1)),
      }))
      .sort((a, b) => compare(a.site, b.site) || compare(a.month, b.month)),
    freeBytes,
    setAside: 0,
  };
}

function systemTable(name: 'parts' | 'disks', cluster: string | null): string {
  return cluster === null ? `system.${name}` : `clusterAllReplicas(${cluster}, system.${name})`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
