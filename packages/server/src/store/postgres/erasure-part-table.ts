/** What each node did of erasures in its own data folder. */

import { integer, type Row, text, textOrNull } from '../control/rows.ts';
import type { ErasureParts } from '../control-store.ts';
import type { ErasurePart } from '../erasure.ts';
import type { PooledStatements } from './statements.ts';

export class ErasurePartTable implements ErasureParts {
  readonly #statements: PooledStatements;

  constructor(statements: PooledStatements) {
    this.#statements = statements;
  }

  async of(id: string | null): Promise<readonly ErasurePart[]> {
    const rows = await this.#statements.rows(
      'SELECT * FROM erasure_parts WHERE $1::text IS NULL OR id = $1 ORDER BY id, folder',
      id,
    );
    return rows.map(partOf);
  }

  async put({ id, folder, asked, state, ended, report }: ErasurePart): Promise<void> {
    await this.#statements.run(
      `INSERT INTO erasure_parts (id, folder, asked, state, ended, report) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id, folder) DO UPDATE SET asked = excluded.asked, state = excluded.state,
         ended = excluded.ended, report = excluded.report`,
      id,
      folder,
      asked,
      state,
      ended,
      report && JSON.stringify(report),
    );
  }
}

function partOf(row: Row): ErasurePart {
  const state = text(row, 'state');
  if (state !== 'running' && state !== 'done' && state !== 'incomplete')
    throw new Error(`control data holds an unknown state of a node's part of an erasure: ${state}`);
  const report = textOrNull(row, 'report');
  return {
    id: text(row, 'id'),
    folder: text(row, 'folder'),
    asked: integer(row, 'asked'),
    state,
    ended: row.ended === null ? null : integer(row, 'ended'),
    // Safe: only put() writes it.
    report: report === null ? null : (JSON.parse(report) as ErasurePart['report']),
  };
}
