/** On which connector a transaction runs: told by its start, asked for by everything that names only its id. */

import type { TransactionFact } from '../store.ts';
import type { Month } from './month.ts';
import { monthOf, TIME_MAX } from './month.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteFiles } from './site-files.ts';
import { nameText, nullable } from './sql.ts';

/** A fact this old is about another transaction with the same id: extraction rules 4. */
const VALID_MS = 30 * 86_400_000;

const PUT = `INSERT INTO tx VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT DO UPDATE SET connector = ifnull(?4, connector), evse = ifnull(?5, evse)`;
/** Transactions whose newest start is remembered: every one that runs is asked for with each of its meter values. */
const REMEMBERED = 10_000;

const NEAREST = `SELECT start, connector, evse FROM tx WHERE charger = ? AND name = ? AND start <= ?
  ORDER BY start DESC LIMIT 1`;

interface Waiting {
  readonly site: string;
  readonly charger: string;
  readonly fact: TransactionFact;
}

export class TransactionFacts {
  readonly #files: SiteFiles;
  /** Not committed yet; told again when a commit fails. */
  #waiting = new Map<string, Waiting[]>();
  /** By transaction and month of the question: the newest start that is stored, null for none. */
  readonly #newest = new Map<string, TransactionFact | null>();

  constructor(files: SiteFiles) {
    this.#files = files;
  }

  remember(site: string, charger: string, fact: TransactionFact): void {
    const { start } = fact;
    if (!Number.isInteger(start) || start < 0 || start >= TIME_MAX) {
      throw new RangeError(`a transaction's start is out of range: ${start}`);
    }
    const key = keyOf(site, charger, fact.transaction);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [{ site, charger, fact }]);
    else waiting.push({ site, charger, fact });
  }

  /** The nearest start at or before `at`, ms. */
  find(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    const key = keyOf(site, charger, transaction);
    let nearest = this.#stored(site, charger, transaction, at);
    for (const { fact } of this.#waiting.get(key) ?? []) {
      if (fact.start > at) continue;
      if (nearest === null || fact.start >= nearest.start) nearest = completed(fact, nearest);
    }
    return nearest === null ? null : valid(nearest, at);
  }

  /** In the open transactions of their files. */
  write(): void {
    for (const facts of this.#waiting.values()) {
      for (const { site, charger, fact } of facts) {
        const month = monthOf(fact.start);
        const file = this.#files.obtain(site, month);
        const key = keyOf(site, charger, fact.transaction);
        for (const asked of [month, month + 1]) this.#newest.delete(`${key}\0${asked}`);
        this.#files.within(file, () => {
          this.#files.begin(file);
          const { transaction, start, connector, evseConnector } = fact;
          file.db.run(
            PUT,
            file.chargers.idOf(charger),
            nameText(transaction),
            start,
            connector,
            evseConnector,
          );
        });
      }
    }
  }

  /** What was written is committed. */
  committed(): void {
    this.#waiting = new Map();
  }

  /** What is stored may be less than it was: a commit was undone, or retention went by. */
  forget(): void {
    this.#newest.clear();
  }

  #stored(site: string, charger: string, transaction: string, at: number): TransactionFact | null {
    const month = monthOf(at);
    const key = `${keyOf(site, charger, transaction)}\0${month}`;
    let newest = this.#newest.get(key);
    if (newest === undefined) {
      newest = this.#nearest(site, charger, transaction, month, Number.MAX_SAFE_INTEGER);
      if (this.#newest.size >= REMEMBERED) this.#newest.clear();
      this.#newest.set(key, newest);
    }
    if (newest === null || newest.start <= at) return newest;
    return this.#nearest(site, charger, transaction, month, at);
  }

  /** At or before `at`, in a month or the one before it. */
  #nearest(
    site: string,
    charger: string,
    transaction: string,
    month: Month,
    at: number,
  ): TransactionFact | null {
    for (const each of [month, month - 1]) {
      const file = this.#files.get(site, each);
      const found =
        file === null ? null : this.#files.within(file, () => nearestIn(file, charger, transaction, at));
      if (found !== null) return found;
    }
    return null;
  }
}

function nearestIn(file: SiteFile, charger: string, transaction: string, at: number): TransactionFact | null {
  const id = file.chargers.find(charger);
  if (id === null) return null;
  const row = file.db.numberRow(NEAREST, id, nameText(transaction), at);
  if (row === null) return null;
  return {
    transaction,
    start: row[0] ?? 0,
    connector: nullable(row[1]),
    evseConnector: nullable(row[2]),
  };
}

/** A later word about the same start completes the earlier one. */
function completed(fact: TransactionFact, earlier: TransactionFact | null): TransactionFact {
  if (earlier === null || earlier.start !== fact.start) return fact;
  return {
    ...fact,
    connector: fact.connector ?? earlier.connector,
    evseConnector: fact.evseConnector ?? earlier.evseConnector,
  };
}

function valid(fact: TransactionFact, at: number): TransactionFact | null {
  return at - fact.start <= VALID_MS ? fact : null;
}

function keyOf(site: string, charger: string, transaction: string): string {
  return `${site}\0${charger}\0${transaction}`;
}
