/** Saved searches in PostgreSQL. */

import { integer, searchOf } from '../control/rows.ts';
import type { Searches } from '../control-store.ts';
import { PeopleFault, type SavedSearch, SEARCHES_MAX } from '../people.ts';
import type { PooledStatements } from './statements.ts';

/** Of the searches that others share, the newest. */
const SHARED_MAX = 1_000;

export class SearchTable implements Searches {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async of(owner: string): Promise<readonly SavedSearch[]> {
    const own = await this.#statements.rows(
      'SELECT * FROM searches WHERE owner = $1 ORDER BY name, id',
      owner,
    );
    const shared = await this.#statements.rows(
      'SELECT * FROM searches WHERE shared = 1 AND owner <> $1 ORDER BY changed DESC, id LIMIT $2',
      owner,
      SHARED_MAX,
    );
    return [...own, ...shared].map(searchOf);
  }

  async one(id: string): Promise<SavedSearch | null> {
    const [row] = await this.#statements.rows('SELECT * FROM searches WHERE id = $1', id);
    return row ? searchOf(row) : null;
  }

  /** The owner of one that is there stays. Two of one owner at once wait for each other, so that they count right. */
  async put({ id, owner, name, shared, query, changed }: SavedSearch): Promise<void> {
    await this.#statements.transaction(async (inside) => {
      await inside.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended('ocpp_logs searches ' || $1, 0))",
        owner,
      );
      const [others] = await inside.rows(
        'SELECT count(*) AS n FROM searches WHERE owner = $1 AND id <> $2',
        owner,
        id,
      );
      if (integer(others ?? {}, 'n') >= SEARCHES_MAX) throw new PeopleFault('TOO_MANY_SEARCHES');
      await inside.run(
        `INSERT INTO searches (id, owner, name, shared, query, changed) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, shared = excluded.shared, query = excluded.query,
           changed = excluded.changed`,
        id,
        owner,
        name,
        shared ? 1 : 0,
        query,
        changed,
      );
    });
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#statements.run('DELETE FROM searches WHERE id = $1', id)) === 1;
  }
}
