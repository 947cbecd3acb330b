/**
 * One data folder ships to a database at a time: two would give the same id to entries of one site and millisecond, of
 * which ClickHouse would keep one. A folder that told nothing for a while has given the database free.
 */

import { StoreUnavailableError } from '../unavailable.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** It tells of itself so often. */
const TOLD_MS = 60_000;
/** s without a word after which another may take its place. */
const FREE_S = 300;

export class OneWriter {
  readonly #connection: Connection;
  readonly #node: string;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** `now`: ms since 1970, of this machine; the rest goes by the clock of the server. */
  constructor(connection: Connection, node: string, now: () => number) {
    this.#connection = connection;
    this.#node = node;
    this.#now = now;
  }

  /**
   * Throws where another folder ships to the database. Two that begin in the same moment may both pass; a minute later
   * each finds the other.
   */
  async claim(): Promise<void> {
    const now = this.#now();
    if (now - this.#toldAt < TOLD_MS && now >= this.#toldAt) return;
    const table = `${this.#connection.database}.writer`;
    const bound = new Parameters();
    const others = await this.#connection.rows(
      `SELECT node, toUInt64(dateDiff('second', at, now64(3))) FROM ${table} FINAL
       WHERE node != ${bound.text(this.#node)} AND at > now64(3) - INTERVAL ${FREE_S} SECOND`,
      bound,
      (row) => ({ node: row.text(), seconds: row.number() }),
    );
    const [other] = others;
    if (other !== undefined) {
      throw new StoreUnavailableError(
        `the data folder ${other.node} shipped to database ${this.#connection.database} ${other.seconds} s ago, and one folder ` +
          `at a time may: stop that server, or name another database; ${FREE_S} s after its last word this one goes on`,
      );
    }
    const own = new Parameters();
    await this.#connection.run(
      `INSERT INTO ${table} (node, at) SELECT ${own.text(this.#node)}, now64(3)`,
      own,
    );
    this.#toldAt = now;
  }
}
