/**
 * Writes entries as the API gives them. By hand, because a JSON serialiser can keep neither the payload's text
 * nor the digits of an int64; held against the schema by a test.
 */

import { ByteWriter } from './byte-writer.ts';
import { timeOfId } from './entry.ts';
import type { FindingsOf } from './entry-groups.ts';
import { exchangeMembers, objectText, rawMembers, recordedFindings } from './entry-groups.ts';
import type { EntryText } from './entry-text.ts';
import { eachField } from './field-text.ts';
import { PAGE_FIELDS } from './fields.ts';
import { findingJson } from './finding-json.ts';
import { closing, findingsPlace } from './neighbour-place.ts';
import { sessionPlace } from './session-place.ts';

export interface EntryForm {
  readonly siteName: string;
  readonly exchange: boolean;
  readonly raw: boolean;
  /** Of JSON alone: a table has no columns for lists. */
  readonly validation?: boolean;
  /** With `validation`: what is found; absent, what was recorded alone. */
  readonly findings?: FindingsOf;
  /**
   * With `validation`: what the entries around it tell is among its findings, or, of JSON objects alone, a place is left
   * for it, see `neighbour-place.ts`; absent: nobody looks at them.
   */
  readonly neighbours?: 'told' | object | undefined;
  /** Of JSON objects alone: a place for the session is left, see `session-place.ts`. */
  readonly session?: object | undefined;
  /** CSV alone: false leaves texts that begin like a formula as they are; otherwise they get an apostrophe. */
  readonly guard?: boolean;
  /** Of tables alone: these and no others, in this order; the groups then are those that they name. */
  readonly columns?: readonly string[] | null;
}

const encoder = new TextEncoder();

/** `BETWEEN[a][b]`: the fields from place a up to, not including, b, all null, and the name of field b. */
const BETWEEN: readonly (readonly Uint8Array[])[] = Array.from(
  { length: PAGE_FIELDS.length + 1 },
  (_, from) =>
    Array.from({ length: PAGE_FIELDS.length + 1 }, (_, to) => {
      const nulls = PAGE_FIELDS.slice(from, Math.max(from, to)).map((name) => `,"${name}":null`);
      const name = PAGE_FIELDS[to];
      return encoder.encode(nulls.join('') + (name === undefined ? '' : `,"${name}":`));
    }),
);
const NOTHING = new Uint8Array(0);
const OPENING = encoder.encode('{"occurrence_time":"');
const ACTION = encoder.encode('","action":');
const PAYLOAD = encoder.encode(',"payload":');
const NULL = encoder.encode('null');
const EMPTY = encoder.encode('{}');
const END = encoder.encode('}');
/** Texts whose JSON is kept; chargers and actions of a page are few. */
const KNOWN_MAX = 2000;

const COMMA = Uint8Array.of(0x2c);

export class EntryJsonWriter {
  readonly #out: ByteWriter;
  #site: Uint8Array;
  #siteId: string;
  /** By site: what stands between payload and charger. */
  readonly #sites = new Map<string, Uint8Array>();
  readonly #known = new Map<string, Uint8Array>();
  readonly #form: EntryForm;
  #written = 0;

  /** `size`: bytes expected between two calls of {@link take}. */
  constructor(site: string, form: EntryForm, size?: number) {
    this.#out = new ByteWriter(size);
    this.#form = form;
    this.#siteId = site;
    this.#site = this.#siteText(site, form.siteName);
  }

  /** Entries from here on are of this site. */
  of(site: string, siteName: string): void {
    this.#siteId = site;
    this.#site = this.#sites.get(site) ?? this.#siteText(site, siteName);
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
    const out = this.#out;
    const exchange = entry.kind === 'exchange';
    out.bytes(OPENING);
    out.time(timeOfId(entry.id));
    out.bytes(ACTION);
    out.bytes(exchange && entry.action !== null ? this.#json(entry.action) : NULL);
    out.bytes(PAYLOAD);
    if (!exchange) out.bytes(NULL);
    // A null or [] payload reads as {}: extraction rules 2.
    else if (entry.request === null || entry.payloadStart < 0) out.bytes(EMPTY);
    else out.bytes(entry.request, entry.payloadStart, entry.payloadEnd);
    out.bytes(this.#site);
    out.bytes(this.#json(entry.charger));
    this.#fields(entry.fields);
    if (this.#form.exchange) out.text(`,"exchange":${objectText(exchangeMembers(entry))}`);
    if (this.#form.raw) out.text(`,"raw":${objectText(rawMembers(entry))}`);
    if (this.#form.validation) out.text(`,"validation":${this.#validation(entry)}`);
    if (this.#form.session) out.text(`,"session":${sessionPlace(this.#siteId, entry.id)}`);
    out.bytes(END);
    this.#written += 1;
  }

  #validation(entry: EntryText): string {
    const { findings: findingsOf = recordedFindings, neighbours } = this.#form;
    const findings = findingsOf(entry);
    const list = `{"findings":[${findings.map(findingJson).join(',')}`;
    // Around what is no exchange there is nothing to tell of it.
    if (entry.kind !== 'exchange' || neighbours === 'told') return `${list}${closing(true)}}`;
    if (neighbours === undefined) return `${list}${closing(false)}}`;
    return `${list}${findingsPlace(this.#siteId, entry, findings.length > 0)}}`;
  }

  #siteText(site: string, siteName: string): Uint8Array {
    const text = `,"site_id":${JSON.stringify(site)},"site_name":${JSON.stringify(siteName)},"charger_id":`;
    const bytes = encoder.encode(text);
    if (this.#sites.size >= KNOWN_MAX) this.#sites.clear();
    this.#sites.set(site, bytes);
    return bytes;
  }

  #fields(fields: string): void {
    let next = 0;
    eachField(fields, (place, json) => {
      if (place >= PAGE_FIELDS.length) return;
      this.#out.bytes(BETWEEN[next]?.[place] ?? NOTHING);
      this.#out.text(json);
      next = place + 1;
    });
    this.#out.bytes(BETWEEN[next]?.[PAGE_FIELDS.length] ?? NOTHING);
  }

  #json(text: string): Uint8Array {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const json = encoder.encode(JSON.stringify(text));
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(text, json);
    return json;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }
}
