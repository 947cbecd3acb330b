/**
 * Nodes that tell of alarms: each says every few seconds that it lives, by the clock of the database, which all of them
 * share. What waits for its targets at one that says so no more is another one's. It says, too, up to when others can read
 * what its stations said: nobody is silent of whom that is not told yet.
 */

import { type FiringRecord, TAKEN_OVER_MAX, TELLS_NO_MORE_MS, type Told } from '../alarms.ts';
import { firingOf } from '../control/alarm-rows.ts';
import { integer } from '../control/rows.ts';
import type { Statements } from './statements.ts';

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
/** Of a node that was not there for so long nothing is remembered, ms. */
const FORGOTTEN_MS = 30 * 86_400_000;

/**
 * Within a transaction. A node that has not shipped since its start stands where it stood; one that was never here
 * before has told of nothing that it could have heard.
 */
export async function takeOver(
  inside: Statements,
  node: string,
  most: number,
  told: Told,
): Promise<readonly FiringRecord[]> {
  const [known] = await inside.rows('SELECT seen FROM alarm_tellers WHERE node = $1', node);
  const [written] = await inside.rows(
    `INSERT INTO alarm_tellers (node, seen, told) VALUES ($1, ${NOW}, CASE WHEN $3 = 1 THEN coalesce($2::bigint, ${NOW}) END)
     ON CONFLICT (node) DO UPDATE SET seen = excluded.seen,
       told = CASE WHEN $3 = 1 THEN greatest(alarm_tellers.told, $2::bigint) END
     RETURNING seen`,
    node,
    told ?? null,
    told === undefined ? 0 : 1,
  );
  const now = integer(written ?? {}, 'seen');
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

/** Whoever lives no more is not waited for: nobody hears its stations until they are at another node. */
export async function toldThrough(statements: Statements): Promise<number | null> {
  const [row] = await statements.rows(
    `SELECT min(told) AS told FROM alarm_tellers WHERE seen > ${NOW} - $1`,
    TELLS_NO_MORE_MS,
  );
  return row === undefined || row.told === null ? null : integer(row, 'told');
}
