/**
 * Up to when all that was captured is stored, for as long as something is being captured: whoever finds a mark at the
 * start knows that the server before ended all at once, and since when something may be missing, also of connections that
 * left no trace.
 */

import type { IndexFile } from './index-file.ts';
import type { Connection } from './sql.ts';

/** Files of earlier versions have no such table. */
const SCHEMA =
  'CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL)';
/** It is moved on when it lies back at least so far, ms: files are brought to the disk every 750 ms, and by each push. */
const STEP_MS = 500;

export class RunMark {
  /** ms; null: the writer before ended in order, or there was none. */
  readonly found: number | null;
  /** Of sites whose files are older than the index: the mark was lost with the one before. */
  readonly #lost: ReadonlyMap<string, number>;
  readonly #db: Connection;
  #stored: number | null;
  #told: number | null;
  #committed: number | null;
  /** Committed, and on the disk. */
  #synced: number | null;

  constructor({ db, newest }: Pick<IndexFile, 'db' | 'newest'>) {
    this.#db = db;
    this.#lost = newest;
    db.exec(SCHEMA);
    this.found = db.numberRow('SELECT through FROM run')?.[0] ?? null;
    this.#stored = this.found;
    this.#told = this.found;
    this.#committed = this.found;
    this.#synced = this.found;
  }

  /** Since when something of a site may be missing. */
  since(site: string): number | null {
    return this.found ?? this.#lost.get(site) ?? null;
  }

  /** What the next commit comprises; null: nothing is being captured. */
  tell(at: number | null): void {
    this.#told = at;
  }

  get committed(): number | null {
    return this.#committed;
  }

  /** What was committed when the files began to be brought to the disk is there. */
  synced(through: number | null): void {
    this.#synced = through;
  }

  /** With a commit, after the entries. */
  write(): void {
    this.#committed = this.#told;
    const mark = this.#next();
    if (mark === this.#stored) return;
    if (mark === null) this.#db.run('DELETE FROM run');
    else this.#db.run('INSERT OR REPLACE INTO run VALUES (1, ?)', mark);
    this.#stored = mark;
  }

  /** It reaches the disk by itself, before or after entries: so it goes on only to what is there already. */
  #next(): number | null {
    // The first one of a run: nothing was captured before it.
    if (this.#told === null || this.#stored === null) return this.#told;
    // The clock was set back: to say less is always true.
    if (this.#told < this.#stored) return this.#told;
    const mark = Math.min(this.#told, this.#synced ?? this.#stored);
    return mark - this.#stored < STEP_MS ? this.#stored : mark;
  }
}
