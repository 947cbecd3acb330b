/** Whether an entry is what a search looks for. A pure function: stores may find faster, but never something else. */

import type { FindingsOf } from '../entry-groups.ts';
import type { EntryText } from '../entry-text.ts';
import { readHead } from '../entry-text.ts';
import { eachField } from '../field-text.ts';
import { FIELDS } from '../fields.ts';
import type { EntriesNode, FieldTest, Pattern, QueryNode } from './ast.ts';
import { type NamedSite, siteValues } from './at-site.ts';
import { mayBeDerived } from './derived-findings.ts';
import { found, matches } from './pattern.ts';
import type { HeadMember, QueryField, ValueSource } from './query-fields.ts';
import { QUERY_FIELDS } from './query-fields.ts';

const decoder = new TextDecoder();

/** Parts of an entry that were looked at already. */
class Looked {
  readonly entry: EntryText;
  readonly site: NamedSite | null;
  readonly #findingsOf: FindingsOf | null;
  #findings: readonly string[] | null = null;
  #head: ReturnType<typeof readHead> | null = null;
  /** JSON by name. */
  #fields: ReadonlyMap<string, string> | null = null;
  #payload: string | null = null;

  constructor(entry: EntryText, site: NamedSite | null, findingsOf: FindingsOf | null) {
    this.entry = entry;
    this.site = site;
    this.#findingsOf = findingsOf;
  }

  get head(): ReturnType<typeof readHead> {
    this.#head ??= readHead(this.entry.head);
    return this.#head;
  }

  /** Text of a derived field: a string without its quotes, anything else as JSON. */
  field(name: string): string | undefined {
    if (this.#fields === null) {
      const fields = new Map<string, string>();
      eachField(this.entry.fields, (place, json) => {
        const known = FIELDS[place];
        if (known !== undefined) fields.set(known, json);
      });
      this.#fields = fields;
    }
    const json = this.#fields.get(name);
    // Safe: JSON that begins with a quote is a string.
    return json?.startsWith('"') ? (JSON.parse(json) as string) : json;
  }

  /** Of a CALLERROR or CALLRESULTERROR. Most entries have none, which their text tells sooner than reading it. */
  get errorCode(): string | undefined {
    return this.entry.head.includes('"code"') ? this.head[9]?.code : undefined;
  }

  /** Codes, those that are not recorded too. */
  get findings(): readonly string[] {
    this.#findings ??= this.#findingsOf?.(this.entry).map(({ code }) => code) ?? [];
    return this.#findings;
  }

  /** Of the request; of what is not a message its whole text. */
  get payload(): string {
    this.#payload ??= payloadOf(this.entry);
    return this.#payload;
  }
}

function payloadOf({ request, payloadStart, payloadEnd }: EntryText): string {
  if (request === null) return '';
  return decoder.decode(payloadStart < 0 ? request : request.subarray(payloadStart, payloadEnd));
}

/**
 * `null` matches everything. `site`: the one that the entries lie in; null where the search names none. `findingsOf`:
 * all findings; null where those that were recorded are enough.
 */
export function matcherOf(
  root: QueryNode | null,
  site: NamedSite | null = null,
  findingsOf: FindingsOf | null = null,
): (entry: EntryText) => boolean {
  return (entry) => root === null || holds(root, new Looked(entry, site, findingsOf));
}

/** What an entry holds of a field, as texts; none where it does not apply. */
export function queryValues(
  entry: EntryText,
  field: QueryField,
  site: NamedSite | null = null,
): readonly string[] {
  const row = QUERY_FIELDS.get(field);
  return row === undefined ? [] : valuesOf(row.source, new Looked(entry, site, null));
}

function holds(node: QueryNode, looked: Looked): boolean {
  switch (node.kind) {
    case 'all':
      return node.parts.every((part) => holds(part, looked));
    case 'any':
      return node.parts.some((part) => holds(part, looked));
    case 'not':
      return !holds(node.part, looked);
    case 'words':
      return wordHolds(node.pattern, looked);
    case 'field':
      return fieldHolds(node.field, node.test, looked);
    case 'entries':
      return idsOf(node).has(String(looked.entry.id));
  }
}

const KNOWN_IDS = new WeakMap<EntriesNode, ReadonlySet<string>>();

function idsOf(node: EntriesNode): ReadonlySet<string> {
  const known = KNOWN_IDS.get(node) ?? new Set(node.ids);
  KNOWN_IDS.set(node, known);
  return known;
}

const WORD_FIELDS = ['request_status', 'response_id_tag_info_status', 'request_error_code'] as const;

/** Where a word without a field is looked for, the cheap ones first. */
function wordHolds(pattern: Pattern, looked: Looked): boolean {
  const holds = (text: string | null | undefined) => text != null && found(pattern, text);
  return (
    holds(looked.entry.charger) ||
    holds(looked.entry.action) ||
    WORD_FIELDS.some((name) => holds(looked.field(name))) ||
    holds(looked.errorCode) ||
    holds(looked.payload)
  );
}

function fieldHolds(field: QueryField, test: FieldTest, looked: Looked): boolean {
  const row = QUERY_FIELDS.get(field);
  if (row === undefined) return false;
  const values = valuesOf(row.source, looked);
  if (field === 'finding') return findingHolds(test, values, looked);
  if (test.test === 'present') return values.length > 0;
  if (test.test === 'is') {
    const part =
      row.source.of === 'head' && (row.source.member === 'payload' || row.source.member === 'answer');
    return values.some((value) => (part ? found : matches)(test.pattern, value));
  }
  return values.some((value) => within(Number(value), test));
}

/** Deriving costs more than reading what was recorded: only where that does not tell. */
function findingHolds(test: FieldTest, recorded: readonly string[], looked: Looked): boolean {
  const holds = (codes: readonly string[]) =>
    test.test === 'present'
      ? codes.length > 0
      : test.test === 'is' && codes.some((code) => matches(test.pattern, code));
  return holds(recorded) || (mayBeDerived(test) && holds(looked.findings));
}

function within(value: number, { from, to }: FieldTest & { readonly test: 'range' }): boolean {
  if (Number.isNaN(value)) return false;
  if (from !== null && !(from.inclusive ? value >= from.amount.value : value > from.amount.value))
    return false;
  return to === null || (to.inclusive ? value <= to.amount.value : value < to.amount.value);
}

/** None where it does not apply. */
function valuesOf(source: ValueSource, looked: Looked): readonly string[] {
  if (source.of === 'fields') return source.names.flatMap((name) => looked.field(name) ?? []);
  if (source.of === 'head') return headValues(source.member, looked);
  if (source.of === 'site') return siteValues(looked.site);
  const { charger, action, kind, outcome } = looked.entry;
  const column = { station: charger === '' ? null : charger, action, kind, outcome }[source.column];
  return column === null ? [] : [column];
}

function headValues(member: HeadMember, looked: Looked): readonly string[] {
  // These need no head, whose reading costs as much.
  if (member === 'payload') return looked.payload === '' ? [] : [looked.payload];
  if (member === 'answer') return looked.entry.answer === null ? [] : [decoder.decode(looked.entry.answer)];
  const [direction, version, connection, message, , latency, , , , error] = looked.head;
  switch (member) {
    case 'direction':
      return some(direction);
    case 'version':
      return some(version);
    case 'connection':
      return some(connection);
    case 'message':
      return some(message);
    case 'latency':
      // Stored in microseconds.
      return latency === null ? [] : [String(latency / 1000)];
    case 'error':
      return [...some(looked.field('request_error_code')), ...some(error?.code)];
    case 'finding':
      return looked.head[13].map(({ code }) => code);
  }
}

function some(value: string | null | undefined): readonly string[] {
  return value == null ? [] : [value];
}
