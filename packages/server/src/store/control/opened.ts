/** What the control thread works with, wherever control data lies. */

import { AUDIT_DAYS } from '../audit.ts';
import type { ControlSnapshot } from '../control.ts';
import type { ControlStore } from '../control-store.ts';
import type { PostgresAddress } from '../postgres/address.ts';

/** In a folder, or in PostgreSQL. */
export type ControlPlace = { readonly folder: string } | { readonly postgres: PostgresAddress };

/** What the thread tells the server by itself. */
export interface ControlEvents {
  changed(snapshot: ControlSnapshot): void;
  /** What was told holds as of then; of {@link monotonicMs}. Never said of a folder, of which it always holds. */
  confirmed(at: number): void;
  counted(counters: Readonly<Record<string, number>>): void;
  /** A line for the log of the server. */
  reported(line: string): void;
}

export interface OpenedControl {
  readonly store: ControlStore;
  /** From now on changes are told, whoever made them. Once. */
  follow(): void;
  /** Resolves when a snapshot has been told that was taken after the call. */
  tell(): Promise<void>;
  /** Resolves when everything that was committed anywhere before the call has been told. */
  refresh(): Promise<void>;
  /** Forgets what is out of date. */
  purge(now: number, auditDays?: number): Promise<void>;
  close(): Promise<void>;
}

/** The same in all threads of a process, and never set back. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

export async function purge(
  { store, tell }: { readonly store: ControlStore; readonly tell: () => Promise<void> },
  now: number,
  auditDays: number = AUDIT_DAYS,
): Promise<void> {
  await store.purge(now, auditDays);
  if (await store.sessions.purge(now)) await tell();
}
