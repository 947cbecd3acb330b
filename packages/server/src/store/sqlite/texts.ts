/** From found rows to their texts: every block unpacked once, whatever order its entries are asked in. */

import type { EntryText } from '@ocpp-logs/core';
import type { Block } from './block.ts';
import type { BlockCache } from './block-cache.ts';
import { kindOf, outcomeOf } from './codes.ts';
import type { ReaderFile } from './reader-files.ts';
import { RecordError, RecordText, unlessUnreadable, unpackedText } from './record.ts';
import type { NumberRow } from './sql.ts';

export interface TextSource {
  readonly blocks: BlockCache;
  readonly report: (message: string) => void;
}

export class Texts {
  readonly #file: ReaderFile;
  readonly #source: TextSource;
  /** Told of once. */
  readonly #unreadable = new Set<number>();
  #amended = false;
  #last: Block | null = null;
  #lastNumber = -1;

  constructor(file: ReaderFile, source: TextSource) {
    this.#file = file;
    this.#source = source;
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
    const { chargers, actions, firstId } = this.#file;
    const row = {
      id: firstId + BigInt(place),
      kind: kindOf(kind),
      charger: chargers.nameOf(charger),
      action: action === 0 ? null : actions.nameOf(action),
      outcome: outcomeOf(outcome),
    };
    return unlessUnreadable(this.#source.report, `the text of entry ${row.id}`, () => {
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
    if (record !== null) return unpackedText(new RecordText(row, record, 0, record.length));
    if (table === 'open_text') throw new RecordError('it is missing');
    return null;
  }

  #block(number: number): Block | null {
    if (number === this.#lastNumber) return this.#last;
    if (this.#unreadable.has(number)) return null;
    const block = this.#source.blocks.tryGet(this.#file, number);
    if (block === null) this.#unreadable.add(number);
    this.#lastNumber = number;
    this.#last = block;
    return block;
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
