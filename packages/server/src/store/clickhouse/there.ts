/** What ClickHouse holds of entries that are named: enough to tell whether it is as they stand here, or newer. */

import type { EntryId, Outcome } from '@ocpp-logs/core';
import { digestOfEntry, ENTRY_DIGEST } from '../migrate/checksum.ts';
import type { SiteEntry } from '../store.ts';
import { nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { outcomeNamed, textsOf } from './record.ts';
import type { Connection } from './sql.ts';

/** Asked for in one go: their ids stand in the address of the request. */
const AT_ONCE = 500;

export interface EntryThere {
  readonly version: number;
  readonly outcome: Outcome | null;
  /** Which of call, answer and refusal it has, a bit each. */
  readonly texts: number;
  readonly digest: string;
}

/** Also of what has expired. */
export async function entriesThere(
  connection: Pick<Connection, 'database' | 'rows'>,
  site: string,
  ids: readonly EntryId[],
): Promise<ReadonlyMap<EntryId, EntryThere>> {
  const found = new Map<EntryId, EntryThere>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const bound = new Parameters();
    const rows = await connection.rows(
      `SELECT id, version, outcome, texts, lower(hex(${ENTRY_DIGEST})) FROM ${connection.database}.entry FINAL
       WHERE site = ${bound.text(nameText(site))} AND id IN ${bound.ids(ids.slice(at, at + AT_ONCE))}`,
      bound,
      (row) => ({
        id: row.uint64(),
        version: row.number(),
        outcome: outcomeNamed(row.text()),
        texts: row.byte(),
        digest: row.text(),
      }),
    );
    for (const { id, ...there } of rows) found.set(id, there);
  }
  return found;
}

/** `other`: nothing that is shipped from here replaces it, and it is not as it stands here. */
export type Standing = 'stands' | 'lacks' | 'other';

/**
 * What ClickHouse has of an entry. `version`: that of all that changed here until it was read. What is there is newer where
 * this folder was restored from a back-up: then it has an answer that is not here, or the end of a call that the start from
 * the back-up ended.
 */
export function standingOf(entry: SiteEntry, there: EntryThere | undefined, version: number): Standing {
  if (there === undefined) return 'lacks';
  if (there.digest === digestOfEntry(entry).toString('hex') || isNewerThere(entry, there)) return 'stands';
  return there.version > version ? 'other' : 'lacks';
}

export function isNewerThere(entry: SiteEntry, there: EntryThere): boolean {
  if ((there.texts & ~textsOf(entry)) !== 0) return true;
  const lost = entry.outcome === 'connection_lost' && entry.answer === null && entry.rejection === null;
  return lost && there.outcome !== 'pending' && there.outcome !== 'connection_lost';
}
