/** Brings the schema up to what this program knows. Several nodes may do so at once. */

import {
  EVERYWHERE,
  firstSchema,
  mergedPartsSchema,
  migrationSchema,
  nodesSchema,
  onCluster,
  type Placement,
  progressSchema,
  rolledSchema,
  writerSchema,
} from './layout.ts';
import { Parameters } from './parameters.ts';
import { type Connection, identifier } from './sql.ts';

/** By version, from 1 on; see `layout.ts`. Each statement may run again where it has run before. */
const MIGRATIONS: readonly ((placement: Placement) => readonly string[])[] = [
  firstSchema,
  writerSchema,
  nodesSchema,
  progressSchema,
  mergedPartsSchema,
  rolledSchema,
];

/** A schema that a newer program has made: what this one writes there, nobody knows. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
}

export async function migrate(
  connection: Connection,
  cluster: string | null = null,
  migrations: typeof MIGRATIONS = MIGRATIONS,
): Promise<void> {
  const placement = { database: connection.database, cluster: cluster === null ? null : identifier(cluster) };
  const { database } = placement;
  const change = (statement: string) =>
    connection.run(statement, undefined, cluster === null ? {} : EVERYWHERE);
  // Where all is there nothing is changed: a statement for a cluster waits for replicas that are away.
  if (!(await isBegun(connection))) {
    await change(`CREATE DATABASE IF NOT EXISTS ${database}${onCluster(placement)}`);
    for (const statement of migrationSchema(placement)) await change(statement);
  }
  const [applied = 0] = await connection.rows(
    `SELECT toUInt64(max(version)) FROM ${database}.migration`,
    new Parameters(),
    (row) => row.number(),
  );
  if (applied > migrations.length) {
    throw new NewerSchemaError(
      `database ${database} of ClickHouse has schema ${applied}, and this version knows ${migrations.length}: ` +
        'start the version that made it, or name another database',
    );
  }
  for (const [at, statements] of migrations.entries()) {
    if (at < applied) continue;
    for (const statement of statements(placement)) await change(statement);
    const bound = new Parameters();
    await connection.run(
      `INSERT INTO ${database}.migration (version) SELECT ${bound.integer(at + 1)}`,
      bound,
    );
  }
}

/** Whether the table is there that tells what was applied. */
async function isBegun(connection: Connection): Promise<boolean> {
  const bound = new Parameters();
  const [tables = 0] = await connection.rows(
    `SELECT toUInt64(count()) FROM system.tables WHERE database = ${bound.text(connection.database)} AND name = 'migration'`,
    bound,
    (row) => row.number(),
  );
  return tables > 0;
}
