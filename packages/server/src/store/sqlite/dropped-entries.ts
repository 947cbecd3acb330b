/**
 * What is left in a site file of entries that were dropped from it, after they were shipped: by hours the digests of the
 * frames that they were made of, so that an import of them adds nothing, and how far their ids reach within a millisecond.
 */

import type { EntryLevel } from '../retention.ts';
import { DROPPED_SCHEMA } from './layout.ts';
import type { Hour } from './month.ts';
import type { Connection } from './sql.ts';
import { DIGEST_BYTES, type DigestedFrame, digestOf, type StoredFrame } from './stored-items.ts';

/** Of an hour. */
export interface DroppedHour {
  readonly hour: Hour;
  readonly entries: number;
  readonly frames: Uint8Array;
}

/**
 * Of the first byte of a frame: whether its message id was made; then the number of what it says; in the highest bits, of
 * the first frame of an entry, its level. 0: another frame, or one of which no level was kept.
 */
const MADE = 1;
const ALIKE_BITS = 0x1f;
const LEVEL_SHIFT = 6;
const LEVEL_MARKS = { minimal: 1, info: 2, debug: 3 } as const satisfies Readonly<Record<EntryLevel, number>>;

export class DroppedEntries {
  readonly #db: Connection;
  #ordinals: number | null = null;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** In a file that is being made, and has none. */
  static make(db: Connection): DroppedEntries {
    db.exec(DROPPED_SCHEMA);
    db.run(`INSERT INTO meta VALUES ('ordinals', 0)`);
    return new DroppedEntries(db);
  }

  /** Of what was dropped each is below this one of its millisecond. */
  get ordinals(): number {
    this.#ordinals ??= this.#db.number(`SELECT value FROM meta WHERE key = 'ordinals'`);
    return this.#ordinals;
  }

  get entries(): number {
    return this.#db.number('SELECT coalesce(sum(entries), 0) FROM dropped');
  }

  /** Of hours from `from` up to `to`. */
  *frames(from: Hour, to: Hour): Generator<DigestedFrame> {
    for (const { frames } of this.hours(from, to)) yield* framesIn(frames);
  }

  *hours(from: Hour, to: Hour): Generator<DroppedHour> {
    const hours = this.#db.rows(
      'SELECT hour, entries FROM dropped WHERE hour BETWEEN ? AND ? ORDER BY hour',
      from,
      to,
    );
    for (const [hour, entries] of hours) {
      const frames = this.#db.blob('SELECT frames FROM dropped WHERE hour = ?', Number(hour));
      if (frames !== null) yield { hour: Number(hour), entries: Number(entries), frames };
    }
  }

  /** Beside what there is of the hour. */
  add({ hour, entries, frames }: DroppedHour): void {
    this.#db.run(
      `INSERT INTO dropped VALUES (?1, ?2, ?3) ON CONFLICT (hour) DO UPDATE
       SET entries = entries + ?2, frames = CAST(frames || ?3 AS BLOB)`,
      hour,
      entries,
      frames,
    );
  }

  reach(ordinals: number): void {
    if (ordinals <= this.ordinals) return;
    this.#db.run(`UPDATE meta SET value = ? WHERE key = 'ordinals'`, ordinals);
    this.#ordinals = ordinals;
  }

  /** Instead of what there is of the hour. */
  put({ hour, entries, frames }: DroppedHour): void {
    if (entries <= 0) this.#db.run('DELETE FROM dropped WHERE hour = ?', hour);
    else this.#db.run('UPDATE dropped SET entries = ?, frames = ? WHERE hour = ?', entries, frames, hour);
  }

  removeBefore(hour: Hour): void {
    this.#db.run('DELETE FROM dropped WHERE hour < ?', hour);
  }
}

/** All that one has to another one, which has nothing yet. */
export function carryDropped(from: DroppedEntries, to: DroppedEntries): void {
  for (const hour of from.hours(0, Number.MAX_SAFE_INTEGER)) to.add(hour);
  to.reach(from.ordinals);
}

/** What an entry was made of. */
export interface DroppedEntry {
  readonly level: EntryLevel;
  readonly frames: readonly StoredFrame[];
}

export function packFrames(entries: readonly DroppedEntry[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap(({ level, frames }) =>
      frames.flatMap(({ key, alike, made }, at) => [
        Uint8Array.of(
          (made ? MADE : 0) | (alike.length << 1) | ((at === 0 ? LEVEL_MARKS[level] : 0) << LEVEL_SHIFT),
        ),
        ...[key, ...alike].map((each) => Buffer.from(digestOf(each), 'hex')),
      ]),
    ),
  );
}

interface PackedFrame extends DigestedFrame {
  /** Of the entry that it is the first of; null: it is another one, or nobody kept the level. */
  readonly level: EntryLevel | null;
  readonly bytes: Uint8Array;
}

export function* framesIn(packed: Uint8Array): Generator<PackedFrame> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  let at = 0;
  const digest = () => {
    at += DIGEST_BYTES;
    return bytes.toString('hex', at - DIGEST_BYTES, at);
  };
  while (at < bytes.length) {
    const start = at;
    const first = bytes[at] ?? 0;
    at += 1;
    const key = digest();
    const alike = Array.from({ length: (first >> 1) & ALIKE_BITS }, digest);
    const mark = first >> LEVEL_SHIFT;
    const level = LEVELS.find((each) => LEVEL_MARKS[each] === mark) ?? null;
    yield { key, alike, made: (first & MADE) !== 0, level, bytes: bytes.subarray(start, at) };
  }
}

const LEVELS: readonly EntryLevel[] = ['minimal', 'info', 'debug'];
