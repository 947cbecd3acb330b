/** The list of stations in the index: so many of a site, and none of which nothing is left. */

import type { ChargerFacts } from '../store.ts';
import { type Connection, nameOf, nameText } from './sql.ts';

export interface ChargerRowsOptions {
  /** Of one site. */
  readonly chargersPerSite?: number;
  /** A charger beyond them is not listed. */
  readonly onUnlisted?: () => void;
}

const CHARGERS_PER_SITE = 100_000;

/** A key that is absent stays as it was. */
const UPDATE = `UPDATE charger SET vendor = ifnull(?3, vendor), model = ifnull(?4, model),
    firmware = ifnull(?5, firmware), protocol = ifnull(?6, protocol), connected = ifnull(?7, connected),
    last_seen = CASE WHEN ?8 > ifnull(last_seen, -1) THEN ?8 ELSE last_seen END
  WHERE site = ?1 AND name = ?2`;
const INSERT = `INSERT INTO charger (site, name, vendor, model, firmware, protocol, connected, last_seen)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ifnull(?7, 0), ?8)`;

export class ChargerRows {
  readonly #db: Connection;
  readonly #max: number;
  readonly #onUnlisted: () => void;
  /** How many sites have, as far as they were asked for in this transaction. */
  readonly #counts = new Map<string, number>();

  constructor(db: Connection, { chargersPerSite = CHARGERS_PER_SITE, onUnlisted }: ChargerRowsOptions = {}) {
    this.#db = db;
    this.#max = chargersPerSite;
    this.#onUnlisted = onUnlisted ?? (() => undefined);
  }

  /** At the beginning of each transaction. */
  recount(): void {
    this.#counts.clear();
  }

  see(site: string, charger: string, facts: ChargerFacts): void {
    const values = [
      nameText(site),
      nameText(charger),
      facts.vendor ?? null,
      facts.model ?? null,
      facts.firmware ?? null,
      facts.protocol ?? null,
      facts.connected === undefined ? null : Number(facts.connected),
      facts.lastSeen ?? null,
    ];
    if (this.#db.run(UPDATE, ...values) > 0) return;
    const count = this.#counts.get(site) ?? this.#count(site);
    if (count >= this.#max) {
      this.#onUnlisted();
      return;
    }
    this.#db.run(INSERT, ...values);
    this.#counts.set(site, count + 1);
  }

  #count(site: string): number {
    const count = this.#db.number('SELECT count(*) FROM charger WHERE site = ?', nameText(site));
    this.#counts.set(site, count);
    return count;
  }
}

/** Chargers that were not seen since `before`, ms, behind `after` in the order of their names. */
export function unseenChargers(
  db: Connection,
  site: string,
  { before, after, limit }: { readonly before: number; readonly after: string; readonly limit: number },
): readonly string[] {
  return db
    .rows(
      `SELECT name FROM charger WHERE site = ? AND name > ? AND connected = 0 AND ifnull(last_seen, 0) < ?
       ORDER BY name LIMIT ?`,
      nameText(site),
      after === '' ? '' : nameText(after),
      before,
      limit,
    )
    .map(([name]) => nameOf(name));
}

/** What the index knows of them. */
export function forgetChargers(db: Connection, site: string, chargers: readonly string[]): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const charger of chargers) {
      db.run('DELETE FROM charger WHERE site = ? AND name = ?', nameText(site), nameText(charger));
      db.run('DELETE FROM station_identity WHERE site = ? AND name = ?', nameText(site), nameText(charger));
    }
    db.exec('COMMIT');
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}
