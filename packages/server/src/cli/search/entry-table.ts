/** A page of entries as a table for people. */

import { type Column, table } from '../table.ts';
import { eventStatus, eventText, type ShownEvent } from './what-happened.ts';

/** What of an entry the table shows, with the group `exchange`; the page has more. */
export interface ShownEntry {
  readonly occurrence_time: string;
  readonly action: string | null;
  readonly payload: unknown;
  readonly charger_id: string;
  readonly connector_id: number | null;
  readonly request_status: string | null;
  readonly request_error_code: string | null;
  readonly response_id_tag_info_status: string | null;
  readonly exchange: {
    readonly kind: string;
    readonly direction: string | null;
    readonly message_id: string | null;
    readonly outcome: string | null;
    readonly latency_ms: number | null;
    readonly event?: ShownEvent;
  };
}

/** Time and action are what a line is found by; the payload stands in full in every other format. */
const COLUMNS: readonly Column[] = [
  { title: 'TIME', whole: true },
  { title: 'CHARGER' },
  { title: 'C', right: true, whole: true },
  { title: 'WAY', whole: true },
  { title: 'ACTION', whole: true },
  { title: 'STATUS' },
  { title: 'OUTCOME' },
  { title: 'MS', right: true },
  { title: 'PAYLOAD', yields: true },
];

const DIRECTIONS: Readonly<Record<string, string>> = {
  station_to_csms: '→ CSMS',
  csms_to_station: '← CSMS',
};

export function entryTable(entries: readonly ShownEntry[], width: number): string {
  return table(COLUMNS, entries.map(rowOf), width);
}

function rowOf(entry: ShownEntry): readonly string[] {
  const { kind, direction, message_id: messageId, outcome, latency_ms: latency, event } = entry.exchange;
  return [
    entry.occurrence_time,
    entry.charger_id,
    String(entry.connector_id ?? ''),
    DIRECTIONS[direction ?? ''] ?? '',
    entry.action ?? `(${kind})`,
    eventStatus(kind, event) || statusOf(entry),
    // That a call was answered is told by the time it took, where that is known.
    outcome === null || (outcome === 'answered' && latency !== null) ? '' : outcome,
    latencyOf(latency),
    kind === 'exchange' ? payloadText(entry.payload) : eventText(kind, event, messageId),
  ];
}

function payloadText(payload: unknown): string {
  return payload === null ? '' : JSON.stringify(payload);
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
