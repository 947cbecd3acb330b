/** A page of entries as a table for people. */

import { type Column, table } from '../table.ts';

/** What of an entry the table shows; the page has more. */
export interface ShownEntry {
  readonly occurrence_time: string;
  readonly action: string | null;
  readonly payload: unknown;
  readonly charger_id: string;
  readonly connector_id: number | null;
  readonly request_status: string | null;
  readonly request_error_code: string | null;
  readonly response_id_tag_info_status: string | null;
  readonly exchange?: {
    readonly kind: string;
    readonly outcome: string | null;
    readonly latency_ms: number | null;
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'TIME' },
  { title: 'CHARGER' },
  { title: 'C', right: true },
  { title: 'ACTION' },
  { title: 'STATUS' },
  { title: 'OUTCOME' },
  { title: 'MS', right: true },
  { title: 'PAYLOAD' },
];

export function entryTable(entries: readonly ShownEntry[], width: number): string {
  return table(COLUMNS, entries.map(rowOf), width);
}

function rowOf(entry: ShownEntry): readonly string[] {
  const { exchange } = entry;
  return [
    entry.occurrence_time,
    entry.charger_id,
    String(entry.connector_id ?? ''),
    entry.action ?? `(${exchange?.kind ?? ''})`,
    statusOf(entry),
    exchange?.outcome ?? '',
    latencyOf(exchange?.latency_ms ?? null),
    entry.payload === null ? '' : JSON.stringify(entry.payload),
  ];
}

/** The status that the message itself tells. */
function statusOf(entry: ShownEntry): string {
  const code = entry.request_error_code === 'NoError' ? null : entry.request_error_code;
  const parts = [entry.request_status ?? entry.response_id_tag_info_status, code];
  return parts.filter((part) => part !== null).join(' ');
}

function latencyOf(ms: number | null): string {
  if (ms === null) return '';
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
