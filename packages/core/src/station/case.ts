/** Entries as tests of this folder need them. */

import { EXCHANGE_FIELDS, PAGE_FIELDS } from '../fields.ts';
import type { OcppLog } from '../ocpp-log.ts';

type Exchange = NonNullable<OcppLog['exchange']>;

export function log({
  exchange,
  ...page
}: Partial<Omit<OcppLog, 'exchange'>> & { readonly exchange?: Partial<Exchange> }): OcppLog {
  const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  // Safe: every member that the types name is there.
  return {
    occurrence_time: '2026-01-05T10:00:00.000Z',
    action: null,
    payload: null,
    site_id: 'depot',
    site_name: 'Depot',
    charger_id: 'CP-1',
    ...nulls(PAGE_FIELDS),
    ...page,
    exchange: {
      id: '1',
      kind: 'exchange',
      direction: 'station_to_csms',
      ocpp_version: '1.6',
      connection_id: 'c1',
      message_id: 'm1',
      outcome: 'answered',
      latency_ms: 12.5,
      response_time: '2026-01-05T10:00:00.012Z',
      response_payload: {},
      error_code: null,
      error_description: null,
      error_details: null,
      ...nulls(EXCHANGE_FIELDS),
      ...exchange,
    },
  } as OcppLog;
}
