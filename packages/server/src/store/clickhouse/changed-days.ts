/**
 * Whatever changes entries otherwise than by an insert, which a view marks, marks their days before: what was counted of
 * them is not used from then on.
 */

import { DAY_OF_ID, marksGone } from './layout.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** s for which nothing is counted anew: a statement that rewrites parts goes on in the server without whoever sent it. */
const REWRITING_S = 86_400;

/** Of the entries for which `where` holds, expired or not. `expiry`: when they will expire. */
export async function markChanged(
  connection: Connection,
  where: string,
  bound: Parameters,
  expiry = 'expires',
): Promise<void> {
  await connection.put(
    `INSERT INTO ${connection.database}.changed_day (site, day, mark, at, gone)
     SELECT site, ${DAY_OF_ID} AS day, any(rand64(id)), max(now64(6, 'UTC')) + INTERVAL ${REWRITING_S} SECOND, ${marksGone(`max(${expiry})`)}
     FROM ${connection.database}.entry WHERE ${where} GROUP BY site, day`,
    bound,
  );
}

/** Of a month, ms: days that nothing has marked, as their entries were there before the view. */
export async function markUnmarked(
  connection: Connection,
  { from, to }: { readonly from: number; readonly to: number },
  bound: Parameters,
): Promise<void> {
  const { database } = connection;
  const day = (ms: number) => `toDate(toUInt16(${bound.integer(Math.floor(ms / 86_400_000))}))`;
  const id = (ms: number) => bound.integer(BigInt(ms) << 21n);
  await connection.put(
    `INSERT INTO ${database}.changed_day (site, day, mark, at, gone)
     SELECT site, ${DAY_OF_ID} AS day, any(rand64(id)), max(now64(6, 'UTC')), ${marksGone('max(expires)')}
     FROM ${database}.entry WHERE id >= ${id(from)} AND id < ${id(to)} AND (site, ${DAY_OF_ID}) GLOBAL NOT IN
       (SELECT site, day FROM ${database}.changed_day WHERE day >= ${day(from)} AND day < ${day(to)})
     GROUP BY site, day`,
    bound,
  );
}

/** All that ever were, so that nothing counted is used: the database went back, and its tables may be of different times. */
export async function markAll(connection: Connection): Promise<void> {
  await markAgain(connection, '1', new Parameters());
}

/** All of a month, such as 202603, of which what was counted goes: other replicas may have it for longer. */
export async function markMonth(connection: Connection, month: number): Promise<void> {
  const bound = new Parameters();
  await markAgain(connection, `toYYYYMM(day) = ${bound.integer(month)}`, bound);
}

async function markAgain(connection: Connection, where: string, bound: Parameters): Promise<void> {
  const { database } = connection;
  await connection.put(
    `INSERT INTO ${database}.changed_day (site, day, mark, at, gone)
     SELECT site, day, any(rand64(day)), max(now64(6, 'UTC')), max(gone) FROM ${database}.changed_day
     WHERE ${where} GROUP BY site, day`,
    bound,
  );
}
