/** Back-ups that were made of a folder: where they may still be. */

import type { BackupRecord } from '../erasure.ts';
import { backupOf } from './rows.ts';
import type { Statements } from './statements.ts';

/** Of a back-up every hour for a year. */
const KEPT_MAX = 10_000;

export class BackupTable {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  add({ path, made, entries, sites }: BackupRecord): void {
    this.#statements.transaction(() => {
      this.#sql('INSERT INTO backups (path, made, entries, sites) VALUES (?, ?, ?, ?)').run(
        path,
        made,
        entries,
        JSON.stringify(sites),
      );
      this.#sql(`DELETE FROM backups WHERE n <= (SELECT max(n) FROM backups) - ${KEPT_MAX}`).run();
    });
  }

  /** Oldest first. */
  all(): readonly BackupRecord[] {
    return this.#sql('SELECT * FROM backups ORDER BY n').all().map(backupOf);
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
