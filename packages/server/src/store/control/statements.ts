/** Statements of one connection, each prepared once. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class Statements {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  sql(statement: string): StatementSync {
    let prepared = this.#prepared.get(statement);
    if (!prepared) {
      prepared = this.#db.prepare(statement);
      this.#prepared.set(statement, prepared);
    }
    return prepared;
  }

  /** All of it or nothing, and nobody else's writes between. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
