/**
 * At which sites an id of a station was seen, and with which serial number: kept over restarts, in the index, so that
 * one that moves or is another machine all at once can be told.
 */

import type { StationIdentity } from '../store.ts';
import { type Connection, nameOf, nameText } from './sql.ts';

/** Files of earlier versions have no such table; the stations that were connected make its beginning. */
const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE station_identity (
    name TEXT, site TEXT, serial TEXT, PRIMARY KEY (name, site)
  ) WITHOUT ROWID;
  INSERT INTO station_identity SELECT name, site, NULL FROM charger WHERE protocol IS NOT NULL;
  COMMIT;
`;

export class StationIdentities {
  readonly #db: Connection;
  /** Serial numbers by charger and site that are not written yet; bounded by what comes between two commits. */
  readonly #changes = new Map<string, Map<string, string | null>>();

  constructor(db: Connection) {
    this.#db = db;
    const there = db.number(`SELECT count(*) FROM sqlite_schema WHERE name = 'station_identity'`);
    if (there === 0) db.exec(SCHEMA);
  }

  get(site: string, charger: string): StationIdentity {
    const serials = new Map<string, string | null>();
    const sql = 'SELECT site, serial FROM station_identity WHERE name = ?';
    for (const [at, serial] of this.#db.rows(sql, nameText(charger))) {
      serials.set(nameOf(at), typeof serial === 'string' ? serial : null);
    }
    for (const [at, serial] of this.#changes.get(charger) ?? []) {
      serials.set(at, serial ?? serials.get(at) ?? null);
    }
    const elsewhere = [...serials.keys()].filter((at) => at !== site);
    return { known: serials.has(site), serial: serials.get(site) ?? null, elsewhere };
  }

  /** A serial number that is null leaves the one before. */
  put(site: string, charger: string, serial: string | null): void {
    const sites = this.#changes.get(charger) ?? new Map<string, string | null>();
    sites.set(site, serial ?? sites.get(site) ?? null);
    this.#changes.set(charger, sites);
  }

  write(): void {
    if (this.#changes.size === 0) return;
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#writeAll();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#changes.clear();
  }

  #writeAll(): void {
    // Of chargers that are listed: of what comes beyond them nothing is kept.
    const sql = `INSERT INTO station_identity
      SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM charger WHERE site = ?2 AND name = ?1)
      ON CONFLICT DO UPDATE SET serial = ifnull(?3, serial)`;
    for (const [charger, sites] of this.#changes) {
      for (const [site, serial] of sites) this.#db.run(sql, nameText(charger), nameText(site), serial);
    }
  }
}
