/** Passwords of stations, as hashes. They are not part of the snapshot: there may be one for each of a large fleet. */

import type { StationPassword } from '../control.ts';
import { stationPasswordOf } from './rows.ts';
import type { Statements } from './statements.ts';

export class StationPasswordTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  get(site: string, charger: string): StationPassword | null {
    const row = this.#statements
      .sql('SELECT * FROM station_passwords WHERE site = ? AND charger = ?')
      .get(site, charger);
    return row ? stationPasswordOf(row) : null;
  }

  of(site: string): readonly StationPassword[] {
    return this.#statements
      .sql('SELECT * FROM station_passwords WHERE site = ? ORDER BY charger')
      .all(site)
      .map(stationPasswordOf);
  }

  put({ site, charger, hash, nextHash, changed }: StationPassword): void {
    this.#statements
      .sql(
        `INSERT INTO station_passwords (site, charger, hash, next_hash, changed) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET hash = excluded.hash, next_hash = excluded.next_hash, changed = excluded.changed`,
      )
      .run(site, charger, hash, nextHash, changed);
  }

  /** False where there was none. */
  drop(site: string, charger: string): boolean {
    const dropped = this.#statements
      .sql('DELETE FROM station_passwords WHERE site = ? AND charger = ?')
      .run(site, charger);
    return dropped.changes === 1;
  }
}
