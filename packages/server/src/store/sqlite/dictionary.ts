/** Names of a site file as small numbers: a row holds one or two bytes instead of a name. */

import type { Connection } from './sql.ts';
import { nameOf, nameText } from './sql.ts';

/** Names kept in memory for one file and table; beyond, they are looked up again. */
const CACHED = 10_000;

export class Dictionary {
  readonly #db: Connection;
  readonly #select: string;
  readonly #insert: string;
  readonly #reverse: string;
  readonly #all: string;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(db: Connection, table: 'charger' | 'action' | 'trait') {
    this.#db = db;
    this.#select = `SELECT id FROM ${table} WHERE name = ?`;
    this.#insert = `INSERT INTO ${table} (name) VALUES (?) RETURNING id`;
    this.#all = `SELECT id, name FROM ${table}`;
    this.#reverse = `SELECT name FROM ${table} WHERE id = ?`;
  }

  /** null where the name never occurred in this file. */
  find(name: string): number | null {
    const cached = this.#ids.get(name);
    if (cached !== undefined) return cached;
    const id = this.#db.numberRow(this.#select, nameText(name))?.[0];
    return id === undefined ? null : this.#keep(id, name);
  }

  /** In the open transaction; after a rollback call {@link forget}. */
  idOf(name: string): number {
    return this.find(name) ?? this.#keep(this.#db.number(this.#insert, nameText(name)), name);
  }

  nameOf(id: number): string {
    const cached = this.#names.get(id);
    if (cached !== undefined) return cached;
    const name = nameOf(this.#db.rows(this.#reverse, id)[0]?.[0] ?? '');
    this.#keep(id, name);
    return name;
  }

  names(): readonly string[] {
    return this.#db.rows(this.#all).map(([, name]) => nameOf(name));
  }

  /** Of the names for which `holds`. */
  idsWhere(holds: (name: string) => boolean): readonly number[] {
    return this.#db.rows(this.#all).flatMap(([id, name]) => (holds(nameOf(name)) ? [Number(id)] : []));
  }

  forget(): void {
    this.#ids.clear();
    this.#names.clear();
  }

  #keep(id: number, name: string): number {
    if (this.#ids.size >= CACHED || this.#names.size >= CACHED) this.forget();
    this.#ids.set(name, id);
    this.#names.set(id, name);
    return id;
  }
}
