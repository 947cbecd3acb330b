/** Erased id tags in control.db, by keyed hashes; and whatever else here might hold one in plain words. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ErasedForm, ErasedTags } from '@ocpp-logs/core';
import {
  type ErasureRecord,
  erasedTagsOf,
  type SiteErasedTag,
  TEXTS_BEGIN,
  type TextsPlace,
  type TextsStep,
} from '../erasure.ts';
import { integer, type Row, text, textOrNull } from './rows.ts';
import type { Statements } from './statements.ts';

const KEYS = { starts: 'n', answers: 'rowid', searches: 'id', preferences: 'owner', audit: 'n' } as const;

interface Texts {
  readonly table: keyof typeof KEYS;
  readonly columns: readonly string[];
  /** Whether its rows tell of what site they are. */
  readonly ofSite: boolean;
}

/** Where texts of people, stations and programs stand. */
const TEXTS: readonly Texts[] = [
  { table: 'starts', columns: ['id_tag', 'message_id'], ofSite: true },
  { table: 'answers', columns: ['answer'], ofSite: true },
  { table: 'searches', columns: ['name', 'query'], ofSite: false },
  { table: 'preferences', columns: ['value'], ofSite: false },
  { table: 'audit', columns: ['target', 'details'], ofSite: false },
];
/** Looked at in one step: others wait for this thread meanwhile. */
const ROWS = 1_000;
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
    const tags = erasedTagsOf(key, tag.site, [tag]);
    const { last, changes } = this.#found(place, tag.site, tags, from.after);
    if (changes.length > 0) this.#change(place, changes);
    const next = last === null ? { ...TEXTS_BEGIN, table: from.table + 1 } : { ...from, after: last };
    return { table: place.table, changed: changes.length, next };
  }

  /** `last`: the key of the last row, null where no more follow. */
  #found({ table, columns, ofSite }: Texts, site: string, tags: ErasedTags, after: TextsPlace['after']) {
    const key = KEYS[table];
    const rows = this.#sql(
      `SELECT ${columns.join(', ')}, ${key} AS own_key FROM ${table}
       WHERE ${key} > ?${ofSite ? ' AND site = ?' : ''} ORDER BY ${key} LIMIT ${ROWS}`,
    ).all(...(ofSite ? [after, site] : [after]));
    const changes = rows.flatMap((row) => {
      const made = columns.map((column) => {
        const value = row[column];
        if (typeof value !== 'string') return value ?? null;
        return column === 'id_tag' ? (tags.pseudonym(value) ?? value) : tags.text(value);
      });
      const same = columns.every((column, at) => made[at] === (row[column] ?? null));
      return same ? [] : [[...made, row.own_key ?? null]];
    });
    const last = rows.length === ROWS ? rows.at(-1)?.own_key : null;
    return { last: typeof last === 'string' || typeof last === 'number' ? last : null, changes };
  }

  #change({ table, columns }: Texts, changes: readonly SQLInputValue[][]): void {
    this.#statements.transaction(() => {
      const trigger = this.#sql('SELECT sql FROM sqlite_schema WHERE name = ?').get(NEVER_CHANGED);
      if (trigger !== undefined) this.#db.exec(`DROP TRIGGER ${NEVER_CHANGED}`);
      const sets = columns.map((column) => `${column} = ?`).join(', ');
      // Two spellings of one start become one, whose number stays.
      const update = this.#sql(`UPDATE OR REPLACE ${table} SET ${sets} WHERE ${KEYS[table]} = ?`);
      for (const change of changes) update.run(...change);
      if (trigger !== undefined) this.#db.exec(text(trigger, 'sql'));
    });
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
