/** How people want things shown, in control.db. */

import type { Preferences } from '../people.ts';
import { integer, text } from './rows.ts';
import type { Statements } from './statements.ts';

export class PreferenceTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  of(owner: string): Preferences | null {
    const row = this.#statements.sql('SELECT value, changed FROM preferences WHERE owner = ?').get(owner);
    return row ? { value: text(row, 'value'), changed: integer(row, 'changed') } : null;
  }

  put(owner: string, { value, changed }: Preferences): void {
    this.#statements
      .sql(
        `INSERT INTO preferences (owner, value, changed) VALUES (?, ?, ?)
         ON CONFLICT (owner) DO UPDATE SET value = excluded.value, changed = excluded.changed`,
      )
      .run(owner, value, changed);
  }
}
