/** The server that is mirrored, as its published contract offers it. */

export interface RemoteEntry {
  /** `occurrence_time`, ms since 1970; a part of a millisecond is cut off. */
  readonly at: number;
  /** The entry's JSON object as it stood in the page. */
  readonly text: string;
}

export interface PageWish {
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
  /** 1 to 1000. */
  readonly take: number;
  readonly skip: number;
}

export interface RemotePage {
  /** In the order of time. */
  readonly entries: readonly RemoteEntry[];
  /** Entries of the whole window, whatever take and skip were. */
  readonly count: number;
  /** Characters of the page. */
  readonly length: number;
}

export interface Remote {
  /** Throws one of the errors below, or what `signal` was aborted with. */
  page(wish: PageWish, signal: AbortSignal): Promise<RemotePage>;
  /** Requests sent so far. */
  readonly requests: number;
  /** Whether entries bear their frames as they were on the wire; null as long as nothing was asked. */
  readonly exact: boolean | null;
}

/** Nothing can be read until a person has changed something; one line that says what. */
export class RemoteRefusal extends Error {
  override readonly name = 'RemoteRefusal';
}

/** This page could not be read, however often it was tried. */
export class RemoteUnreadable extends Error {
  override readonly name = 'RemoteUnreadable';
}

/** The server wants to be left alone for longer than a run waits. */
export class RemoteAway extends Error {
  override readonly name = 'RemoteAway';
}

/** The page is larger than what is taken into memory. */
export class PageTooLarge extends Error {
  override readonly name = 'PageTooLarge';
}
