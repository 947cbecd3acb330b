/** Erased id tags in control.db, by keyed hashes; and whatever else here might hold one in plain words. */

import type { DatabaseSync } from 'node:sqlite';
import type { ErasedForm } from '@ocpp-logs/core';
import { type ErasureRecord, erasedTagsOf, type SiteErasedTag, type TextsErased } from '../erasure.ts';
import { integer, type Row, text, textOrNull } from './rows.ts';
import type { Statements } from './statements.ts';

/** Where texts of people, stations and programs stand; all of them are small tables. */
const TEXTS: readonly {
  readonly table: string;
  readonly key: string;
  readonly columns: readonly string[];
}[] = [
  { table: 'starts', key: 'n', columns: ['id_tag', 'message_id'] },
  { table: 'answers', key: 'rowid', columns: ['answer'] },
  { table: 'searches', key: 'id', columns: ['name', 'query'] },
  { table: 'preferences', key: 'owner', columns: ['value'] },
  { table: 'audit', key: 'n', columns: ['target', 'details'] },
];
/** Of tables that tell of sites. */
const OF_SITE: ReadonlySet<string> = new Set(['starts', 'answers']);
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
    return this.#sql('SELECT * FROM erasures ORDER BY asked DESC, id').all().map(recordOf);
  }

  /** Those that new frames are looked through for. */
  tags(): readonly SiteErasedTag[] {
    return this.all().map(({ site, replacement, forms }) => ({ site, replacement, forms }));
  }

  put({ id, site, replacement, forms, asked, by, state, ended, report }: ErasureRecord): void {
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
  }

  /** Takes a tag out of this database, its free pages and its log of writes. `key` is that of pseudonyms. */
  eraseTexts(tag: SiteErasedTag, key: Uint8Array): TextsErased {
    const tags = erasedTagsOf(key, tag.site, [tag]);
    const found: Record<string, number> = {};
    this.#db.exec('PRAGMA secure_delete = ON');
    this.#statements.transaction(() => {
      const trigger = this.#sql('SELECT sql FROM sqlite_schema WHERE name = ?').get(NEVER_CHANGED);
      if (trigger !== undefined) this.#db.exec(`DROP TRIGGER ${NEVER_CHANGED}`);
      for (const { table, key: id, columns } of TEXTS) {
        const where = OF_SITE.has(table) ? ' WHERE site = ?' : '';
        const names = columns.join(', ');
        const rows = this.#sql(`SELECT ${id} AS own_key, ${names} FROM ${table}${where}`);
        let changed = 0;
        for (const row of where === '' ? rows.all() : rows.all(tag.site)) {
          const made = columns.map((column) => {
            const value = row[column];
            if (typeof value !== 'string') return value ?? null;
            return column === 'id_tag' ? (tags.pseudonym(value) ?? value) : tags.text(value);
          });
          if (columns.every((column, at) => made[at] === (row[column] ?? null))) continue;
          changed += 1;
          const sets = columns.map((column) => `${column} = ?`).join(', ');
          // Two spellings of one start become one, whose number stays.
          this.#sql(`UPDATE OR REPLACE ${table} SET ${sets} WHERE ${id} = ?`).run(
            ...made,
            row.own_key ?? null,
          );
        }
        if (changed > 0) found[table] = changed;
      }
      if (trigger !== undefined) this.#db.exec(text(trigger, 'sql'));
    });
    if (Object.keys(found).length > 0) this.#db.exec('VACUUM');
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return found;
  }

  #sql(statement: string) {
    return this.#statements.sql(statement);
  }
}

function recordOf(row: Row): ErasureRecord {
  const state = text(row, 'state');
  if (state !== 'running' && state !== 'done' && state !== 'incomplete')
    throw new Error(`control.db holds an unknown state of an erasure: ${state}`);
  const report = textOrNull(row, 'report');
  // Safe: only put() writes these two texts.
  const forms = JSON.parse(text(row, 'forms')) as ErasedForm[];
  return {
    id: text(row, 'id'),
    site: text(row, 'site'),
    replacement: text(row, 'replacement'),
    forms,
    asked: integer(row, 'asked'),
    by: text(row, 'asked_by'),
    state,
    ended: row.ended === null ? null : integer(row, 'ended'),
    report: report === null ? null : (JSON.parse(report) as ErasureRecord['report']),
  };
}
