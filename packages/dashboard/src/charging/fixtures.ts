/** A session as the API tells it, for tests. */

import type { MarkBody, PointBody, SessionBody } from './session-answers.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');

export const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

export function mark(seconds: number, role: MarkBody['role'], word = '', entry = `${seconds}`): MarkBody {
  return { time: at(seconds), entry_id: entry, role, action: 'Action', word };
}

export function point(seconds: number, value: number): PointBody {
  return { time: at(seconds), entry_id: `${seconds}`, value };
}

const NOTHING: SessionBody = {
  id: '1.depot',
  entry_id: '1',
  site_id: 'depot',
  site_name: 'Depot',
  charger_id: 'CP-1',
  connector_id: 1,
  evse_connector_id: null,
  ocpp_version: '1.6',
  transaction_id: null,
  id_tag: null,
  state: 'ended',
  over: true,
  cut: false,
  from: at(0),
  to: at(3_600),
  started: null,
  stopped: null,
  duration_ms: null,
  start_unseen: false,
  delivered_late: false,
  stop_reason: null,
  trigger_reason: null,
  meter_start: null,
  meter_stop: null,
  energy: { register_wh: null, integral_wh: null, tolerance_wh: null, agree: null },
  power_max_w: null,
  soc_start_percent: null,
  soc_end_percent: null,
  cost: null,
  reuses: null,
  verdict: {
    rule: 'charged',
    severity: 'note',
    text: 'Charged.',
    remedy: '',
    clause: '',
    times: 1,
    evidence: [],
    also: [],
  },
  start_authorisation: null,
  samples_factor: 1,
  seq_missing: [],
  interruptions: [],
  marks: [],
  marks_left_out: 0,
  series: {
    cut: false,
    status: [],
    authorisation: [],
    remote_start: [],
    transaction: [],
    power_w: [],
    current_a: [],
    soc_percent: [],
    energy_wh: [],
    limit: [],
    profiles: [],
  },
};

interface Told extends Partial<Omit<SessionBody, 'series'>> {
  readonly series?: Partial<SessionBody['series']>;
}

export function session({ series = {}, ...told }: Told = {}): SessionBody {
  return { ...NOTHING, ...told, series: { ...NOTHING.series, ...series } };
}
