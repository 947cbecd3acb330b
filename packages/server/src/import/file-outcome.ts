/** What became of one file: counts, and the first of the lines that were left out. */

import type { Direction, Kind } from '@ocpp-logs/core';
import { KINDS } from '@ocpp-logs/core';
import type { Chunk } from './chunk.ts';
import type { DirectedFrame } from './direction-finder.ts';
import type { LackedOption } from './format.ts';
import { readHead } from './frame-head.ts';
import type { Place } from './import-row.ts';
import { keptText } from './kept-text.ts';
import type { SinkAnswer } from './sink.ts';

/** Entries that are kept for a person to look at. */
const FIRST_ENTRIES = 5;
/** Message types 3, 4 and 5. */
const ANSWERS: ReadonlySet<number> = new Set([3, 4, 5]);
/** Skipped lines that are listed. */
export const SKIPPED_LISTED = 1_000;
/** Reasons that are told apart; the rest is counted together. */
const REASONS_MAX = 50;
const LINES_OF_REASON = 5;
const CHARGERS_MAX = 10_000;
const OTHER = 'other reasons';

export interface SkippedReason {
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly lines: readonly number[];
}

/** An entry that is made, for a person to see whether the file was understood. */
export interface FirstEntry {
  readonly time: string;
  readonly charger: string;
  readonly direction: Direction;
  /** null for what is no call. */
  readonly action: string | null;
}

/** Why a file has the format that it has, or none. */
export interface Recognised {
  /** `--format` name; null where none fits. */
  readonly format: string | null;
  /** The format that fits best where none fits well enough. */
  readonly guess: string | null;
  readonly evidence: string;
}

export class FileOutcome {
  readonly file: string;
  recognised: Recognised = { format: null, guess: null, evidence: '' };
  /** Why it was not read, or not to its end. */
  failure: string | null = null;
  /** It lacks what only a person can know. */
  lacking = false;
  /** The option that would tell it; null where none would. */
  lacks: LackedOption | null = null;
  frames = 0;
  /** What the file tells of connections. */
  events = 0;
  accepted = 0;
  duplicates = 0;
  /** By the level of the site. */
  leftOut = 0;
  skippedLines = 0;
  /** What was not as it should be, and is read all the same. */
  notes: readonly string[] = [];
  /** Only its beginning was read. */
  partial = false;
  readonly first: FirstEntry[] = [];
  readonly #skipped: { readonly line: number; readonly reason: string }[] = [];
  readonly #reasons = new Map<string, { count: number; readonly lines: number[] }>();
  readonly #entries = new Map<Kind, number>();
  readonly #chargers = new Set<string>();
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(file: string) {
    this.file = file;
  }

  /** Keeps the first few, leaving out answers: they belong to the entry of their call. */
  showFirst(frame: DirectedFrame, { at, charger }: Place): void {
    if (this.first.length >= FIRST_ENTRIES) return;
    const head = readHead(frame.frame);
    if (head !== null && ANSWERS.has(head.type)) return;
    const time = new Date(at).toISOString();
    const action = head?.action ?? null;
    this.first.push({ time, charger: keptText(charger), direction: frame.direction, action });
  }

  skip(line: number, reason: string): void {
    this.skippedLines += 1;
    const known = this.#reasons.has(reason) || this.#reasons.size < REASONS_MAX;
    const key = known ? reason : OTHER;
    const entry = this.#reasons.get(key) ?? { count: 0, lines: [] };
    entry.count += 1;
    if (entry.lines.length < LINES_OF_REASON) entry.lines.push(line);
    this.#reasons.set(key, entry);
    if (this.#skipped.length < SKIPPED_LISTED) this.#skipped.push({ line, reason });
  }

  /** What became of the rows of a chunk, all of this file. */
  answered(answer: SinkAnswer, chunk: Chunk): void {
    this.accepted += answer.accepted;
    this.duplicates += answer.duplicates;
    this.leftOut += answer.leftOut ?? 0;
    for (const [kind, count] of Object.entries(answer.entries)) this.#count(kind, count);
    const refused = new Set<number>();
    for (const { line, reason } of answer.rejected) {
      const place = chunk.place(line - 1);
      if (place === null) continue;
      refused.add(line - 1);
      this.skip(place.line, reason);
    }
    for (let row = 0; row < chunk.rows; row += 1) {
      const place = refused.has(row) ? null : chunk.place(row);
      if (place !== null) this.#taken(place);
    }
  }

  /** By kind, those that came into being. */
  get entries(): Readonly<Partial<Record<Kind, number>>> {
    return Object.fromEntries(KINDS.flatMap((kind) => this.#entryCount(kind)));
  }

  get entryCount(): number {
    return [...this.#entries.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The first {@link SKIPPED_LISTED}, by line. */
  get skipped(): readonly { readonly line: number; readonly reason: string }[] {
    return [...this.#skipped].sort((a, b) => a.line - b.line);
  }

  /** The most frequent first. */
  get reasons(): readonly SkippedReason[] {
    return [...this.#reasons]
      .map(([reason, { count, lines }]) => ({ reason, count, lines: [...lines].sort((a, b) => a - b) }))
      .sort((a, b) => b.count - a.count);
  }

  get chargers(): readonly string[] {
    return [...this.#chargers].sort();
  }

  /** ISO 8601 UTC of the first and last frame; null without frames. */
  get range(): { readonly from: string; readonly to: string } | null {
    if (this.#from > this.#to) return null;
    return { from: new Date(this.#from).toISOString(), to: new Date(this.#to).toISOString() };
  }

  #taken({ at, charger }: Place): void {
    if (at < this.#from) this.#from = at;
    if (at > this.#to) this.#to = at;
    if (this.#chargers.size >= CHARGERS_MAX || this.#chargers.has(charger)) return;
    this.#chargers.add(keptText(charger));
  }

  #count(kind: string, count: number): void {
    const known = KINDS.find((each) => each === kind);
    if (known !== undefined) this.#entries.set(known, (this.#entries.get(known) ?? 0) + count);
  }

  #entryCount(kind: Kind): readonly (readonly [Kind, number])[] {
    const count = this.#entries.get(kind) ?? 0;
    return count > 0 ? [[kind, count]] : [];
  }
}
