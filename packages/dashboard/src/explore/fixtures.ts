/** Entries for tests, as the API gives them. */

import { PAGE_FIELDS } from '@ocpp-logs/core';
import type { LogEntry } from '../api/answers.ts';

const NOTHING = Object.fromEntries(PAGE_FIELDS.map((name) => [name, null]));

export interface EntryChange {
  readonly action?: string | null;
  readonly charger_id?: string;
  readonly payload?: object | null;
  readonly request_status?: string;
  readonly request_error_code?: string;
  readonly exchange?: Readonly<Record<string, unknown>>;
  readonly raw?: Readonly<Record<string, unknown>>;
}

export function entry(id: string, { exchange = {}, ...change }: EntryChange = {}): LogEntry {
  const whole: unknown = {
    occurrence_time: '2026-01-05T14:58:38.007Z',
    action: 'Heartbeat',
    payload: {},
    site_id: 'depot',
    site_name: 'Depot North',
    charger_id: 'CP1',
    ...NOTHING,
    ...change,
    exchange: { id, kind: 'exchange', direction: 'station_to_csms', outcome: 'answered', ...exchange },
  };
  // Safe: the members that tests look at are those above.
  return whole as LogEntry;
}
