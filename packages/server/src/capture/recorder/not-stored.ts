/**
 * Entries that the store did not take, and never will: counted, told to whoever sent them, and shown in the log by a gap.
 * One bad entry must cost no other, and none may be missing without a trace.
 */

import type { Entry } from '@ocpp-logs/core';
import { FullMillisecondError } from '../../store/full-millisecond.ts';
import { SparingLog } from '../sparing-log.ts';
import { type Gap, gapEntry } from './gap-entry.ts';
import type { SourceLine, Tracked } from './tracked.ts';

interface Loss extends Gap {
  readonly entries: number;
}

/** So far behind what is missing, in doubling steps from 1 ms, a place is looked for where its own millisecond is full. */
const STEPS = 17;

export class NotStored {
  /** Since the start of the recording. */
  count = 0;
  /** By site: what no gap tells of yet. */
  readonly #losses = new Map<string, Loss>();
  readonly #lines = new Map<SourceLine, string>();
  readonly #log: SparingLog;

  /** @param report takes a line for the log @param now monotonic, ms */
  constructor(report: (line: string) => void, now: () => number) {
    this.#log = new SparingLog({ warn: (facts, text) => report(`${text} ${JSON.stringify(facts)}`) }, now);
  }

  /** `entry` is what it was to become. */
  add({ site, lines }: Tracked, entry: Entry, error: unknown): void {
    this.count += 1;
    const reason = reasonOf(error);
    this.#log.warn(
      { site, charger: entry.charger, at: new Date(entry.at).toISOString() },
      `an entry was not stored: ${reason}`,
    );
    for (const line of lines ?? []) this.#lines.set(line, `not stored: ${reason}`);
    const { at, charger, connection } = entry;
    const one = { charger, connection, from: at, to: at + 1, reason, entries: 1 };
    const known = this.#losses.get(site);
    this.#losses.set(site, known === undefined ? one : both(known, one));
  }

  /** Sites of which a gap is to be stored. */
  get untold(): readonly string[] {
    return [...this.#losses.keys()];
  }

  /** The same gap at each place where it may stand, the best first. */
  *gapsOf(site: string): Generator<Entry> {
    const loss = this.#losses.get(site);
    if (loss === undefined) return;
    const { entries, to } = loss;
    const were = entries === 1 ? 'entry was' : 'entries were';
    const gap = { ...loss, reason: `${entries} ${were} not stored: ${loss.reason}` };
    yield gapEntry(gap);
    for (let step = 0; step < STEPS; step += 1) yield gapEntry(gap, to - 1 + 2 ** step);
  }

  /** The gap of this site is stored. */
  told(site: string): void {
    this.#losses.delete(site);
  }

  /** Lines of the request that is taken in of which something was not stored, and why. */
  takeLines(): ReadonlyMap<SourceLine, string> {
    const lines = new Map(this.#lines);
    this.#lines.clear();
    return lines;
  }
}

function both(a: Loss, b: Loss): Loss {
  const same = a.charger === b.charger;
  return {
    charger: same ? a.charger : '',
    connection: same && a.connection === b.connection ? a.connection : null,
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    reason: a.reason === b.reason ? a.reason : 'for several reasons, as the log of the server tells',
    entries: a.entries + b.entries,
  };
}

/** What an error in our own code says may hold what was to be stored, so that only the server's log has it. */
function reasonOf(error: unknown): string {
  return error instanceof FullMillisecondError ? error.message : 'an error in ocpp-logs';
}
