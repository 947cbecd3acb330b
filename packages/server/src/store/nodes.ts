/** The nodes that share control data: which data folder has which number. */

/** What a folder tells of itself when its server starts. */
export interface NodeClaim {
  readonly folder: string;
  /** null: it has none yet. */
  readonly number: number | null;
  /** Of the last run, or of the last two where the last one ended while it started. */
  readonly runs: readonly string[];
  /** Of the run that begins. */
  readonly run: string;
  /** Under which it goes on where the folder is a copy of another. */
  readonly instead: string;
  /** Whether it holds entries whose ids bear no number. */
  readonly old: boolean;
}

export interface GivenNumber {
  readonly folder: string;
  /** null: all are given. */
  readonly number: number | null;
  /** Whether the folder holds entries whose ids another one may give, too. */
  readonly clashes: boolean;
}

export interface NodeRow {
  readonly number: number;
  readonly folder: string;
  /** ms since 1970. */
  readonly given: number;
  readonly lastSeen: number;
  /** null: the folder has it. */
  readonly released: number | null;
}

/** A server tells of itself this often, ms. */
export const SEEN_EVERY_MS = 60_000;
/** One that told nothing for so long has ended, ms. */
export const GONE_MS = 5 * 60_000;

export class NodeRunsError extends Error {
  override readonly name = 'NodeRunsError';
}
