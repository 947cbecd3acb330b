/** What `ocpp-logs migrate` moved and compared need not be shipped once more, if nothing was written to it since. */

import { existsSync } from 'node:fs';
import { Checkpoint, type MovedMonth, migrationPath, targetName } from '../migrate/checkpoint.ts';
import { firstId } from '../migrate/checksum.ts';
import type { SqliteReader } from '../sqlite/reader.ts';
import { nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import type { Connection } from './sql.ts';

export interface MovedMonthsOptions {
  readonly folder: string;
  readonly connection: Connection;
  /** Address of the server. */
  readonly url: string;
  readonly local: Pick<SqliteReader, 'fileOf'>;
}

/** Of the rows that `migrate` wrote last; 0 where it wrote none. */
export function movedVersion({ folder, connection, url }: Omit<MovedMonthsOptions, 'local'>): number {
  if (!existsSync(migrationPath(folder))) return 0;
  const checkpoint = new Checkpoint(folder, targetName({ url, database: connection.database }));
  try {
    return checkpoint.version;
  } finally {
    checkpoint.close();
  }
}

/** Of a site, oldest first. ClickHouse is asked whether it still has them. */
export async function movedMonths(site: string, options: MovedMonthsOptions): Promise<readonly MovedMonth[]> {
  const { folder, connection, local } = options;
  if (!existsSync(migrationPath(folder))) return [];
  const checkpoint = new Checkpoint(folder, targetName({ url: options.url, database: connection.database }));
  try {
    const found: MovedMonth[] = [];
    for (const month of checkpoint.moved(site)) {
      const file = local.fileOf(site, month.from, month.to);
      const same = file?.number === month.file.number && file.written === month.file.written;
      if (same && (await entriesThere(connection, month)) >= month.entries) found.push(month);
    }
    return found;
  } finally {
    checkpoint.close();
  }
}

async function entriesThere(connection: Connection, { site, from, to }: MovedMonth): Promise<number> {
  const bound = new Parameters();
  const [entries = 0] = await connection.rows(
    `SELECT toUInt64(count()) FROM ${connection.database}.entry FINAL WHERE site = ${bound.text(nameText(site))}
     AND id >= ${bound.integer(firstId(from))} AND id < ${bound.integer(firstId(to))}`,
    bound,
    (row) => row.number(),
  );
  return entries;
}
