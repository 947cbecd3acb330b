/** Sums of the roll-ups of one file that were asked for before; forgotten when its writer has committed. */

import type { Connection, NumberRow, Value } from './sql.ts';

type Rows = readonly (readonly unknown[])[];

/** Kept for one file. */
const KEPT = 100;
/** Rows of a longer answer are not kept. */
const ROWS_MAX = 800;

export class KnownCounts {
  readonly #db: Connection;
  readonly #kept = new Map<string, Rows>();
  #version = -1;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** At the beginning of a moment of the file: what is kept is of this moment. */
  renew(): void {
    const version = this.#db.number('PRAGMA data_version');
    if (version !== this.#version) this.#kept.clear();
    this.#version = version;
  }

  /** Rows of a query all whose columns are numbers. */
  numbers(sql: string, ...values: Value[]): readonly NumberRow[] {
    // The caller's SQL selects numbers only.
    return this.rows(sql, ...values) as readonly NumberRow[];
  }

  rows(sql: string, ...values: Value[]): Rows {
    const key = `${sql}\n${JSON.stringify(values)}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const rows = this.#db.rows(sql, ...values);
    if (rows.length > ROWS_MAX) return rows;
    if (this.#kept.size >= KEPT) this.#kept.clear();
    this.#kept.set(key, rows);
    return rows;
  }
}
