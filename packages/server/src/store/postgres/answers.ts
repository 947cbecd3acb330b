/** Answers to requests under an Idempotency-Key. */

import { ANSWER_BYTES_MAX, ANSWERS_KEPT, ANSWERS_MAX } from '../control/bounds.ts';
import { integer, text } from '../control/rows.ts';
import type { Statements } from './statements.ts';

export const ANSWER = 'key = $1 AND site = $2 AND idempotency_key = $3';

/** null: none that still counts. */
export async function answerOf(
  statements: Statements,
  of: readonly [key: string, site: string, idempotencyKey: string],
  now: number,
): Promise<string | null> {
  const [row] = await statements.rows(
    `SELECT answer FROM answers WHERE ${ANSWER} AND at > $4`,
    ...of,
    now - ANSWERS_KEPT,
  );
  return row ? text(row, 'answer') : null;
}

/** The oldest make room. How many went. */
export async function boundAnswers(inside: Statements): Promise<number> {
  const [total] = await inside.rows(
    'SELECT count(*) AS n, coalesce(sum(size), 0)::bigint AS size FROM answers',
  );
  let rows = integer(total ?? {}, 'n');
  let bytes = integer(total ?? {}, 'size');
  let forgotten = 0;
  while (rows > ANSWERS_MAX || bytes > ANSWER_BYTES_MAX) {
    const [oldest] = await inside.rows(
      'DELETE FROM answers WHERE n = (SELECT n FROM answers ORDER BY at, n LIMIT 1) RETURNING size',
    );
    if (!oldest) break;
    forgotten += 1;
    rows -= 1;
    bytes -= integer(oldest, 'size');
  }
  return forgotten;
}
