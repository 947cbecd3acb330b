/** Writes entries as CSV (RFC 4180): the API's columns, payload and lists as JSON text. */

import { ByteWriter } from './byte-writer.ts';
import { EntryCells } from './entry-columns.ts';
import type { EntryForm } from './entry-json.ts';
import type { EntryText } from './entry-text.ts';

export class EntryCsvWriter {
  readonly #out = new ByteWriter();
  readonly #cells: EntryCells;
  readonly #guarded: readonly boolean[];

  constructor(site: string, form: EntryForm) {
    this.#cells = new EntryCells(site, form);
    this.#guarded = this.#cells.columns.map(({ type }) => type === 'text' && form.guard !== false);
  }

  get length(): number {
    return this.#out.length;
  }

  /** Entries from here on are of this site. */
  of(site: string, siteName: string): void {
    this.#cells.ofSite(site, siteName);
  }

  header(): void {
    this.#out.text(`${this.#cells.columns.map(({ name }) => name).join(',')}\r\n`);
  }

  line(entry: EntryText): void {
    let line = '';
    const cells = this.#cells.of(entry);
    for (let place = 0; place < cells.length; place++) {
      if (place > 0) line += ',';
      const cell = cells[place] ?? null;
      if (cell !== null) line += quoted(this.#guarded[place] === true ? guarded(cell) : cell);
    }
    this.#out.text(`${line}\r\n`);
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }
}

/** A spreadsheet would run a text that begins like a formula; an apostrophe keeps it text. */
function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
