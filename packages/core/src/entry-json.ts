/**
 * Writes entries as the API gives them. By hand, because a JSON serialiser can keep neither the payload's text
 * nor the digits of an int64; held against the schema by a test.
 */

import { ByteWriter } from './byte-writer.ts';
import { timeOfId } from './entry.ts';
import { exchangeMembers, objectText, rawMembers } from './entry-groups.ts';
import type { EntryText } from './entry-text.ts';
import { eachField } from './field-text.ts';
import { PAGE_FIELDS } from './fields.ts';

export interface EntryForm {
  readonly siteName: string;
  readonly exchange: boolean;
  readonly raw: boolean;
}

/** `NULLS[a][b]`: the fields from place a up to, not including, b, all null. */
const NULLS: readonly (readonly string[])[] = Array.from({ length: PAGE_FIELDS.length + 1 }, (_, from) =>
  Array.from({ length: PAGE_FIELDS.length + 1 }, (_, to) =>
    PAGE_FIELDS.slice(from, Math.max(from, to))
      .map((name) => `,"${name}":null`)
      .join(''),
  ),
);
const NAMES: readonly string[] = PAGE_FIELDS.map((name) => `,"${name}":`);

const COMMA = Uint8Array.of(0x2c);

export class EntryJsonWriter {
  readonly #out = new ByteWriter();
  readonly #site: string;
  readonly #form: EntryForm;
  #written = 0;

  constructor(site: string, form: EntryForm) {
    this.#site = `,"site_id":${JSON.stringify(site)},"site_name":${JSON.stringify(form.siteName)},"charger_id":`;
    this.#form = form;
  }

  /** Bytes not taken yet. */
  get length(): number {
    return this.#out.length;
  }

  get written(): number {
    return this.#written;
  }

  /** With a comma before every entry but the first: the inside of a JSON array. */
  item(entry: EntryText): void {
    if (this.#written > 0) this.#out.bytes(COMMA);
    this.object(entry);
  }

  /** NDJSON: a payload that was sent over several lines stands on one. */
  line(entry: EntryText): void {
    const start = this.#out.length;
    this.object(entry);
    this.#out.joinLines(start);
    this.#out.text('\n');
  }

  object(entry: EntryText): void {
    const exchange = entry.kind === 'exchange';
    const action = exchange ? JSON.stringify(entry.action) : 'null';
    const opening = `{"occurrence_time":"${new Date(timeOfId(entry.id)).toISOString()}","action":${action},"payload":`;
    let rest = this.#site + JSON.stringify(entry.charger);
    let next = 0;
    eachField(entry.fields, (place, json) => {
      if (place >= PAGE_FIELDS.length) return;
      rest += `${NULLS[next]?.[place] ?? ''}${NAMES[place] ?? ''}${json}`;
      next = place + 1;
    });
    rest += NULLS[next]?.[PAGE_FIELDS.length] ?? '';
    if (this.#form.exchange) rest += `,"exchange":${objectText(exchangeMembers(entry))}`;
    if (this.#form.raw) rest += `,"raw":${objectText(rawMembers(entry))}`;
    if (!exchange) {
      this.#out.text(`${opening}null${rest}}`);
    } else if (entry.request === null || entry.payloadStart < 0) {
      // A null or [] payload reads as {}: extraction rules 2.
      this.#out.text(`${opening}{}${rest}}`);
    } else {
      this.#out.text(opening);
      this.#out.bytes(entry.request, entry.payloadStart, entry.payloadEnd);
      this.#out.text(`${rest}}`);
    }
    this.#written += 1;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }
}
