/** Passwords of stations, as hashes. They are not part of the snapshot: there may be one for each of a large fleet. */

import { stationPasswordOf } from '../control/rows.ts';
import type { StationPassword } from '../control.ts';
import type { StationPasswordRecords } from '../control-store.ts';
import type { PooledStatements } from './statements.ts';

export class StationPasswordTable implements StationPasswordRecords {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async get(site: string, charger: string): Promise<StationPassword | null> {
    const [row] = await this.#statements.rows(
      'SELECT * FROM station_passwords WHERE site = $1 AND charger = $2',
      site,
      charger,
    );
    return row ? stationPasswordOf(row) : null;
  }

  async of(site: string): Promise<readonly StationPassword[]> {
    const rows = await this.#statements.rows(
      'SELECT * FROM station_passwords WHERE site = $1 ORDER BY charger',
      site,
    );
    return rows.map(stationPasswordOf);
  }

  async put({ site, charger, hash, nextHash, changed }: StationPassword): Promise<void> {
    await this.#statements.run(
      `INSERT INTO station_passwords (site, charger, hash, next_hash, changed) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (site, charger) DO UPDATE
         SET hash = excluded.hash, next_hash = excluded.next_hash, changed = excluded.changed`,
      site,
      charger,
      hash,
      nextHash,
      changed,
    );
  }

  /** False where there was none. */
  async drop(site: string, charger: string): Promise<boolean> {
    const dropped = await this.#statements.run(
      'DELETE FROM station_passwords WHERE site = $1 AND charger = $2',
      site,
      charger,
    );
    return dropped === 1;
  }
}
