/**
 * Who ships to a database: one data folder without a number, or any with different ones. Two that gave the same ids would
 * lose entries, of which ClickHouse would keep one. What told nothing for a while is gone.
 */

import { StoreUnavailableError } from '../unavailable.ts';
import type { Outbox } from './outbox.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

/** It tells of itself so often, and that long after it came to know of others at most. */
const TOLD_MS = 10_000;
/** s without a word after which another may take its place. */
const FREE_S = 300;
/** Of a folder without one. */
const NO_NUMBER = -1;

export interface WriterClaimOptions {
  /** Name of the folder. */
  readonly node: string;
  /** null: it ships alone. */
  readonly number: number | null;
  /** ms since 1970, of this machine; the rest goes by the clock of the server. */
  readonly now: () => number;
  /** How far the folder has shipped; absent where nothing is. */
  readonly progress?: Pick<Outbox, 'shipped' | 'told' | 'tell'>;
  /**
   * The database does not have all that it took, or is not the one that took it. To be noted, here and there, when this
   * resolves; where it rejects it is called again by the next try.
   */
  readonly onBehind?: () => void | Promise<void>;
}

export class WriterClaim {
  readonly #connection: Connection;
  readonly #options: WriterClaimOptions;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, options: WriterClaimOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Throws where another folder ships to the database that may give the same ids. Two that begin in the same moment may
   * both pass; some seconds later each finds the other. Tells the database how far it has got, and asks what it was told.
   */
  async renew(): Promise<void> {
    const { node, number, now: clock, progress, onBehind } = this.#options;
    const now = clock();
    if (now - this.#toldAt < TOLD_MS && now >= this.#toldAt) return;
    await this.check();
    const shipped = progress?.shipped ?? 0;
    const told = progress?.told ?? null;
    if (told !== null && (await this.#through()) < told) await onBehind?.();
    const own = new Parameters();
    await this.#connection.put(
      `INSERT INTO ${this.#connection.database}.writer (node, at, number, through)
       SELECT ${own.text(node)}, now64(3), toInt16(${own.integer((number ?? NO_NUMBER) + 1)}) - 1, ${own.integer(shipped)}`,
      own,
    );
    // Before anything was shipped nothing can be missing.
    if (shipped > 0) progress?.tell(shipped);
    this.#toldAt = now;
  }

  /** How far it has all of this folder, by itself; 0 where it knows nothing of it. */
  async #through(): Promise<number> {
    const bound = new Parameters();
    const [through = 0] = await this.#connection.rows(
      `SELECT through FROM ${this.#connection.database}.writer FINAL WHERE node = ${bound.text(this.#options.node)}`,
      bound,
      (row) => row.number(),
    );
    return through;
  }

  /** Whether this folder ever shipped to the database. */
  async isKnown(): Promise<boolean> {
    const bound = new Parameters();
    const [times = 0] = await this.#connection.rows(
      `SELECT toUInt64(count()) FROM ${this.#connection.database}.writer WHERE node = ${bound.text(this.#options.node)}`,
      bound,
      (row) => row.number(),
    );
    return times > 0;
  }

  /** Throws as {@link renew} does, and tells nobody. */
  async check(): Promise<void> {
    const { node, number } = this.#options;
    const { database } = this.#connection;
    const bound = new Parameters();
    const others = await this.#connection.rows(
      `SELECT node, toUInt64(dateDiff('second', at, now64(3))), toUInt64(number + 1) FROM ${database}.writer FINAL
       WHERE node != ${bound.text(node)} AND at > now64(3) - INTERVAL ${FREE_S} SECOND`,
      bound,
      (row) => ({ node: row.text(), seconds: row.number(), number: row.number() - 1 }),
    );
    const rival = others.find((other) => number === null || [number, NO_NUMBER].includes(other.number));
    if (rival !== undefined) {
      const told = `the data folder ${rival.node} shipped to database ${database} ${rival.seconds} s ago`;
      throw new StoreUnavailableError(
        rival.number === number
          ? `${told} as node ${number}, as this one is: its number is of another PostgreSQL; name another database`
          : `${told}, and one folder at a time may, unless they share control data in PostgreSQL: stop that server, or ` +
              `name another database; ${FREE_S} s after its last word this one goes on`,
      );
    }
  }
}
