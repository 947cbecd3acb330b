/** Entries of files that were never imported, with the lines that they come from. */

import type { Entry } from '@ocpp-logs/core';
import { inOrder, readMessage, type SeenEntry } from '@ocpp-logs/core';
import { Ingest } from '../../capture/recorder/ingest.ts';
import { Recording } from '../../capture/recorder/recording.ts';
import type { FrameSink, SinkAnswer } from '../../import/sink.ts';
import { checkedEntry } from '../../validate/findings-of.ts';
import { CommandError } from '../command.ts';
import { countText } from '../quantity.ts';
import { CutMessages } from './cut-messages.ts';
import { GatheringWriter } from './gathering-writer.ts';
import type { PlacedRow } from './placed-row.ts';
import { Retiming } from './retiming.ts';

const SITE = 'diagnosed';
const SOURCE = 'import';

export interface GatheringOptions {
  readonly timeoutMs: number;
  readonly redact: readonly string[];
  readonly report: (line: string) => void;
  /** Entries that are held at most; 300,000 unless given. */
  readonly entriesMax?: number;
  /** Nothing is assumed of the times unless given. */
  readonly retiming?: Retiming;
}

/** Of one side calls and answers may bear the same id. */
const ANSWER = '\nanswer';

/** Where an entry begins in its file. */
export interface LogLine {
  readonly file: string;
  readonly line: number;
}

export interface GatheredStation {
  readonly charger: string;
  readonly entries: readonly SeenEntry[];
  lineOf(id: string): LogLine | null;
}

/** Masks, pairs and derives as the recorder does. */
export class Gathering implements FrameSink {
  readonly #writer: GatheringWriter;
  readonly #ingest: Ingest;
  readonly #retiming: Retiming;
  /** By what tells a message; several where a log holds it several times. */
  readonly #lines = new Map<string, LogLine[]>();
  readonly #cut = new CutMessages();

  constructor({ timeoutMs, redact, report, entriesMax, retiming }: GatheringOptions) {
    this.#retiming = retiming ?? new Retiming(new Map());
    this.#writer = new GatheringWriter(entriesMax);
    const recording = new Recording({
      timeoutMs,
      redact,
      writer: this.#writer,
      clock: { now: () => Date.now(), monotonic: () => performance.now() * 1000 },
      onCommitted: () => undefined,
      report,
    });
    this.#ingest = new Ingest(recording, this.#writer);
  }

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    const rows = Buffer.from(body)
      .toString()
      .split('\n')
      // Safe: rows of the import are written by import-row.ts.
      .flatMap((text) => (text === '' ? [] : [JSON.parse(text) as PlacedRow]));
    const ready = this.#retiming.take(rows, last);
    for (const row of ready) this.#place(row);
    const text = ready.map((row) => `${JSON.stringify(row)}\n`).join('');
    const answer = await this.#ingest.take(SITE, SOURCE, Buffer.from(text), last);
    if (this.#writer.full) {
      throw new CommandError(
        `the log has more than ${countText(this.#writer.max)} entries: import it, then run diagnose on the site`,
      );
    }
    return answer;
  }

  /** All of them, station by station, each in the order of time. Gives them up. */
  *stations(): Iterable<GatheredStation> {
    const { entries } = this.#writer;
    const byStation = Map.groupBy(entries.keys(), (id) => entries.get(id)?.charger ?? '');
    for (const [charger, ids] of [...byStation].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (charger === '') continue;
      const places = new Map<string, LogLine>();
      const seen = ids
        .flatMap((id) => {
          const entry = entries.get(id);
          entries.delete(id);
          if (entry === undefined) return [];
          const line = this.#lineOf(entry);
          if (line !== null) places.set(String(id), line);
          return this.#cut.settled(checkedEntry(String(id), entry)) ?? [];
        })
        .sort(inOrder);
      yield { charger, entries: seen, lineOf: (id) => places.get(id) ?? null };
    }
  }

  /** Where the entry begins; null where nobody can tell. Each line is given once. */
  #lineOf(entry: Entry): LogLine | null {
    const key = keyOf(entry.charger, entry.at, entry.direction, entry.messageId);
    const own = entry.kind === 'orphan' ? this.#lines.get(`${key}${ANSWER}`)?.shift() : undefined;
    return own ?? this.#lines.get(key)?.shift() ?? null;
  }

  /** What could not be read, for each file. */
  get notes(): readonly string[] {
    return this.#cut.notes;
  }

  #place(row: PlacedRow): void {
    const { charger_id, occurrence_time, direction, frame, file, line } = row;
    const message = frame === undefined ? null : readMessage(frame);
    if (message?.kind === 'malformed') this.#cut.add(row, message.reason);
    const id = message === null || message.kind === 'malformed' ? null : message.id;
    const call = keyOf(charger_id, Math.floor(Date.parse(occurrence_time)), direction ?? null, id);
    // An answer is shown by its call, unless it has none.
    const key = message?.kind === 'result' ? `${call}${ANSWER}` : call;
    const known = this.#lines.get(key);
    if (known === undefined) this.#lines.set(key, [{ file, line }]);
    else known.push({ file, line });
  }
}

function keyOf(charger: string, at: number, direction: string | null, messageId: string | null): string {
  return [charger, at, direction, messageId].join('\n');
}
