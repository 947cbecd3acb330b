/** What the routes of the fleet answer; their schemas are in the OpenAPI document. */

export interface ShareBody {
  readonly count: number;
  readonly of: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface AnswersBody {
  readonly calls: number;
  readonly timed: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly unanswered: number | null;
  readonly errors: number;
}

export interface MeasuresBody {
  readonly uptime: {
    readonly share: number | null;
    readonly watched_ms: number;
    readonly connected_ms: number;
    readonly faulted_ms: number;
  };
  readonly tries: {
    readonly count: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly open: number;
  };
  readonly first_tries: ShareBody;
  readonly causes: readonly { readonly rule: string; readonly count: number }[];
  readonly answer_times: { readonly csms: AnswersBody; readonly station: AnswersBody };
  /** Entries by code; at least, unless it is complete. */
  readonly findings: readonly { readonly code: string; readonly count: number }[];
  readonly findings_complete: boolean;
  readonly connections: number;
  readonly boots: number;
  readonly entries: number;
}

export interface DailyBody {
  readonly day: string;
  readonly uptime: number | null;
  readonly tries: number;
  readonly failed: number;
  readonly first_success: number | null;
}

export interface FleetRowBody extends MeasuresBody {
  readonly site_id: string | null;
  readonly site_name: string | null;
  readonly charger_id: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly stations: number;
  readonly findings_as_of: string | null;
  readonly daily?: readonly DailyBody[];
}

interface Head {
  readonly from: string;
  readonly to: string;
  readonly rests_on: {
    readonly entries: number;
    readonly days: number;
    readonly days_missing: number;
    readonly days_cut: number;
    readonly partial: boolean;
    readonly as_of: string | null;
    readonly findings_days_missing: number;
    readonly findings_days_cut: number;
    readonly findings_as_of: string | null;
  };
}

export interface FleetBody extends Head {
  readonly total: MeasuresBody & { readonly stations: number; readonly daily?: readonly DailyBody[] };
  readonly count: number;
  readonly rows: readonly FleetRowBody[];
  readonly next_cursor: string | null;
}

export interface DifferenceBody {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly reading: 'higher' | 'lower' | 'unclear';
}

interface Compared {
  readonly before: MeasuresBody;
  readonly after: MeasuresBody;
  readonly differences: {
    readonly first_tries: DifferenceBody | null;
    readonly unanswered: DifferenceBody | null;
  };
}

export interface StationChangeBody extends Compared {
  readonly site_id: string;
  readonly site_name: string;
  readonly charger_id: string;
  readonly time: string;
  readonly entry_id: string | null;
}

export interface ChangeBody extends Compared {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmware_before: string;
  readonly firmware_after: string;
  readonly stations: number;
  readonly by_station: readonly StationChangeBody[];
}

export interface ChangesBody extends Head {
  readonly changes: readonly ChangeBody[];
  readonly more: boolean;
}

interface PartBody {
  readonly count: number;
  readonly share: number | null;
}

export interface NoisyStationBody {
  readonly site_id: string;
  readonly site_name: string;
  readonly charger_id: string;
  readonly entries: PartBody;
  readonly connections: PartBody;
  readonly errors: PartBody;
  readonly unanswered: PartBody;
  readonly bytes: {
    readonly estimate: number | null;
    readonly share: number | null;
    readonly sampled: number;
  };
}

export interface NoisyBody {
  readonly from: string;
  readonly to: string;
  readonly rests_on: {
    readonly entries: number;
    readonly sampled: number;
    readonly stations: number;
    readonly sites_missing: number;
    readonly partial: boolean;
  };
  readonly stations: readonly NoisyStationBody[];
}
