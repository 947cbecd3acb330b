/** From found rows to their texts: every block unpacked once, whatever order its entries are asked in. */

import type { EntryText } from '@ocpp-logs/core';
import type { Block } from './block.ts';
import { kindOf, outcomeOf } from './codes.ts';
import { idOfPlace } from './month.ts';
import type { ReaderFile } from './reader-files.ts';
import { RecordText, unlessUnreadable } from './record.ts';
import { readBlock } from './site-file.ts';
import { DamagedFileError, type NumberRow } from './sql.ts';

/** Unpacked blocks kept while a page is written: the entries of many actions lie interleaved. */
const BLOCKS_BYTES = 16 * 1024 * 1024;

export class Texts {
  readonly #file: ReaderFile;
  readonly #report: (message: string) => void;
  readonly #blocks = new Map<number, Block | null>();
  #bytes = 0;
  #amended = false;

  constructor(file: ReaderFile, report: (message: string) => void) {
    this.#file = file;
    this.#report = report;
  }

  /** In the order of `rows`. Entries whose text cannot be read are left out, and reported. */
  *of(rows: readonly NumberRow[]): Generator<EntryText> {
    this.#amended = this.#anyAmended(rows);
    for (const row of rows) {
      const text = this.#text(row);
      if (text !== null) yield text;
    }
  }

  #text(found: NumberRow): EntryText | null {
    const [place = 0, charger = 0, kind = 0, action = 0, outcome = 0, number, slot] = found;
    const { chargers, actions, month } = this.#file;
    const row = {
      id: idOfPlace(month, place),
      kind: kindOf(kind),
      charger: chargers.nameOf(charger),
      action: action === 0 ? null : actions.nameOf(action),
      outcome: outcomeOf(outcome),
    };
    return unlessUnreadable(this.#report, `the text of entry ${row.id}`, () => {
      // NULL comes as null.
      if (number == null || slot == null) return this.#alone(row, 'open_text', place);
      const amended = this.#amended ? this.#alone(row, 'amendment', place) : null;
      if (amended !== null) return amended;
      const block = this.#block(number);
      return block === null ? null : new RecordText(row, block.bytes, block.start(slot), block.end(slot));
    });
  }

  #alone(row: ConstructorParameters<typeof RecordText>[0], table: string, place: number): EntryText | null {
    const record = this.#file.db.blob(`SELECT record FROM ${table} WHERE id = ?`, place);
    if (record !== null) return new RecordText(row, record, 0, record.length);
    if (table === 'open_text') throw new DamagedFileError(`entry ${row.id} has no text`);
    return null;
  }

  #block(number: number): Block | null {
    const known = this.#blocks.get(number);
    if (known !== undefined) return known;
    const block = this.#unpack(number);
    this.#bytes += block?.bytes.length ?? 0;
    for (const [oldest, unpacked] of this.#blocks) {
      if (this.#bytes <= BLOCKS_BYTES) break;
      this.#blocks.delete(oldest);
      this.#bytes -= unpacked?.bytes.length ?? 0;
    }
    this.#blocks.set(number, block);
    return block;
  }

  #unpack(number: number): Block | null {
    const what = `block ${number} of file ${this.#file.number}`;
    return unlessUnreadable(this.#report, what, () => readBlock(this.#file.db, number));
  }

  #anyAmended(rows: readonly NumberRow[]): boolean {
    const first = rows[0]?.[0] ?? 0;
    const last = rows.at(-1)?.[0] ?? 0;
    return (
      this.#file.db.numberRow(
        'SELECT 1 FROM amendment WHERE id BETWEEN ? AND ? LIMIT 1',
        Math.min(first, last),
        Math.max(first, last),
      ) !== null
    );
  }
}
