/** What the routes about one station answer, as far as the page reads it. */

import type { ConclusionBody } from '../charging/session-answers.ts';

export type CoverageState = 'connected' | 'heard' | 'blind' | 'disconnected';

export interface ConnectorStateBody {
  readonly connector: number;
  readonly evse_connector: number | null;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly entry_id: string | null;
}

export interface AnswerTimesBody {
  readonly action: string;
  readonly direction: 'station_to_csms' | 'csms_to_station';
  readonly count: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly max_ms: number | null;
  readonly unanswered: number;
  readonly errors: number;
}

export interface SettingBody {
  readonly name: string;
  readonly value: string | null;
  readonly readonly: boolean | null;
  readonly time: string;
  readonly source: string;
  readonly entry_id: string | null;
}

export interface SkewBody {
  readonly median_ms: number;
  readonly spread_ms: number;
  readonly samples: number;
}

export interface StationBody {
  readonly id: string;
  readonly site_id: string;
  readonly site_name: string;
  /** IANA name. */
  readonly timezone: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly iccid: string | null;
  readonly protocol: string | null;
  readonly booted: string | null;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly connected: boolean;
  readonly connected_since: string | null;
  readonly commands: {
    readonly state: 'ready' | 'role' | 'passed-on' | 'not-connected';
    readonly version: string | null;
  };
  readonly from: string;
  readonly to: string;
  readonly coverage: {
    readonly complete: boolean;
    readonly segments: readonly {
      readonly from: string;
      readonly to: string;
      readonly state: CoverageState;
    }[];
  };
  readonly connectors: { readonly complete: boolean; readonly states: readonly ConnectorStateBody[] };
  readonly answer_times: {
    readonly complete: boolean;
    readonly entries: number;
    readonly actions: readonly AnswerTimesBody[];
  };
  readonly configuration: { readonly complete: boolean; readonly settings: readonly SettingBody[] };
  readonly clock_skew: { readonly station: SkewBody | null; readonly csms: SkewBody | null };
  readonly findings: readonly { readonly code: string; readonly count: number }[];
}

export interface CommandAnswer {
  readonly outcome: 'answered' | 'error' | 'timeout' | 'connection_lost';
  readonly message_id: string;
  readonly latency_ms: number | null;
  readonly response_payload: unknown;
  readonly error_code: string | null;
  readonly error_description: string | null;
  readonly error_details: unknown;
}

/** Of the rules about stations, as far as the page reads it. */
export interface StationFindingsBody {
  readonly site_id: string;
  readonly charger_id: string;
  readonly complete: boolean;
  readonly read_to: string;
  readonly entries: number;
  readonly conclusions: readonly ConclusionBody[];
}
