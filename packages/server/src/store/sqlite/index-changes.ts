/**
 * Facts for the index, gathered until the entries they belong to are committed, then written in one transaction.
 * They survive a failed commit: facts are not undone, only told again.
 */

import type { Entry } from '@ocpp-logs/core';
import type { ChargerFacts, OpenConnection } from '../store.ts';
import { ChargerRows, type ChargerRowsOptions } from './charger-rows.ts';
import type { IndexFile } from './index-file.ts';
import type { SiteFile } from './site-file.ts';

/** Names kept for one file, so that the index is told once. */
const SEEN_MAX = 10_000;

export class IndexChanges {
  readonly #index: IndexFile;
  readonly #rows: ChargerRows;
  readonly #chargers = new Map<string, { site: string; charger: string; facts: ChargerFacts }>();
  readonly #actions = new Map<string, { site: string; action: string }>();
  /** Bounded by the connections that are open. */
  readonly #connections = new Map<string, OpenConnection>();
  readonly #touched = new Set<string>();
  /** As they were opened, those of which the index knows nothing yet. */
  readonly #fresh = new Map<string, OpenConnection>();
  readonly #ended = new Map<string, OpenConnection>();

  constructor(index: IndexFile, options: ChargerRowsOptions = {}) {
    this.#index = index;
    this.#rows = new ChargerRows(index.db, options);
    for (const row of index.connections()) this.#connections.set(keyOf(row.site, row.connection), row);
  }

  charger(site: string, charger: string, facts: ChargerFacts): void {
    const key = keyOf(site, charger);
    this.#chargers.set(key, { site, charger, facts: merged(this.#chargers.get(key)?.facts ?? {}, facts) });
  }

  /** What an entry tells of. */
  see({ site, seen, seenActions }: SiteFile, { charger, action, event }: Entry): void {
    // Anybody can be refused under any name.
    if (event?.event === 'refused') return;
    if (!seen.has(charger)) {
      if (charger !== '') this.charger(site, charger, {});
      remember(seen, charger);
    }
    if (action === null || seenActions.has(action)) return;
    this.#actions.set(keyOf(site, action), { site, action });
    remember(seenActions, action);
  }

  opened(connection: OpenConnection): void {
    const key = keyOf(connection.site, connection.connection);
    this.#connections.set(key, connection);
    this.#ended.delete(key);
    this.#touched.add(key);
    this.#fresh.set(key, connection);
  }

  capturedThrough(site: string, connection: string, at: number): void {
    const key = keyOf(site, connection);
    const open = this.#connections.get(key);
    if (open === undefined || open.capturedThrough === at) return;
    this.#connections.set(key, { ...open, capturedThrough: at });
    this.#touched.add(key);
  }

  closed(site: string, connection: string): void {
    const key = keyOf(site, connection);
    const open = this.#connections.get(key);
    if (open === undefined) return;
    this.#connections.delete(key);
    this.#touched.delete(key);
    this.#fresh.delete(key);
    this.#ended.set(key, open);
  }

  open(): readonly OpenConnection[] {
    return [...this.#connections.values()];
  }

  /**
   * Before the entries: a connection of which there are entries is known, so that whoever comes after a kill between the
   * two does not take its calls for pushed ones, which wait on.
   */
  writeOpened(): void {
    if (this.#fresh.size === 0) return;
    this.#atOnce((index) => {
      for (const open of this.#fresh.values()) index.putConnection(open);
    });
    this.#fresh.clear();
  }

  write(): void {
    if (this.#chargers.size + this.#actions.size + this.#touched.size + this.#ended.size === 0) return;
    this.#atOnce((index) => {
      for (const { site, charger, facts } of this.#chargers.values()) this.#rows.see(site, charger, facts);
      for (const { site, action } of this.#actions.values()) index.seeAction(site, action);
      for (const key of this.#touched) {
        const open = this.#connections.get(key);
        if (open === undefined) continue;
        index.putConnection(open);
        index.captured(open.site, open.charger, open.capturedThrough, false);
      }
      for (const { site, charger, connection, capturedThrough } of this.#ended.values()) {
        index.dropConnection(site, connection);
        index.captured(site, charger, capturedThrough, true);
      }
    });
    this.#chargers.clear();
    this.#actions.clear();
    this.#touched.clear();
    this.#ended.clear();
  }

  #atOnce(change: (index: IndexFile) => void): void {
    const { db } = this.#index;
    db.exec('BEGIN IMMEDIATE');
    // Maintenance may have taken some away.
    this.#rows.recount();
    try {
      change(this.#index);
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

function keyOf(site: string, name: string): string {
  return `${site}\0${name}`;
}

function merged(before: ChargerFacts, after: ChargerFacts): ChargerFacts {
  const lastSeen = Math.max(before.lastSeen ?? 0, after.lastSeen ?? 0);
  const facts = { ...before, ...after };
  return before.lastSeen === undefined && after.lastSeen === undefined ? facts : { ...facts, lastSeen };
}

function remember(seen: Set<string>, name: string): void {
  if (seen.size >= SEEN_MAX) seen.clear();
  seen.add(name);
}
