/**
 * What every node keeps in memory: sites, keys, people and sessions have one revision. A change counts it up before
 * anything else, which makes such changes wait for each other over all nodes, and tells the nodes when it is committed.
 */

import { integer } from '../control/rows.ts';
import type { PooledStatements, Statements } from './statements.ts';

/** On which nodes hear of a new revision. */
export const CHANNEL = 'ocpp_logs_control';

export const REVISION = 'SELECT revision FROM state';

export class Revision {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  change<T>(work: (inside: Statements) => Promise<T>): Promise<T> {
    return this.#statements.transaction(async (inside) => {
      const [row] = await inside.rows('UPDATE state SET revision = revision + 1 RETURNING revision');
      await inside.rows('SELECT pg_notify($1, $2)', CHANNEL, String(integer(row ?? {}, 'revision')));
      return work(inside);
    });
  }
}
