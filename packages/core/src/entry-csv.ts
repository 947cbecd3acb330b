/** Writes entries as CSV (RFC 4180): the API's columns, payload and lists as JSON text. */

import { ByteWriter } from './byte-writer.ts';
import { timeOfId } from './entry.ts';
import type { Member } from './entry-groups.ts';
import { exchangeMembers, rawMembers } from './entry-groups.ts';
import type { EntryForm } from './entry-json.ts';
import type { EntryText } from './entry-text.ts';
import { eachField } from './field-text.ts';
import { EXCHANGE_FIELDS, PAGE_FIELDS } from './fields.ts';

const BEFORE_FIELDS = ['occurrence_time', 'action', 'payload', 'site_id', 'site_name', 'charger_id'] as const;
const EXCHANGE_COLUMNS = [
  'id',
  'kind',
  'direction',
  'ocpp_version',
  'connection_id',
  'message_id',
  'outcome',
  'latency_ms',
  'response_time',
  'response_payload',
  'error_code',
  'error_description',
  'error_details',
  ...EXCHANGE_FIELDS,
  'event',
] as const;
const RAW_COLUMNS = [
  'request_text',
  'response_text',
  'rejection_text',
  'encoding',
  'redacted',
  'truncated',
  'length',
  'sha256',
] as const;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class EntryCsvWriter {
  readonly #out = new ByteWriter();
  readonly #site: string;
  readonly #form: EntryForm;

  constructor(site: string, form: EntryForm) {
    this.#site = `${textCell(site)},${textCell(form.siteName)}`;
    this.#form = form;
  }

  get length(): number {
    return this.#out.length;
  }

  header(): void {
    const names: string[] = [...BEFORE_FIELDS, ...PAGE_FIELDS];
    if (this.#form.exchange) names.push(...EXCHANGE_COLUMNS.map((name) => `exchange.${name}`));
    if (this.#form.raw) names.push(...RAW_COLUMNS.map((name) => `raw.${name}`));
    this.#out.text(`${names.join(',')}\r\n`);
  }

  line(entry: EntryText): void {
    const cells: string[] = PAGE_FIELDS.map(() => '');
    eachField(entry.fields, (place, json) => {
      if (place < PAGE_FIELDS.length) cells[place] = jsonCell(json);
    });
    if (this.#form.exchange) cells.push(...memberCells(exchangeMembers(entry), EXCHANGE_COLUMNS));
    if (this.#form.raw) cells.push(...memberCells(rawMembers(entry), RAW_COLUMNS));
    const time = new Date(timeOfId(entry.id)).toISOString();
    const action = entry.kind === 'exchange' ? textCell(entry.action ?? '') : '';
    const before = `${time},${action},${quoted(payloadText(entry))},${this.#site},${textCell(entry.charger)}`;
    this.#out.text(`${before},${cells.join(',')}\r\n`);
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }
}

function payloadText(entry: EntryText): string {
  if (entry.kind !== 'exchange') return '';
  if (entry.request === null || entry.payloadStart < 0) return '{}';
  return decoder.decode(entry.request.subarray(entry.payloadStart, entry.payloadEnd));
}

function memberCells(members: readonly Member[], columns: readonly string[]): readonly string[] {
  const byName = new Map(members);
  return columns.map((name) => jsonCell(byName.get(name) ?? 'null'));
}

/** Strings as themselves, guarded; null as an empty cell; numbers, booleans, objects and lists as JSON. */
function jsonCell(json: string): string {
  if (json === 'null') return '';
  if (json.startsWith('"')) return textCell(String(JSON.parse(json)));
  return quoted(json);
}

/** A spreadsheet would run a text that begins like a formula; an apostrophe keeps it text. */
function textCell(text: string): string {
  return quoted(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
