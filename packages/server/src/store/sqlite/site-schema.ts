/**
 * What tells that the tables of a site file are not those that it was made with: SQLite takes any text of a schema for
 * meant, and then our own statements fail by names that are not there.
 */

import { SITE_SCHEMA } from './layout.ts';
import { Connection, DamagedFileError, isDamage, sqliteCode } from './sql.ts';

/** ERROR, CONSTRAINT, MISMATCH: what our own statements meet only where a table is another. */
const OF_SCHEMA: readonly number[] = [1, 19, 20];

const COLUMNS = `SELECT t.name, c.name, c.type, c."notnull", c.pk
  FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`;

const columnsOf = (db: Connection) => db.rows(COLUMNS).map((column) => JSON.stringify(column));

let made: readonly string[] | null = null;

function columnsMade(): readonly string[] {
  if (made !== null) return made;
  const db = new Connection(':memory:', { readOnly: false, busy: 0 });
  try {
    db.exec(SITE_SCHEMA);
    made = columnsOf(db);
    return made;
  } finally {
    db.close();
  }
}

/** Throws a {@link DamagedFileError} where a column is not there, or another than it was made. */
export function checkColumns(db: Connection): void {
  const there = new Set(columnsOf(db));
  const lacks = columnsMade().find((column) => !there.has(column));
  if (lacks !== undefined) throw new DamagedFileError(`its schema is damaged: it lacks ${lacks}`);
}

/** Whether an error shows the site file at `path` as damaged. */
export function isSiteDamage(error: unknown, path: string, busy: number): boolean {
  if (isDamage(error)) return true;
  if (!OF_SCHEMA.includes((sqliteCode(error) ?? 0) & 0xff)) return false;
  try {
    // By a connection of its own: that of the error may be in any state.
    const fresh = new Connection(path, { readOnly: true, busy });
    try {
      checkColumns(fresh);
      return false;
    } finally {
      fresh.close();
    }
  } catch (found) {
    return isDamage(found) || (sqliteCode(found) ?? 0) === 1;
  }
}

/** SQLite cannot know of it; readers stumble over it. */
export function holdsTooLarge(db: Connection): boolean {
  const columns = db.rows(
    `SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
  );
  const tables = Map.groupBy(columns, ([table]) => String(table));
  return [...tables].some(([table, all]) => {
    const { MAX_SAFE_INTEGER: max } = Number;
    const wrong = all.map(
      ([, name]) => `typeof("${name}") = 'integer' AND "${name}" NOT BETWEEN -${max} AND ${max}`,
    );
    return db.numberRow(`SELECT 1 FROM "${table}" WHERE ${wrong.join(' OR ')} LIMIT 1`) !== null;
  });
}
