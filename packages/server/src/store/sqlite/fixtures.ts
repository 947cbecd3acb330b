/** Folders, writers and readers for the tests of this engine. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import type { SiteRetention } from '../retention.ts';
import type { EntryFilter, PageQuery, Slot } from '../store.ts';
import { SqliteReader } from './reader.ts';
import { Connection } from './sql.ts';
import { openWriter, type SqliteWriter } from './writer.ts';
import type { WriterOptions } from './writer-options.ts';

export const DAY = 86_400_000;
export const MINUTE = 60_000;

export interface TestStore {
  readonly folder: string;
  readonly writer: SqliteWriter;
  readonly reader: SqliteReader;
  readonly reports: string[];
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'olk-sqlite-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function openStore(t: TestContext, folder: string, options: Partial<WriterOptions> = {}): TestStore {
  const reports: string[] = [];
  const report = (message: string) => reports.push(message);
  const writer = openWriter({ folder, derive: (entry) => entry, report, busy: 10, ...options });
  const reader = new SqliteReader({ folder, report, onDamage: (number) => reports.push(`damage ${number}`) });
  t.after(() => {
    writer.close();
    reader.close();
  });
  return { folder, writer, reader, reports };
}

/** Commits the entries; returns their slots. */
export function put(writer: SqliteWriter, site: string, entries: readonly Entry[]): Slot[] {
  const changes = entries.map((entry) => ({ slot: { id: null } as Slot, entry }));
  writer.apply(site, changes);
  writer.commit();
  return changes.map(({ slot }) => slot);
}

export function drain(
  writer: SqliteWriter,
  now: number,
  keep: ReadonlyMap<string, SiteRetention> = new Map(),
): void {
  for (let steps = 0; writer.maintain(now, keep); steps++) {
    if (steps > 10_000) throw new Error('maintenance does not come to an end');
  }
}

export function everything(site: string, over: Partial<EntryFilter> = {}): EntryFilter {
  return {
    site,
    from: 0,
    to: Date.UTC(2100, 0),
    kinds: ['exchange', 'orphan', 'malformed', 'connection', 'gap', 'setting'],
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
    ...over,
  };
}

export function pageOf(site: string, over: Partial<EntryFilter> = {}): PageQuery {
  return {
    scopes: [{ filter: everything(site, over), rendering: { siteName: site, exchange: true, raw: false } }],
    order: 'asc',
    take: 1000,
    skip: 0,
    after: null,
  };
}

/** Message ids of a page, in its order. */
export function messageIds(reader: SqliteReader, query: PageQuery): string[] {
  const page = JSON.parse(`[${new TextDecoder().decode(reader.page(query).body)}]`) as {
    readonly exchange: { readonly message_id: string };
  }[];
  return page.map(({ exchange }) => exchange.message_id);
}

/** Reads a site file beside the writer. */
export function inFile<T>(folder: string, number: number, work: (db: Connection) => T): T {
  const path = join(folder, 'logs', `${String(number).padStart(8, '0')}.db`);
  const db = new Connection(path, { readOnly: true, busy: 1000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
