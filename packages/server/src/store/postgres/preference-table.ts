/** How people want things shown, in PostgreSQL. */

import { integer, text } from '../control/rows.ts';
import type { KeptPreferences } from '../control-store.ts';
import type { Preferences } from '../people.ts';
import type { PooledStatements } from './statements.ts';

export class PreferenceTable implements KeptPreferences {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async of(owner: string): Promise<Preferences | null> {
    const [row] = await this.#statements.rows(
      'SELECT value, changed FROM preferences WHERE owner = $1',
      owner,
    );
    return row ? { value: text(row, 'value'), changed: integer(row, 'changed') } : null;
  }

  async put(owner: string, { value, changed }: Preferences): Promise<void> {
    await this.#statements.run(
      `INSERT INTO preferences (owner, value, changed) VALUES ($1, $2, $3)
       ON CONFLICT (owner) DO UPDATE SET value = excluded.value, changed = excluded.changed`,
      owner,
      value,
      changed,
    );
  }
}
