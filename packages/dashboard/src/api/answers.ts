/** What the routes answer, as far as the dashboard reads it. */

import type { OcppLog } from '@ocpp-logs/core';

export type LogEntry = Readonly<OcppLog>;
export type FindingBody = Readonly<NonNullable<OcppLog['validation']>['findings'][number]>;

export interface LogPage {
  readonly ocpp_logs: readonly LogEntry[];
  readonly count: number;
  /** Absent where it is exact. */
  readonly count_exact?: boolean;
  /** Given where not all could be looked at. */
  readonly next_cursor?: string | null;
}

export interface FacetValue {
  readonly value: string | number | null;
  readonly count: number;
}

export interface Facet {
  readonly field: string;
  readonly values: readonly FacetValue[];
  readonly distinct: number;
  readonly more: boolean;
}

export interface Facets {
  readonly facets: readonly Facet[];
  readonly count: number;
  readonly exact: boolean;
}

export interface HistogramBin {
  readonly time: string;
  readonly count: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Histogram {
  readonly from: string;
  readonly to: string;
  readonly step_ms: number;
  readonly bins: readonly HistogramBin[];
  readonly exact: boolean;
}

export interface Charger {
  readonly id: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly connected: boolean;
  readonly last_seen: string | null;
}

export type SiteLevel = 'none' | 'minimal' | 'info' | 'debug';

export type StationAuth = 'none' | 'basic' | 'certificate';

export interface SiteBody {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timezone: string;
  /** 0: for ever. */
  readonly retention_days?: number;
  /** Of what a level keeps; 0: as long as everything. */
  readonly retention_days_info?: number;
  readonly retention_days_debug?: number;
  readonly pseudonymise_id_tags?: boolean;
  /** How much of what is said is kept. */
  readonly level?: SiteLevel;
  /** For admins of the site: the CSMS behind; null where the built-in one answers. */
  readonly upstream?: string | null;
  /** For admins of the site. */
  readonly origin?: 'config' | 'added' | 'auto';
  /** For admins of the site: what its stations must show. */
  readonly station_auth?: StationAuth;
  readonly chargers: readonly Charger[];
  /** Where the chargers were left out. */
  readonly charger_count?: number;
}

export interface RoleAt {
  /** null: all sites, and for an admin the server itself. */
  readonly site: string | null;
  readonly role: string;
}

export interface SessionBody {
  readonly user: { readonly id: string; readonly name: string };
  readonly roles: readonly RoleAt[];
  readonly csrf: string;
  readonly expires: string;
  /** Whether there is neither a password nor a provider yet. */
  readonly unfinished?: boolean;
  /** ISO 8601; until then a password is set without the one before. */
  readonly sets_password_until?: string | null;
}

export interface ExportJob {
  readonly id: string;
  readonly state: string;
  readonly estimate: { readonly entries: number; readonly bytes: number };
  readonly progress: { readonly entries: number; readonly bytes: number; readonly percent: number };
  readonly size: number | null;
  readonly sha256: string | null;
  readonly file_name: string;
  readonly remarks: readonly string[];
  readonly links: { readonly self: string; readonly file: string; readonly events: string };
  readonly error: string | null;
}

export interface ExportEstimate {
  readonly entries: number;
  readonly bytes: number;
}
