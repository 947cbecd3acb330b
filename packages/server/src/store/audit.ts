/** Who did what here: kept beside users and keys, added to and never changed. No secret is ever in it. */

export const AUDIT_ACTIONS = [
  'sign-in',
  'sign-in-failed',
  'sign-out',
  'password-changed',
  'key-made',
  'key-revoked',
  'user-made',
  'user-changed',
  'user-removed',
  'user-link-made',
  'site-made',
  'site-changed',
  'site-removed',
  'node-released',
  'station-password-set',
  'station-password-removed',
  'command-sent',
  'raw-read',
  'export-asked',
  'export-downloaded',
  'export-removed',
  'import-run',
  'import-removed',
  'backup-made',
  'id-tag-erased',
  'alarm-made',
  'alarm-changed',
  'alarm-removed',
  'alarm-tested',
  'alarm-unkept',
  'alarm-taken-over',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type AuditDetail = string | number | boolean | null | readonly string[];

export interface AuditEvent {
  /** ms */
  readonly at: number;
  /** Id of a key or user; `admin-token`, `command-line`, or `nobody` where nobody was signed in. */
  readonly actor: string;
  /** As the actor was called then. */
  readonly name: string;
  readonly action: AuditAction;
  readonly site: string | null;
  /** Id of what it was done to: a key, a user, a charger, an export. */
  readonly target: string | null;
  readonly address: string | null;
  /** Id of the request. */
  readonly request: string | null;
  readonly details: Readonly<Record<string, AuditDetail>>;
  /** How many this record stands for. */
  readonly count: number;
}

export interface AuditRecord extends AuditEvent {
  /** Goes up by one with every record; a gap would tell that some are missing. */
  readonly n: number;
}

export interface AuditQuery {
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
  readonly actor: string | null;
  readonly actions: readonly AuditAction[] | null;
  readonly site: string | null;
  /** Only records with a lower `n`. */
  readonly before: number | null;
  readonly take: number;
}

export const AUDIT_TAKE_MAX = 1_000;
/** Of the sites of an export, those that its records name; `more_sites` counts the rest. */
export const SITES_TOLD = 20;
/** Records that are kept, whatever their age. */
export const AUDIT_MOST = 1_000_000;
export const AUDIT_DAYS = 400;
/** Of actions on the command line, whoever was at it. */
export const COMMAND_LINE = { actor: 'command-line', name: 'command line' } as const;
