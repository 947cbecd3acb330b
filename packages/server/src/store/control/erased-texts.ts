/** Where in control data a text of people, stations and programs may hold an id tag, and taking it out. */

import type { ErasedForm, ErasedTags } from '@ocpp-logs/core';
import type { ErasureRecord } from '../erasure.ts';
import { integer, type Row, text, textOrNull } from './rows.ts';

export interface Texts {
  readonly table: string;
  /** By which its rows are in an order. */
  readonly key: string;
  readonly columns: readonly string[];
  /** Whether its rows tell of what site they are. */
  readonly ofSite: boolean;
}

/** Of these tables, the one that everybody has in memory, too: from there it is told on. */
export const IN_MEMORY = 'alarms';

/** `answer`: the key of answers. */
export function textsWith(answer: string): readonly Texts[] {
  return [
    { table: 'starts', key: 'n', columns: ['id_tag', 'message_id'], ofSite: true },
    { table: 'answers', key: answer, columns: ['answer'], ofSite: true },
    { table: 'searches', key: 'id', columns: ['name', 'query'], ofSite: false },
    { table: 'preferences', key: 'owner', columns: ['value'], ofSite: false },
    { table: IN_MEMORY, key: 'id', columns: ['name', 'rule'], ofSite: false },
    { table: 'audit', key: 'n', columns: ['target', 'details'], ofSite: false },
  ];
}

/** Looked at in one step: others wait for this thread meanwhile. */
export const ROWS = 1_000;

export interface ChangedRow {
  readonly values: readonly (string | null)[];
  readonly key: string | number;
}

/** Of rows in which the key is `own_key`: those that held a tag, with what stands there now. */
export function withoutTags(
  rows: readonly Row[],
  columns: readonly string[],
  tags: ErasedTags,
): readonly ChangedRow[] {
  return rows.flatMap((row) => {
    const values = columns.map((column) => {
      const value = textOrNull(row, column);
      if (value === null) return null;
      return column === 'id_tag' ? (tags.pseudonym(value) ?? value) : tags.text(value);
    });
    const same = columns.every((column, at) => values[at] === row[column]);
    return same ? [] : [{ values, key: ownKey(row) }];
  });
}

/** Of the last row; null where no more follow. */
export function lastKey(rows: readonly Row[]): string | number | null {
  const last = rows.length === ROWS ? rows.at(-1) : undefined;
  return last === undefined ? null : ownKey(last);
}

function ownKey(row: Row): string | number {
  return typeof row.own_key === 'string' ? row.own_key : integer(row, 'own_key');
}

export function erasureOf(row: Row): ErasureRecord {
  const state = text(row, 'state');
  if (state !== 'running' && state !== 'done' && state !== 'incomplete')
    throw new Error(`control data holds an unknown state of an erasure: ${state}`);
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
    ...(typeof row.node === 'string' ? { node: row.node } : {}),
  };
}
