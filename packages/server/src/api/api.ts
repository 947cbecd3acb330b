/** What the routes work with. */

import type { AlarmService } from '../alarms/alarm-service.ts';
import type { AuditTrail } from '../auth/audit-trail.ts';
import type { OidcSignIn } from '../auth/oidc-sign-in.ts';
import type { Proxies } from '../auth/proxies.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { StationPasswords } from '../auth/station-passwords.ts';
import type { UpstreamRule } from '../auth/upstream-rule.ts';
import type { BuiltInCsms } from '../capture/csms/csms.ts';
import type { Recorder } from '../capture/recorder/recorder.ts';
import type { Erasures } from '../erasure/erasures.ts';
import type { ExportJobs } from '../export/jobs/export-jobs.ts';
import type { ImportJobs } from '../import/jobs/import-jobs.ts';
import type { Control } from '../store/control.ts';
import type { EntryReader } from '../store/store.ts';
import type { EventLoopDelay } from './event-loop.ts';
import type { Followers } from './followers.ts';
import type { Live } from './live.ts';
import type { RequestMetrics } from './metrics.ts';
import type { RequestRate } from './request-rate.ts';

export interface Api {
  readonly reader: EntryReader;
  readonly recorder: Pick<
    Recorder,
    'ingest' | 'counters' | 'delays' | 'onCommit' | 'committed' | 'sequence' | 'capturedThrough'
  >;
  readonly control: Control;
  readonly csms: Pick<BuiltInCsms, 'connected'>;
  readonly live: Live;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly trail: AuditTrail;
  /** null where no provider is configured. */
  readonly oidc: OidcSignIn | null;
  /** Seals what new keys sign with. */
  readonly secretKey: Uint8Array;
  readonly exports: ExportJobs;
  /** Where other nodes reach this one; null where nothing is passed on. */
  readonly nodeUrl: string | null;
  readonly imports: ImportJobs;
  /** Of the progress of jobs. */
  readonly followers: { readonly imports: Followers; readonly exports: Followers };
  readonly alarms: Pick<
    AlarmService,
    'tryAlarm' | 'testTarget' | 'listen' | 'hosts' | 'lostKeeper' | 'settleKeeper'
  >;
  readonly erasures: Pick<Erasures, 'create' | 'list' | 'get'>;
  /** For how long an answer waits for a small export, ms. */
  readonly exportWait: number;
  readonly requests: RequestMetrics;
  readonly loop: EventLoopDelay;
  readonly rate: RequestRate;
  /** Further counts of the server for `/metrics`. */
  readonly counters: () => Readonly<Record<string, number>>;
  /** Why the server cannot do its work now; null where it can. */
  readonly unready: () => string | null;
  readonly now: () => number;
  /** What a proxy cuts off before the path; empty for nothing. */
  readonly publicPath: string;
  /** Whose forwarding headers are believed. */
  readonly proxies: Proxies;
  /** Where sites may be passed on to. */
  readonly upstreams: UpstreamRule;
  readonly stationPasswords: StationPasswords;
  /** Bytes of one ingest request, as sent and after inflating. */
  readonly ingestBytes: number;
  /** Bytes of one upload of an import. */
  readonly importBytes: number;
  /** Live tails open at once. */
  readonly tails: number;
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal;
}
