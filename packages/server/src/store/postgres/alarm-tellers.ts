/**
 * Nodes that tell of alarms: each says every few seconds that it lives, by the clock of the database, which all of them
 * share. What waits for its targets at one that says so no more is another one's.
 */

import { type FiringRecord, TAKEN_OVER_MAX, TELLS_NO_MORE_MS } from '../alarms.ts';
import { firingOf } from '../control/alarm-rows.ts';
import { integer } from '../control/rows.ts';
import type { Statements } from './statements.ts';

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
/** Of a node that was not there for so long nothing is remembered, ms. */
const FORGOTTEN_MS = 30 * 86_400_000;

/** Within a transaction. */
export async function takeOver(
  inside: Statements,
  node: string,
  most: number,
): Promise<readonly FiringRecord[]> {
  const [known] = await inside.rows('SELECT seen FROM alarm_tellers WHERE node = $1', node);
  const [told] = await inside.rows(
    `INSERT INTO alarm_tellers (node, seen) VALUES ($1, ${NOW})
     ON CONFLICT (node) DO UPDATE SET seen = excluded.seen RETURNING seen`,
    node,
  );
  const now = integer(told ?? {}, 'seen');
  // Who was not there itself, as when the database was away, waits until the others have had time to tell.
  if (known === undefined || now - integer(known, 'seen') >= TELLS_NO_MORE_MS) return [];
  await inside.run('DELETE FROM alarm_tellers WHERE seen < $1', now - FORGOTTEN_MS);
  const taken = await inside.rows(
    `UPDATE alarm_firings SET node = $1 WHERE n IN (
       SELECT n FROM alarm_firings
       WHERE waiting = 1 AND node <> $1 AND node NOT IN (SELECT node FROM alarm_tellers WHERE seen > $2)
       ORDER BY n LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    node,
    now - TELLS_NO_MORE_MS,
    Math.min(most, TAKEN_OVER_MAX),
  );
  return taken.map(firingOf).sort((a, b) => a.n - b.n);
}

/** Never goes back. */
export async function reach(inside: Statements, node: string, through: number): Promise<void> {
  await inside.run(
    `INSERT INTO alarm_tellers (node, seen, through) VALUES ($1, ${NOW}, $2)
     ON CONFLICT (node) DO UPDATE SET through = greatest(coalesce(alarm_tellers.through, 0), excluded.through)`,
    node,
    through,
  );
}

export async function reached(statements: Statements, node: string): Promise<number | null> {
  const [row] = await statements.rows('SELECT through FROM alarm_tellers WHERE node = $1', node);
  return row === undefined || row.through === null ? null : integer(row, 'through');
}
