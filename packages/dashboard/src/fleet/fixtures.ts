/** Rows as tests need them. */

import type { FleetRowBody } from './fleet-answers.ts';

const NO_ANSWERS = { calls: 0, timed: 0, p50_ms: null, p95_ms: null, unanswered: 0, errors: 0 };

export function fleetRow(change: Partial<FleetRowBody> = {}): FleetRowBody {
  return {
    site_id: 'depot',
    site_name: 'Depot',
    charger_id: 'CP-1',
    vendor: 'V',
    model: 'M',
    firmware: '1',
    stations: 1,
    uptime: { share: null, watched_ms: 0, connected_ms: 0, faulted_ms: 0 },
    tries: { count: 0, succeeded: 0, failed: 0, open: 0 },
    first_tries: { count: 0, of: 0, share: null, low: null, high: null },
    causes: [],
    answer_times: { csms: NO_ANSWERS, station: NO_ANSWERS },
    findings: [],
    findings_complete: true,
    findings_as_of: null,
    connections: 0,
    boots: 0,
    entries: 0,
    ...change,
  };
}
