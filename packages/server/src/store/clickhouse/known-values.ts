/** Stations and actions of sites. */

import type { ChargerSummary } from '../store.ts';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** s without a word after which the stations of a node are not taken for connected; it tells of itself every ten. */
const SILENT_S = 45;
/** s for which it is hoped that a node comes back, with what it had not shipped. */
const HOPED_S = 86_400;

/**
 * A station that was at several nodes is told of by the one that saw it last; connected is where any that is there holds it.
 * It is captured as far as at the node that is behind: one that ended under it may not have shipped all, until it is back.
 */
export async function chargersOf(
  connection: Connection,
  site: string,
  signal?: AbortSignal,
): Promise<readonly ChargerSummary[]> {
  const bound = new Parameters();
  const { database } = connection;
  const heldAt = (silentFor: number) =>
    `(connected AND node GLOBAL NOT IN
       (SELECT node FROM ${database}.writer FINAL WHERE at <= now64(3) - INTERVAL ${silentFor} SECOND))`;
  const held = heldAt(HOPED_S);
  const newest = (column: string) => `argMax(${column}, (ifNull(last_seen, -1), version))`;
  const found = await connection.rows(
    `SELECT charger, ${newest('vendor')}, ${newest('model')}, ${newest('firmware')}, ${newest('protocol')},
       max(${heldAt(SILENT_S)}), max(last_seen),
       if(countIf(${held}) > 0, minIf(captured_through, ${held}), max(captured_through))
     FROM ${database}.station FINAL WHERE site = ${bound.text(nameText(site))} GROUP BY charger`,
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
    signal,
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
