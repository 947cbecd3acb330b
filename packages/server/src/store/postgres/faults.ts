/** Errors of PostgreSQL as the store tells them: away for now, or a fault of the program. */

import { DatabaseError } from 'pg';
import { PeopleFault } from '../people.ts';
import { StoreUnavailableError } from '../unavailable.ts';

/** Two transactions in each other's way: the same again may succeed. */
const AGAIN = new Set(['40001', '40P01']);
/** There is no room for one more connection, or it is just starting: soon. */
const SOON = new Set(['53300', '57P03']);

/** SQLSTATE classes: connection, rollback, resources, operator, system, authorisation. */
const AWAY_CLASSES = new Set(['08', '28', '40', '53', '57', '58']);
/** Read-only transaction (a replica), idle for too long in one, lock not available, no such database. */
const AWAY = new Set(['25006', '25P03', '55P03', '3D000']);
const BREAKING = new Set(['08', '25', '57', '58']);

function codeOf(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}

export function mayBeRepeated(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && AGAIN.has(code);
}

export function mayConnectSoon(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && SOON.has(code);
}

/** After these nobody knows what the connection is in the middle of; after any other error it can be used again. */
export function breaksConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === null ? isOfConnection(error) : BREAKING.has(code.slice(0, 2));
}

/** The same error, or that the store is away; the message names the database and never a password. */
export function told(error: unknown, shown: string): unknown {
  const away = (text: string) => new StoreUnavailableError(`PostgreSQL ${shown}: ${text}`);
  const code = codeOf(error);
  if (code === null) return isOfConnection(error) ? away(textOf(error)) : error;
  return AWAY_CLASSES.has(code.slice(0, 2)) || AWAY.has(code) ? away(textOf(error)) : error;
}

/** Of `pg`, which has no class for it. */
const OF_PG =
  /connection terminated|connection error|timeout|timed out|not queryable|not support SSL|SASL|password must be|after calling end/i;
/** Of Node: system calls, name resolution, TLS. */
const OF_NODE = /^E[A-Z0-9_]+$|CERT|TLS|SSL|VERIFY/;

function isOfConnection(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof PeopleFault) return false;
  if (error instanceof AggregateError || OF_PG.test(error.message)) return true;
  return 'code' in error && typeof error.code === 'string' && OF_NODE.test(error.code);
}

/** Where a name has several addresses each has an error of its own, and the whole has no text. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
