/**
 * What a log lacks and a diagnosis can do without: an import must ask, since it stores; here it is assumed, told, and
 * set right by what the messages say (see retiming.ts).
 */

import type { FileOutcome } from '../../import/file-outcome.ts';
import type { LackedOption } from '../../import/format.ts';
import type { ImportOptions } from '../../import/options.ts';
import { discard, sourceOf } from '../../import/source.ts';
import type { AgainInput } from './again-input.ts';
import type { AssumedOf } from './retiming.ts';
import { toldTimes } from './told-time.ts';

/** Of a log that names no station. */
const UNNAMED = 'unnamed';
/** Of a log in which nothing bears a time: nobody takes it for one. */
const NO_TIME = '2000-01-01T00:00:00.000Z';

export class Assumptions {
  readonly #inputs: readonly AgainInput[];
  #options: ImportOptions;
  readonly #of = new Map<string, AssumedOf>();
  readonly #notes: string[] = [];

  constructor(inputs: readonly AgainInput[], asked: ImportOptions) {
    this.#inputs = inputs;
    this.#options = asked;
  }

  /** Those asked for, and what was assumed in place of those that lack. */
  get options(): ImportOptions {
    return this.#options;
  }

  get of(): ReadonlyMap<string, AssumedOf> {
    return this.#of;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Whether something more was assumed, so that reading again is of use. */
  async learn(files: readonly FileOutcome[], signal: AbortSignal): Promise<boolean> {
    let learned = false;
    for (const [at, { lacking, lacks }] of files.entries()) {
      const input = this.#inputs[at];
      if (!lacking || lacks === null || input === undefined || !input.again) continue;
      learned = (await this.#assume(lacks, input, signal)) || learned;
    }
    return learned;
  }

  async #assume(lacks: LackedOption, input: AgainInput, signal: AbortSignal): Promise<boolean> {
    const { name } = input;
    const known = this.#of.get(name) ?? { zone: false, start: null };
    if (lacks === 'charger') {
      this.#options = { ...this.#options, charger: UNNAMED };
      this.#notes.push(`${name}: it names no charging station: add --charger to give it a name`);
      return true;
    }
    if (lacks === 'time-zone') {
      this.#options = { ...this.#options, timeZone: 'UTC' };
      // Of a file whose time zone lacks, the first pass has read nothing: what others lack is told with them.
      this.#of.set(name, { ...known, zone: true });
      return true;
    }
    if (lacks !== 'start' && lacks !== 'date') return false;
    const first = await firstTold(input, signal);
    if (lacks === 'date') {
      const day = (first ?? new Date().toISOString()).slice(0, 10);
      this.#options = { ...this.#options, date: day };
      const why = first === null ? 'today is taken' : `${day} is the first in its messages`;
      this.#notes.push(`${name}: its times bear no day or year; ${why}: add --date where that is wrong`);
      return true;
    }
    const start = this.#options.start ?? first ?? NO_TIME;
    this.#options = { ...this.#options, start };
    this.#of.set(name, { ...known, start });
    this.#notes.push(
      first === null
        ? `${name}: no times that can be read, neither in its lines nor in its messages: spans of time are not told`
        : `${name}: no times that can be read in its lines; those in its messages are taken`,
    );
    return true;
  }
}

/** The first time in the messages at the beginning, ISO 8601; null where there is none. */
async function firstTold(input: AgainInput, signal: AbortSignal): Promise<string | null> {
  const opened = await sourceOf(input.open(signal));
  try {
    const [first] = toldTimes(opened.sample.text);
    return first === undefined ? null : new Date(first.at).toISOString();
  } finally {
    await discard(opened);
  }
}
