/** Which sessions are tries to charge, what came of them, and which of them are first ones. */

import { inOrder } from '../session/seen.ts';
import type { Session } from '../session/session.ts';
import { verdictOf } from '../verdict/judge.ts';

/** A try that begins so soon after another one of the same station goes on with it. ms. */
export const AGAIN_MS = 5 * 60_000;

/** `open`: not over, so that nobody knows yet. */
export type TryResult = 'succeeded' | 'failed' | 'open';

export interface Try {
  /** Of its session. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly connector: number | null;
  readonly idTag: string | null;
  readonly result: TryResult;
  /** The rule of its verdict. */
  readonly rule: string;
  /** A transaction that was given up for silence: meter values, which are not looked at, may have come all the time. */
  readonly silent: boolean;
}

/** null: nobody tried to charge, as where a cable was plugged in and no more. */
export function tryOf(session: Session): Try | null {
  const { rule, severity } = verdictOf(session);
  const failed = severity === 'failure';
  const tried =
    session.state !== 'attempt' ||
    session.authorisations.length > 0 ||
    session.remoteStarts.length > 0 ||
    failed;
  if (!tried) return null;
  const open = !session.over && (!failed || session.state === 'running');
  return {
    id: session.id,
    from: session.from,
    to: session.to,
    connector: session.connector,
    idTag: session.idTag,
    result: open ? 'open' : failed ? 'failed' : 'succeeded',
    rule,
    silent: session.state === 'stop_unseen',
  };
}

/**
 * Tries of one station, those that are first: within five minutes before it there was none at the same connector and by
 * the same id tag, where what is not known of either counts as the same.
 */
export function firstTries(tries: readonly Try[]): ReadonlySet<Try> {
  const sorted = tries.toSorted((a, b) => inOrder({ at: a.from, id: a.id }, { at: b.from, id: b.id }));
  const first = new Set<Try>();
  let recent: Try[] = [];
  for (const one of sorted) {
    recent = recent.filter(({ to }) => one.from - to <= AGAIN_MS);
    if (!recent.some((before) => goesOn(before, one))) first.add(one);
    recent.push(one);
  }
  return first;
}

function goesOn(before: Try, one: Try): boolean {
  return same(before.connector, one.connector) && same(before.idTag?.toLowerCase(), one.idTag?.toLowerCase());
}

function same<T>(a: T | null | undefined, b: T | null | undefined): boolean {
  return a == null || b == null || a === b;
}
