/**
 * All entries of a window, from pages that fit together. Pages are counted off by `skip`, so an entry that comes in
 * between two of them shifts the rest: each page begins with the last entry of the one before, and all must tell the
 * same count. What does not fit is read again from the start.
 */

import { PageTooLarge, type Remote, type RemoteEntry, type RemotePage } from './remote.ts';
import type { TimeSpan } from './span.ts';

export interface WindowLimits {
  /** Entries a page, 1 to 1000. */
  readonly take: number;
  /** Entries beyond which the window is to be cut, if it can be. */
  readonly full: number;
  /** Characters beyond which the window is to be cut, if it can be. */
  readonly characters: number;
  /** Readings of a window that changes meanwhile. */
  readonly tries: number;
}

export const WINDOW_LIMITS: WindowLimits = {
  take: 1000,
  full: 10_000,
  characters: 32 * 1024 * 1024,
  tries: 5,
};
/** Of a window that cannot be cut, such as a single millisecond: this many times what others may hold. */
const INDIVISIBLE = 8;

export type WindowReading =
  | { readonly kind: 'read'; readonly entries: readonly RemoteEntry[] }
  /** To be cut: it holds about `count` entries' worth. */
  | { readonly kind: 'too-much'; readonly count: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface WindowWish {
  readonly window: TimeSpan;
  readonly divisible: boolean;
  readonly limits: WindowLimits;
}

export async function readWindow(
  remote: Remote,
  { window, divisible, limits }: WindowWish,
  signal: AbortSignal,
): Promise<WindowReading> {
  const most = divisible ? 1 : INDIVISIBLE;
  let take = limits.take;
  for (let tried = 1; tried <= limits.tries; ) {
    try {
      const reading = await readOnce(remote, window, { ...limits, take }, most, signal);
      if (reading === 'changed') tried += 1;
      else if (reading.kind === 'too-much' && !divisible)
        return { kind: 'unreadable', reason: 'one millisecond holds more than is taken into memory' };
      else return reading;
    } catch (error) {
      if (!(error instanceof PageTooLarge)) throw error;
      if (take === 1) return { kind: 'unreadable', reason: error.message };
      take = Math.ceil(take / 4);
    }
  }
  return { kind: 'unreadable', reason: `it changed while it was read, ${limits.tries} times` };
}

async function readOnce(
  remote: Remote,
  window: TimeSpan,
  { take, full, characters }: WindowLimits,
  most: number,
  signal: AbortSignal,
): Promise<Exclude<WindowReading, { kind: 'unreadable' }> | 'changed'> {
  const entries: RemoteEntry[] = [];
  let first: RemotePage | null = null;
  let length = 0;
  do {
    const overlap = entries.length === 0 || take === 1 ? 0 : 1;
    const page = await remote.page({ ...window, take, skip: entries.length - overlap }, signal);
    first ??= page;
    length += page.length;
    if (first.count > full * most) return { kind: 'too-much', count: first.count };
    if (length > characters * most && entries.length + page.entries.length < first.count)
      return { kind: 'too-much', count: Math.max(first.count, full) };
    if (page.count !== first.count) return 'changed';
    if (overlap === 1 && page.entries[0]?.text !== entries.at(-1)?.text) return 'changed';
    // A server that gives nothing more although there is more, or more than there is, has changed as well.
    if (page.entries.length <= overlap && entries.length < first.count) return 'changed';
    entries.push(...page.entries.slice(overlap));
  } while (entries.length < first.count);
  return entries.length === first.count ? { kind: 'read', entries } : 'changed';
}
