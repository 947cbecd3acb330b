/** What is asked about charging sessions, and what the answer is. They are made of entries each time anew. */

import type { Conclusion, EntryId, FindingCount, RuleSeverity, SessionState } from '@ocpp-logs/core';

/** Where a session stands among those of several sites: by its first entry, then by its site. */
export interface SessionPosition {
  readonly id: EntryId;
  readonly site: string;
}

export interface SessionSite {
  readonly id: string;
  readonly name: string;
  /** ms; what is older is not kept any more. */
  readonly kept: number;
}

/** null: any. */
export interface SessionsFilter {
  readonly connectors: readonly number[] | null;
  readonly verdicts: readonly string[] | null;
  readonly severities: readonly RuleSeverity[] | null;
  readonly states: readonly SessionState[] | null;
}

/** Sessions that begin in a range, newest first. */
export interface SessionsQuery extends SessionsFilter {
  /** Each once. */
  readonly sites: readonly SessionSite[];
  readonly chargers: readonly string[] | null;
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
  /** ms; what has not come by then may still come. */
  readonly now: number;
  readonly take: number;
  /** Only sessions behind this one. */
  readonly after: SessionPosition | null;
}

export interface SessionsPage {
  /** UTF-8: the sessions as JSON objects, separated by commas, without brackets. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly sessions: number;
  /** How far was looked. */
  readonly last: SessionPosition | null;
  /** Whether sessions may follow behind it. */
  readonly more: boolean;
  /** Entries that were read. */
  readonly read: number;
}

export interface SessionQuery {
  readonly site: SessionSite;
  /** Its first entry. */
  readonly entry: EntryId;
  readonly now: number;
  /** Its signed meter values, instead of all the rest. */
  readonly signed?: boolean;
}

export interface SessionAnswer {
  /** UTF-8, a JSON object; null: no session begins with that entry. */
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly read: number;
}

/** What is told of one station beside its sessions. */
export interface StationToldQuery {
  readonly site: SessionSite;
  readonly charger: string;
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
}

export interface StationTold {
  readonly conclusions: readonly Conclusion[];
  readonly findings: readonly FindingCount[];
  /** Entries that were read. */
  readonly read: number;
  /** ms: where reading ended because there was more than is read; null: all of the range was. */
  readonly cutAt: number | null;
}

/** The name of a session in the API: its first entry, and the site at which it is. */
export function sessionName(site: string, entry: string): string {
  return `${entry}.${site}`;
}

/** null: nobody has given that name. */
export function readSessionName(text: string): { readonly site: string; readonly entry: EntryId } | null {
  const [, entry, site] = /^(\d{1,19})\.(.+)$/s.exec(text) ?? [];
  return entry === undefined || site === undefined ? null : { site, entry: BigInt(entry) };
}
