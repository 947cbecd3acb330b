/** What the routes of charging sessions answer, as far as the pages read it. */

import type { EntryRole, RuleSeverity, SessionState } from '@ocpp-logs/core';

export interface Moment {
  /** ISO 8601 UTC. */
  readonly time: string;
  readonly entry_id: string;
}

export interface Evidence extends Moment {
  readonly what: string;
}

export interface ConclusionBody {
  readonly rule: string;
  readonly severity: RuleSeverity;
  readonly text: string;
  /** Empty where nothing is to be done. */
  readonly remedy: string;
  readonly clause: string;
  readonly times: number;
  readonly evidence: readonly Evidence[];
}

export interface RegisterBody {
  readonly wh: number;
  /** As the station wrote it. */
  readonly text: string;
  readonly entry_id: string;
}

export interface SummaryBody {
  readonly id: string;
  readonly entry_id: string;
  readonly site_id: string;
  readonly site_name: string;
  readonly charger_id: string;
  readonly connector_id: number | null;
  readonly evse_connector_id: number | null;
  readonly ocpp_version: string | null;
  readonly transaction_id: string | null;
  readonly id_tag: string | null;
  readonly state: SessionState;
  readonly over: boolean;
  readonly cut: boolean;
  readonly from: string;
  readonly to: string;
  readonly started: string | null;
  readonly stopped: string | null;
  readonly duration_ms: number | null;
  readonly start_unseen: boolean;
  readonly delivered_late: boolean;
  readonly stop_reason: string | null;
  readonly trigger_reason: string | null;
  readonly meter_start: RegisterBody | null;
  readonly meter_stop: RegisterBody | null;
  readonly energy: {
    readonly register_wh: number | null;
    readonly integral_wh: number | null;
    readonly tolerance_wh: number | null;
    readonly agree: boolean | null;
  };
  readonly power_max_w: number | null;
  readonly soc_start_percent: number | null;
  readonly soc_end_percent: number | null;
  readonly cost: number | null;
  readonly reuses: string | null;
  readonly verdict: ConclusionBody & { readonly also: readonly ConclusionBody[] };
}

export interface SessionsBody {
  readonly sessions: readonly SummaryBody[];
  readonly next_cursor: string | null;
}

export interface MarkBody extends Moment {
  readonly role: EntryRole;
  readonly action: string;
  /** '' where there is none. */
  readonly word: string;
}

export interface PointBody extends Moment {
  readonly value: number;
}

export interface LimitBody {
  readonly time: string;
  readonly limit_w: number | null;
  /** Per phase. */
  readonly limit_a: number | null;
  readonly phases: number | null;
  readonly entry_id: string | null;
}

export interface InterruptionBody extends Moment {
  readonly kind: 'boot' | 'connection';
  readonly until: string | null;
}

export interface StatusBody extends Moment {
  readonly status: string;
  readonly error_code: string | null;
  readonly vendor_error_code: string | null;
  readonly info: string | null;
}

export interface CardBody extends Moment {
  readonly id_tag: string | null;
  /** null: no answer. */
  readonly status: string | null;
}

export interface ProfileBody extends Moment {
  readonly purpose: string | null;
  readonly status: string | null;
}

export interface SessionBody extends SummaryBody {
  readonly start_authorisation: string | null;
  readonly samples_factor: number | null;
  readonly seq_missing: readonly number[];
  readonly interruptions: readonly InterruptionBody[];
  readonly marks: readonly MarkBody[];
  readonly marks_left_out: number;
  readonly series: {
    readonly cut: boolean;
    readonly status: readonly StatusBody[];
    readonly authorisation: readonly CardBody[];
    readonly remote_start: readonly CardBody[];
    readonly transaction: readonly MarkBody[];
    readonly power_w: readonly PointBody[];
    readonly current_a: readonly PointBody[];
    readonly soc_percent: readonly PointBody[];
    readonly energy_wh: readonly PointBody[];
    readonly limit: readonly LimitBody[];
    readonly profiles: readonly ProfileBody[];
  };
}

export interface RuleBody {
  readonly id: string;
  readonly about: 'session' | 'station';
  readonly severity: RuleSeverity;
  readonly sees: string;
  readonly text: string;
}
