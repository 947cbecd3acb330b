/** Erased id tags in control.db, by keyed hashes; and whatever else here might hold one in plain words. */

import type { DatabaseSync } from 'node:sqlite';
import {
  type ErasureRecord,
  erasedTagsOf,
  type SiteErasedTag,
  TEXTS_BEGIN,
  type TextsPlace,
  type TextsStep,
} from '../erasure.ts';
import {
  type ChangedRow,
  erasureOf,
  lastKey,
  ROWS,
  type Texts,
  textsWith,
  withoutTags,
} from './erased-texts.ts';
import { text } from './rows.ts';
import type { Statements } from './statements.ts';

const TEXTS = textsWith('rowid');
const NEVER_CHANGED = 'audit_is_added_to';

export class ErasureTable {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;

  constructor(db: DatabaseSync, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  /** Newest first. */
  all(): readonly ErasureRecord[] {
    return this.#sql('SELECT * FROM erasures ORDER BY asked DESC, id').all().map(erasureOf);
  }

  /** Those that new frames are looked through for. */
  tags(): readonly SiteErasedTag[] {
    return this.all().map(({ site, replacement, forms }) => ({ site, replacement, forms }));
  }

  /** Nobody else is asked. */
  put({ id, site, replacement, forms, asked, by, state, ended, report }: ErasureRecord): true {
    this.#sql(
      `INSERT INTO erasures (id, site, replacement, forms, asked, asked_by, state, ended, report)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET asked = excluded.asked, asked_by = excluded.asked_by, state = excluded.state,
         ended = excluded.ended, report = excluded.report`,
    ).run(
      id,
      site,
      replacement,
      JSON.stringify(forms),
      asked,
      by,
      state,
      ended,
      report === null ? null : JSON.stringify(report),
    );
    return true;
  }

  /**
   * Takes a tag out of some rows from `from` on, and at the end out of free pages and the log of writes. `key` is that of
   * pseudonyms.
   */
  eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): TextsStep {
    const place = TEXTS[from.table];
    if (place === undefined) {
      this.#db.exec('VACUUM');
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return { table: '', changed: 0, next: null };
    }
    const { table, key: column, columns, ofSite } = place;
    const rows = this.#sql(
      `SELECT ${columns.join(', ')}, ${column} AS own_key FROM ${table}
       WHERE ${column} > ?${ofSite ? ' AND site = ?' : ''} ORDER BY ${column} LIMIT ${ROWS}`,
    ).all(...(ofSite ? [from.after, tag.site] : [from.after]));
    const changes = withoutTags(rows, columns, erasedTagsOf(key, tag.site, [tag]));
    if (changes.length > 0) this.#change(place, changes);
    const last = lastKey(rows);
    const next = last === null ? { ...TEXTS_BEGIN, table: from.table + 1 } : { ...from, after: last };
    return { table, changed: changes.length, next };
  }

  #change({ table, key, columns }: Texts, changes: readonly ChangedRow[]): void {
    this.#statements.transaction(() => {
      const trigger = this.#sql('SELECT sql FROM sqlite_schema WHERE name = ?').get(NEVER_CHANGED);
      if (trigger !== undefined) this.#db.exec(`DROP TRIGGER ${NEVER_CHANGED}`);
      const sets = columns.map((column) => `${column} = ?`).join(', ');
      // Two spellings of one start become one, whose number stays.
      const update = this.#sql(`UPDATE OR REPLACE ${table} SET ${sets} WHERE ${key} = ?`);
      for (const change of changes) update.run(...change.values, change.key);
      if (trigger !== undefined) this.#db.exec(text(trigger, 'sql'));
    });
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}
