/** Erased id tags in PostgreSQL, by keyed hashes; and whatever else here might hold one in plain words. */

import {
  type ChangedRow,
  erasureOf,
  IN_MEMORY,
  lastKey,
  ROWS,
  type Texts,
  textsWith,
  withoutTags,
} from '../control/erased-texts.ts';
import type { Row } from '../control/rows.ts';
import type { ControlSnapshot } from '../control.ts';
import type { Erasures } from '../control-store.ts';
import {
  type ErasureRecord,
  erasedTagsOf,
  type SiteErasedTag,
  TEXTS_BEGIN,
  type TextsPlace,
  type TextsStep,
} from '../erasure.ts';
import type { Revision } from './revision.ts';
import { startDigest, startOf } from './start-digest.ts';
import type { PooledStatements, Statements } from './statements.ts';

export const ERASURES = 'SELECT * FROM erasures ORDER BY asked DESC, id';

const TEXTS = textsWith('n');
/** These tables are small; whoever waits for them is told to come again. ms */
const REWRITING_MS = 60_000;

/** What every node keeps in memory of them. */
export function erasedOf(rows: readonly Row[]): Pick<ControlSnapshot, 'erased' | 'askedErasures'> {
  const all = rows.map(erasureOf);
  return {
    erased: all.map(({ site, replacement, forms }) => ({ site, replacement, forms })),
    askedErasures: new Map(all.map(({ id, asked }) => [id, asked])),
  };
}

export class ErasureTable implements Erasures {
  readonly #statements: PooledStatements;
  readonly #revision: Revision;

  constructor(statements: PooledStatements, revision: Revision) {
    this.#statements = statements;
    this.#revision = revision;
  }

  /** Newest first. */
  async all(): Promise<readonly ErasureRecord[]> {
    return (await this.#statements.rows(ERASURES)).map(erasureOf);
  }

  /** Those that new frames are looked through for. */
  async tags(): Promise<readonly SiteErasedTag[]> {
    return (await this.all()).map(({ site, replacement, forms }) => ({ site, replacement, forms }));
  }

  async put(erasure: ErasureRecord): Promise<boolean> {
    const { id, site, replacement, asked, by, state, ended, report, node = null } = erasure;
    const forms = JSON.stringify(erasure.forms);
    return this.#revision.change(async (inside) => {
      // One change comes after the other, over all nodes.
      const [other] = await inside.rows(
        'SELECT FROM erasures WHERE site = $1 AND forms = $2 AND (id <> $3 OR replacement <> $4)',
        site,
        forms,
        id,
        replacement,
      );
      if (other !== undefined) return false;
      await inside.run(
        `INSERT INTO erasures (id, site, replacement, forms, asked, asked_by, state, ended, report, node)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET asked = excluded.asked, asked_by = excluded.asked_by,
           state = excluded.state, ended = excluded.ended, report = excluded.report, node = excluded.node`,
        id,
        site,
        replacement,
        forms,
        asked,
        by,
        state,
        ended,
        report === null ? null : JSON.stringify(report),
        node,
      );
      return true;
    });
  }

  /**
   * Takes a tag out of some rows from `from` on, and at the end out of what is free in the files of these tables. What
   * replicas, archives and dumps of the database hold is beyond this.
   */
  async eraseTexts(tag: SiteErasedTag, key: Uint8Array, from: TextsPlace): Promise<TextsStep> {
    const place = TEXTS[from.table];
    if (place === undefined) {
      for (const { table } of TEXTS) await this.#statements.alone(`VACUUM FULL ${table}`, REWRITING_MS);
      return { table: '', changed: 0, next: null };
    }
    const { table, key: column, columns, ofSite } = place;
    const after = column === 'n' ? Number(from.after) : from.after === TEXTS_BEGIN.after ? '' : from.after;
    const rows = await this.#statements.rows(
      `SELECT ${columns.join(', ')}, ${column} AS own_key FROM ${table}
       WHERE ${column} > $1${ofSite ? ' AND site = $2' : ''} ORDER BY ${column} LIMIT ${ROWS}`,
      ...(ofSite ? [after, tag.site] : [after]),
    );
    const changes = withoutTags(rows, columns, erasedTagsOf(key, tag.site, [tag]));
    if (changes.length > 0) await this.#change(place, changes);
    const last = lastKey(rows);
    const next = last === null ? { ...TEXTS_BEGIN, table: from.table + 1 } : { ...from, after: last };
    return { table, changed: changes.length, next };
  }

  async #change({ table, key, columns }: Texts, changes: readonly ChangedRow[]): Promise<void> {
    const sets = columns.map((column, at) => `${column} = $${at + 1}`).join(', ');
    const change = async (inside: Statements) => {
      const locked = table === 'audit';
      if (locked) await inside.run('ALTER TABLE audit DISABLE TRIGGER audit_is_added_to');
      for (const { values, key: own } of changes) {
        await inside.run(`UPDATE ${table} SET ${sets} WHERE ${key} = $${columns.length + 1}`, ...values, own);
      }
      if (table === 'starts') for (const { key: n } of changes) await recognised(inside, n);
      if (locked) await inside.run('ALTER TABLE audit ENABLE TRIGGER audit_is_added_to');
    };
    // All nodes have it in memory.
    if (table === IN_MEMORY) await this.#revision.change(change);
    else await this.#statements.transaction(change);
  }
}

/** A start is known by what stands there now. Two spellings of one become one, whose number stays. */
async function recognised(inside: Statements, n: string | number): Promise<void> {
  const [row] = await inside.rows('SELECT * FROM starts WHERE n = $1', n);
  if (row === undefined) return;
  const digest = startDigest(startOf(row));
  await inside.run('DELETE FROM starts WHERE digest = $1 AND n <> $2', digest, n);
  await inside.run('UPDATE starts SET digest = $1 WHERE n = $2', digest, n);
}
