/** Follows a search over the JSON of entries: slow, plain, and enough for what the tests ask. */

import { type FieldTest, literalOf, type Pattern, parseQuery, type QueryNode } from '@ocpp-logs/core';
import type { FakeEntry } from './log.ts';

const PLACES: Readonly<Record<string, (entry: FakeEntry) => unknown>> = {
  action: (entry) => entry.action,
  station: (entry) => entry.charger_id,
  connector: (entry) => entry.connector_id,
  status: (entry) => entry.request_status,
  error: (entry) => entry.request_error_code ?? entry.exchange.error_code,
  outcome: ({ exchange }) => exchange.outcome,
  direction: ({ exchange }) => exchange.direction,
  version: ({ exchange }) => exchange.ocpp_version,
  message: ({ exchange }) => exchange.message_id,
  latency: ({ exchange }) => exchange.latency_ms,
  transaction: ({ exchange }) => exchange.transaction_id,
  id_tag: (entry) => entry.request_id_tag,
  power: (entry) => entry.extracted_power,
  soc: (entry) => entry.extracted_state_of_charge,
  finding: () => null,
  site: (entry) => entry.site_id,
};

export function valueAt(entry: FakeEntry, field: string): unknown {
  return (PLACES[field] ?? (() => entry[field] ?? null))(entry) ?? null;
}

export function matcher(q: string): (entry: FakeEntry) => boolean {
  const parsed = parseQuery(q);
  if (parsed.kind === 'fault') throw new Error(parsed.error.message);
  const { root } = parsed;
  return root === null ? () => true : (entry) => holds(root, entry);
}

function holds(node: QueryNode, entry: FakeEntry): boolean {
  switch (node.kind) {
    case 'all':
      return node.parts.every((part) => holds(part, entry));
    case 'any':
      return node.parts.some((part) => holds(part, entry));
    case 'not':
      return !holds(node.part, entry);
    case 'words':
      return wordsIn(node.pattern, entry);
    case 'field':
      return fits(node.test, valueAt(entry, node.field));
  }
}

function wordsIn(pattern: Pattern, entry: FakeEntry): boolean {
  const text = `${entry.charger_id} ${entry.action} ${JSON.stringify(entry.payload)}`.toLowerCase();
  return text.includes((literalOf(pattern) ?? '').toLowerCase());
}

function fits(test: FieldTest, value: unknown): boolean {
  if (value === null) return false;
  if (test.test === 'present') return true;
  if (test.test === 'range') {
    const number = Number(value);
    const { from, to } = test;
    const above =
      from === null || (from.inclusive ? number >= from.amount.value : number > from.amount.value);
    return above && (to === null || (to.inclusive ? number <= to.amount.value : number < to.amount.value));
  }
  const source = test.pattern.pieces
    .map((piece) => ('text' in piece ? RegExp.escape(piece.text) : piece.wild === 'many' ? '.*' : '.'))
    .join('');
  return new RegExp(`^${source}$`, 'i').test(String(value));
}
