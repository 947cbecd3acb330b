/** Writes some columns of entries as JSON lines: the entry of the API with the chosen members alone. */

import { ByteWriter } from './byte-writer.ts';
import { EntryCells, type EntryColumn } from './entry-columns.ts';
import type { EntryForm } from './entry-json.ts';
import type { EntryText } from './entry-text.ts';

interface Part {
  /** What stands before the value: commas, names, and where a group opens or closes. */
  readonly before: string;
  readonly place: number;
  /** Whether its cell is a text, which JSON wants in quotes. */
  readonly quoted: boolean;
}

export class EntryColumnsJsonWriter {
  readonly #out = new ByteWriter();
  readonly #cells: EntryCells;
  readonly #parts: readonly Part[];
  readonly #end: string;

  constructor(site: string, form: EntryForm) {
    this.#cells = new EntryCells(site, form);
    const { parts, end } = partsOf(this.#cells.columns);
    this.#parts = parts;
    this.#end = end;
  }

  get length(): number {
    return this.#out.length;
  }

  /** Entries from here on are of this site. */
  of(site: string, siteName: string): void {
    this.#cells.ofSite(site, siteName);
  }

  line(entry: EntryText): void {
    const cells = this.#cells.of(entry);
    let line = '';
    for (const { before, place, quoted } of this.#parts) {
      const cell = cells[place] ?? null;
      line += before;
      line += cell === null ? 'null' : quoted ? JSON.stringify(cell) : cell;
    }
    const start = this.#out.length;
    this.#out.text(line + this.#end);
    this.#out.joinLines(start);
    this.#out.text('\n');
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }
}

/** A group stands where the first of its members is named, and has all of them. */
function partsOf(columns: readonly EntryColumn[]): { readonly parts: readonly Part[]; readonly end: string } {
  const groups = Map.groupBy(
    columns.map((column, place) => ({ ...column, place })),
    ({ name, place }) => groupOf(name) ?? place,
  );
  const parts: Part[] = [];
  let before = '{';
  let open = false;
  for (const [group, members] of groups) {
    if (parts.length > 0) before += open ? '},' : ',';
    open = typeof group === 'string';
    if (open) before += `${JSON.stringify(group)}:{`;
    for (const [at, { name, type, place }] of members.entries()) {
      const own = typeof group === 'string' ? name.slice(group.length + 1) : name;
      before += `${at > 0 ? ',' : ''}${JSON.stringify(own)}:`;
      parts.push({ before, place, quoted: type === 'text' || type === 'time' });
      before = '';
    }
  }
  return { parts, end: open ? '}}' : '}' };
}

function groupOf(name: string): string | null {
  const dot = name.indexOf('.');
  return dot < 0 ? null : name.slice(0, dot);
}
