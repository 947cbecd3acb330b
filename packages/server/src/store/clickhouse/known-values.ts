/** Stations and actions of sites. */

import type { ChargerSummary } from '../store.ts';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** A station that was at several nodes is told of by the one that saw it last; connected is where any holds it. */
export async function chargersOf(connection: Connection, site: string): Promise<readonly ChargerSummary[]> {
  const bound = new Parameters();
  const newest = (column: string) => `argMax(${column}, (ifNull(last_seen, -1), version))`;
  const found = await connection.rows(
    `SELECT charger, ${newest('vendor')}, ${newest('model')}, ${newest('firmware')}, ${newest('protocol')},
       max(connected), max(last_seen), max(captured_through)
     FROM ${connection.database}.station FINAL WHERE site = ${bound.text(nameText(site))} GROUP BY charger`,
    bound,
    (row): ChargerSummary => {
      const name = () => row.nullable(() => nameOf(row.text()));
      const time = () => row.nullable(() => Number(row.int64()));
      return {
        id: nameOf(row.text()),
        vendor: name(),
        model: name(),
        firmware: name(),
        protocol: name(),
        connected: row.byte() === 1,
        lastSeen: time(),
        capturedThrough: time(),
      };
    },
  );
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export async function actionsOf(
  connection: Connection,
  sites: readonly string[],
): Promise<readonly string[]> {
  if (sites.length === 0) return [];
  const bound = new Parameters();
  const found = await connection.rows(
    `SELECT DISTINCT action FROM ${connection.database}.action WHERE site IN ${bound.texts(sites.map(nameText))}`,
    bound,
    (row) => nameOf(row.text()),
  );
  return found.toSorted();
}
