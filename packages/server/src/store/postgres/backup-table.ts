/** Back-ups that were made of folders: where they may still be. */

import { backupOf } from '../control/rows.ts';
import type { Backups } from '../control-store.ts';
import type { BackupRecord } from '../erasure.ts';
import type { PooledStatements } from './statements.ts';

/** Of a back-up every hour for a year. */
const KEPT_MAX = 10_000;

export class BackupTable implements Backups {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async add({ path, made, entries, sites }: BackupRecord): Promise<void> {
    await this.#statements.transaction(async (inside) => {
      await inside.run(
        'INSERT INTO backups (path, made, entries, sites) VALUES ($1, $2, $3, $4)',
        path,
        made,
        entries,
        JSON.stringify(sites),
      );
      await inside.run('DELETE FROM backups WHERE n <= (SELECT max(n) FROM backups) - $1', KEPT_MAX);
    });
  }

  /** Oldest first. */
  async all(): Promise<readonly BackupRecord[]> {
    return (await this.#statements.rows('SELECT * FROM backups ORDER BY n')).map(backupOf);
  }
}
