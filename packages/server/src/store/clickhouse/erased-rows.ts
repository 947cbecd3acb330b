/**
 * Erasures of which rows are still to leave the parts of ClickHouse: the thread that records notes them, the thread that
 * ships sees to it. In `outbox.db`, so that both have them, and over restarts.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { EntryId } from '@ocpp-logs/core';
import { ENGINE_BEGINS, type EngineErased } from '../erasure.ts';

export interface ErasedRun {
  /** Id of the erasure. */
  readonly erasure: string;
  readonly site: string;
  /** Of a change, by which this run of it is known: a later one has a higher one. */
  readonly number: number;
  /** ClickHouse is to take all up to this change first; 0: nothing was changed. */
  readonly last: number;
  /** ms: what had expired by then is to leave, too, as the files do not hold it. */
  readonly at: number;
}

/** Entries of which rows of a lower version hold what was erased. */
export interface ErasedIds {
  readonly below: number;
  readonly ids: readonly EntryId[];
}

export interface ErasedTask extends ErasedRun {
  readonly told: EngineErased;
}

export class ErasedRows {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec(
      `CREATE TABLE IF NOT EXISTS erased (erasure TEXT PRIMARY KEY, site TEXT NOT NULL, number INTEGER NOT NULL,
       last INTEGER NOT NULL, at INTEGER NOT NULL, done INTEGER NOT NULL, told TEXT NOT NULL)`,
    );
    db.exec(
      `CREATE TABLE IF NOT EXISTS erased_id (erasure TEXT NOT NULL, id INTEGER NOT NULL, below INTEGER NOT NULL,
       PRIMARY KEY (erasure, id)) WITHOUT ROWID`,
    );
  }

  /** Ids of an earlier run stay: it may not have come to an end of them. On the disk when it returns. */
  add({ erasure, site, number, last, at }: ErasedRun, { below, ids }: ErasedIds): void {
    this.#within(() => {
      this.#db
        .prepare(
          `INSERT INTO erased VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6) ON CONFLICT DO UPDATE
           SET number = ?3, last = max(last, ?4), at = ?5, done = 0, told = ?6`,
        )
        .run(erasure, site, number, last, at, JSON.stringify(ENGINE_BEGINS));
      const insert = this.#db.prepare(
        'INSERT INTO erased_id VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET below = ?3',
      );
      for (const id of ids) insert.run(erasure, id, below);
    });
  }

  /** Oldest first. */
  open(): readonly ErasedTask[] {
    return this.#db.prepare('SELECT * FROM erased WHERE done = 0 ORDER BY number').all().map(taskOf);
  }

  of(erasure: string): ErasedTask | null {
    const row = this.#db.prepare('SELECT * FROM erased WHERE erasure = ?').get(erasure);
    return row === undefined ? null : taskOf(row);
  }

  /** So many at a time, each time of one version. */
  *ids({ erasure }: Pick<ErasedRun, 'erasure'>, max: number): Generator<ErasedIds> {
    const select = this.#db.prepare(
      'SELECT below, id FROM erased_id WHERE erasure = ? AND id > ? ORDER BY id LIMIT ?',
    );
    select.setReadBigInts(true);
    for (let after: EntryId = -1n; ; ) {
      const rows = select.all(erasure, after, max);
      // Only add() writes them, and integers are read as such.
      for (const [below, some] of Map.groupBy(rows, (row) => row.below))
        yield { below: Number(below), ids: some.map(({ id }) => id as bigint) };
      if (rows.length < max) return;
      after = rows.at(-1)?.id as bigint;
    }
  }

  /** Of a run that another one followed, nothing. */
  tell({ erasure, number }: Pick<ErasedRun, 'erasure' | 'number'>, told: EngineErased): void {
    const done = told.state === 'done';
    this.#within(() => {
      const { changes } = this.#db
        .prepare('UPDATE erased SET told = ?, done = ? WHERE erasure = ? AND number = ?')
        .run(JSON.stringify(told), done ? 1 : 0, erasure, number);
      if (done && Number(changes) > 0)
        this.#db.prepare('DELETE FROM erased_id WHERE erasure = ?').run(erasure);
    });
  }

  #within(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function taskOf(row: Record<string, unknown>): ErasedTask {
  return {
    erasure: String(row.erasure),
    site: String(row.site),
    number: Number(row.number),
    last: Number(row.last),
    at: Number(row.at),
    // Safe: tell() and add() write it.
    told: JSON.parse(String(row.told)) as EngineErased,
  };
}
