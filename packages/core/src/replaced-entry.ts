/** An entry with other values in its texts, and in all that was derived of them. */

import { derive } from './derive.ts';
import type { Entry, EntryError, EntryEvent, Wire } from './entry.ts';
import { decodeEntry, type EntryText, encodeEntry } from './entry-text.ts';
import { FIELDS, type FieldName, type Fields, type FieldValue } from './fields.ts';
import { byteSpan, type Span } from './json-text.ts';
import { mayName } from './pseudonym-names.ts';
import { plainSplices, splicesOf } from './pseudonym-text.ts';
import { readFrame } from './read-frame.ts';
import type { Replacements } from './replacements.ts';
import { spliced } from './splice.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export class EntryReplacer {
  readonly #values: Replacements;

  constructor(values: Replacements) {
    this.#values = values;
  }

  /** The same object where nothing is to be replaced. */
  replace(text: EntryText): EntryText {
    // Each may be cut out anew when it is asked for.
    const before = { request: text.request, answer: text.answer, rejection: text.rejection };
    const request = this.#bytes(before.request);
    const answer = this.#bytes(before.answer);
    const rejection = this.#bytes(before.rejection);
    const { stations } = this.#values;
    const charger = stations ? this.#text(text.charger) : text.charger;
    const same = request === before.request && answer === before.answer && rejection === before.rejection;
    if (same && charger === text.charger && !this.#inside(text)) return text;
    const entry = decodeEntry(text);
    const replaced: Entry = {
      ...entry,
      charger,
      connection: stations ? this.#textOrNull(entry.connection) : entry.connection,
      messageId: this.#textOrNull(entry.messageId, '[1]'),
      request: wireOf(entry.request, request),
      answer: wireOf(entry.answer, answer),
      rejection: wireOf(entry.rejection, rejection),
      context: {
        ...entry.context,
        transaction: this.#textOrNull(entry.context.transaction, 'transactionId'),
      },
      fields: this.#fields(entry.fields),
      findings: entry.findings.map((finding) =>
        finding.detail === undefined ? finding : { ...finding, detail: this.#text(finding.detail) },
      ),
      event: entry.event === null ? null : this.#event(entry.event),
    };
    const error = this.#error(replaced);
    return encodeEntry(text.id, derive({ ...replaced, error }));
  }

  #bytes(bytes: Uint8Array | null): Uint8Array | null {
    if (bytes === null) return null;
    const { text, utf8 } = textOf(bytes);
    if (!this.#touches(text)) return bytes;
    const splices = splicesOf(text, 'frame', this.#values);
    if (splices.length === 0) return bytes;
    const made = spliced(text, splices);
    return utf8 ? encoder.encode(made) : Uint8Array.from(made, (char) => char.charCodeAt(0));
  }

  /** Whether anything in a text could be replaced; names of members count, they may name a value that is too short to be known. */
  #touches(text: string): boolean {
    return text.includes('\\') || mayName(text) || this.#values.find(text).length > 0;
  }

  /** Whether what is kept beside the texts could hold anything. */
  #inside({ head, fields }: EntryText): boolean {
    if (!this.#values.everywhere) return this.#touches(head) || head.includes(ADDRESS);
    return splicesOf(head, 'value', this.#values).length > 0 || this.#values.find(fields).length > 0;
  }

  #text(text: string, member = ''): string {
    return spliced(text, plainSplices(text, member, this.#values));
  }

  #textOrNull(text: string | null, member = ''): string | null {
    return text === null ? null : this.#text(text, member);
  }

  /** Fields of what is no exchange, or of no known version, are not derived anew. */
  #fields(fields: Fields): Fields {
    const replaced: { [N in FieldName]?: FieldValue } = {};
    for (const name of FIELDS) {
      const value = fields[name];
      if (value !== undefined) replaced[name] = typeof value === 'string' ? this.#text(value) : value;
    }
    return replaced;
  }

  #event(event: EntryEvent): EntryEvent {
    const texts = Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'string' ? this.#told(name, value) : value,
    ]);
    // Safe: the same members, and a text stays a text.
    return Object.fromEntries(texts) as EntryEvent;
  }

  /** A member of an event. */
  #told(name: string, value: string): string {
    if (this.#values.stations && name === ADDRESS) return this.#values.pseudonym(value) ?? value;
    return TOLD.has(name) ? this.#text(value) : value;
  }

  /** As the text says now. */
  #error({ error, rejection, answer }: Entry): EntryError | null {
    const wire = rejection ?? answer;
    if (error === null || wire === null) return error;
    const { text, message } = readFrame(wire.bytes, false, wire.cut);
    if (message.kind !== 'error' && message.kind !== 'result_error') {
      return { ...error, description: this.#textOrNull(error.description, '[3]') };
    }
    const details = rangeOf(text, wire.bytes, error.details === null ? null : message.detailsSpan);
    return { ...error, description: message.description, details };
  }
}

/** Of a connection: where it came from. */
const ADDRESS = 'remote_address';
/** Members of events that hold texts of others. */
const TOLD: ReadonlySet<string> = new Set(['reason', 'from', 'to', 'subprotocol']);

/** Bytes that are no UTF-8 are read as Latin-1, in which every byte is a character. */
export function textOf(bytes: Uint8Array): { readonly text: string; readonly utf8: boolean } {
  try {
    return { text: decoder.decode(bytes), utf8: true };
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { text, utf8: false };
  }
}

function wireOf(wire: Wire | null, bytes: Uint8Array | null): Wire | null {
  if (wire === null || bytes === null || bytes === wire.bytes) return wire;
  if (wire.payload === null) return { ...wire, bytes };
  const { text, message } = readFrame(bytes, false, wire.cut);
  const span = message.kind === 'call' || message.kind === 'send' || message.kind === 'result';
  return { ...wire, bytes, payload: rangeOf(text, bytes, span ? message.payloadSpan : null) };
}

function rangeOf(text: string | null, bytes: Uint8Array, span: Span | null): Span | null {
  return text === null || span === null ? null : byteSpan(text, bytes.length, span);
}
