/** Saved searches in control.db. */

import { PeopleFault, type SavedSearch, SEARCHES_MAX } from '../people.ts';
import { integer, searchOf } from './rows.ts';
import type { Statements } from './statements.ts';

/** Of the searches that others share, the newest. */
const SHARED_MAX = 1_000;

export class SearchTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  of(owner: string): readonly SavedSearch[] {
    const own = this.#sql('SELECT * FROM searches WHERE owner = ? ORDER BY name, id').all(owner);
    const shared = this.#sql(
      `SELECT * FROM searches WHERE shared = 1 AND owner <> ? ORDER BY changed DESC, id LIMIT ${SHARED_MAX}`,
    ).all(owner);
    return [...own, ...shared].map(searchOf);
  }

  one(id: string): SavedSearch | null {
    const row = this.#sql('SELECT * FROM searches WHERE id = ?').get(id);
    return row ? searchOf(row) : null;
  }

  /** The owner of one that is there stays. */
  put({ id, owner, name, shared, query, changed }: SavedSearch): void {
    this.#statements.transaction(() => {
      const others = this.#sql('SELECT count(*) AS n FROM searches WHERE owner = ? AND id <> ?').get(
        owner,
        id,
      );
      if (integer(others ?? {}, 'n') >= SEARCHES_MAX) throw new PeopleFault('TOO_MANY_SEARCHES');
      this.#sql(
        `INSERT INTO searches (id, owner, name, shared, query, changed) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, shared = excluded.shared, query = excluded.query,
           changed = excluded.changed`,
      ).run(id, owner, name, shared ? 1 : 0, query, changed);
    });
  }

  remove(id: string): boolean {
    return this.#sql('DELETE FROM searches WHERE id = ?').run(id).changes === 1;
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
