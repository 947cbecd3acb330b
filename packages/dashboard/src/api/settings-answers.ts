/** What the routes of the settings answer, as far as the dashboard reads it. */

import type { RoleAt } from './answers.ts';

export interface UserBody {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly RoleAt[];
  readonly disabled: boolean;
  readonly methods: readonly string[];
  readonly created: string;
  readonly sessions: number;
}

export interface LinkBody {
  readonly path: string;
  readonly expires: string;
}

export interface KeyBody {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly sites: readonly string[] | null;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly created: string | null;
  readonly expires: string | null;
  readonly last_used: string | null;
}

export type AuditDetail = string | number | boolean | null | readonly string[];

export interface AuditRecord {
  readonly n: number;
  readonly time: string;
  readonly actor: string;
  readonly name: string;
  readonly action: string;
  readonly site: string | null;
  readonly target: string | null;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly details: Readonly<Record<string, AuditDetail>>;
  readonly count: number;
}

export interface AuditPageBody {
  readonly records: readonly AuditRecord[];
  readonly next_cursor: string | null;
}

export interface ShownKey {
  readonly id: string;
  readonly api_key: string;
  readonly secret: string;
  readonly bearer: string;
  readonly scopes: readonly string[];
  readonly sites: readonly string[] | null;
  readonly expires: string | null;
}

export interface ImportedFile {
  readonly file: string;
  readonly format: string | null;
  readonly frames: number;
  readonly events: number;
  readonly entries: Readonly<Record<string, number>>;
  readonly from: string | null;
  readonly to: string | null;
  readonly chargers: readonly string[];
  readonly evidence: string;
  readonly guess: string | null;
  readonly accepted: number;
  readonly duplicates: number;
  /** By the level of the site. */
  readonly left_out_by_level: number;
  readonly skipped_lines: number;
  readonly skipped_reasons: readonly {
    readonly reason: string;
    readonly count: number;
    readonly lines: readonly number[];
  }[];
  readonly failure: string | null;
  readonly notes: readonly string[];
  readonly partial: boolean;
  readonly first_entries: readonly {
    readonly time: string;
    readonly charger: string;
    readonly direction: 'station_to_csms' | 'csms_to_station';
    readonly action: string | null;
  }[];
}

export interface ImportBody {
  readonly id: string;
  readonly state: 'previewed' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly site: string;
  readonly created: string;
  readonly expires: string | null;
  readonly files: readonly ImportedFile[];
  readonly progress: {
    readonly bytes: number;
    readonly total_bytes: number;
    readonly frames: number;
    readonly entries_per_second: number;
  };
  readonly error: string | null;
}

export interface SiteStatus {
  readonly id: string;
  readonly name: string;
  readonly retention_days: number;
  readonly chargers: number;
  readonly connected: number;
  readonly captured_through: string | null;
  readonly gaps: number;
  readonly bytes: number;
  readonly months: readonly { readonly month: string; readonly bytes: number }[];
}

export interface StatusBody {
  readonly version: string;
  readonly started: string;
  readonly uptime_s: number;
  readonly recording: boolean;
  readonly captured_through: string | null;
  readonly gaps: number;
  readonly disk: { readonly free_bytes: number; readonly logs_bytes: number; readonly set_aside: number };
  readonly counters: Readonly<Record<string, number>>;
  readonly sites: readonly SiteStatus[];
}
