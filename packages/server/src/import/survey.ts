/** A look at the beginning of every source, before the first frame is imported. */

import {
  BINARY,
  closest,
  type Detected,
  detect,
  kinOf,
  NOTHING_IN_IT,
  SOAP_ALONE,
  UNKNOWN,
} from './detect.ts';
import type { Recognised } from './file-outcome.ts';
import { type ImportFormat, type LackedOption, MissingOption, type Sample } from './format.ts';
import { demand, NO_TIMES } from './import-row.ts';
import type { ImportInput } from './input.ts';
import { HELD_MAX, LOOKED_AT_MAX, lookFurther } from './look-further.ts';
import type { ImportOptions } from './options.ts';
import { peek } from './peek.ts';
import { discard, type Source, sourceOf } from './source.ts';
import { STAMP } from './timestamp.ts';
import type { UnpackedBudget } from './unpacked-budget.ts';

/** A source that can be read. */
export interface ReadableSource {
  readonly format: ImportFormat;
  /** When its first frame was, ms; null where its beginning does not tell. */
  readonly begins: number | null;
  /** May be called once. */
  open(): Promise<Source>;
}

export interface Surveyed {
  readonly recognised: Recognised;
  /** null where it cannot be read, and why. */
  readonly source: ReadableSource | null;
  readonly failure: string | null;
  /** It lacks what only a person can know. */
  readonly lacking: boolean;
  /** The option that would tell it; null where none would. */
  readonly lacks: LackedOption | null;
}

const NOTHING: Recognised = { format: null, guess: null, evidence: '' };

/** `stored` opens the source as it is stored; what comes out of it counts for `budget`. Throws where it cannot be read. */
export async function survey(
  input: ImportInput,
  stored: () => AsyncIterable<Uint8Array>,
  options: ImportOptions,
  budget: UnpackedBudget | null,
): Promise<Surveyed> {
  const open = () => sourceOf(stored(), budget);
  const { opened, found, sample } = await recognised(input, open, options);
  let kept = false;
  try {
    const looked = await look(input, { opened, found, sample }, open, options);
    kept = input.once && looked.source !== null;
    return looked;
  } finally {
    if (!kept) await discard(opened);
  }
}

interface Seen {
  readonly opened: Source;
  readonly found: Pick<Detected, 'format' | 'evidence'> | string;
  /** What it was told by. */
  readonly sample: Sample;
}

async function recognised(
  input: ImportInput,
  open: () => Promise<Source>,
  options: ImportOptions,
): Promise<Seen> {
  const opened = await open();
  const { sample } = opened;
  if (options.format !== null) {
    return { opened, sample, found: { format: options.format, evidence: 'as --format says' } };
  }
  const found = detect(sample);
  if (typeof found !== 'string' || !isOpen(found)) return { opened, sample, found };
  // The next look opens it again.
  if (!input.once) await discard(opened);
  const held = input.once ? await peek(opened.chunks, HELD_MAX) : null;
  const again = held === null ? await open() : { ...opened, chunks: held.all };
  const further = await lookFurther(
    held === null ? again.chunks : once(held.head),
    sample,
    held === null ? LOOKED_AT_MAX : HELD_MAX,
  );
  if (further !== null) return { opened: again, found: further.detected, sample: further.sample };
  return { opened: again, sample, found: found.startsWith(UNKNOWN) ? (kinOf(sample) ?? found) : found };
}

function isOpen(reason: string): boolean {
  return reason.startsWith(UNKNOWN) || [NOTHING_IN_IT, BINARY, SOAP_ALONE].includes(reason);
}

async function look(
  input: ImportInput,
  { opened, found, sample }: Seen,
  openAgain: () => Promise<Source>,
  options: ImportOptions,
): Promise<Surveyed> {
  if (typeof found === 'string') {
    const lacks = found.startsWith(UNKNOWN) ? 'format' : null;
    return { recognised: guessed(sample, found), source: null, failure: found, lacking: false, lacks };
  }
  const { format, evidence } = found;
  const told = { format: format.name, guess: null, evidence };
  try {
    const begins = await beginning(format, sample, options);
    const open = input.once ? async () => opened : openAgain;
    return { recognised: told, source: { format, begins, open }, failure: null, lacking: false, lacks: null };
  } catch (error) {
    if (!(error instanceof MissingOption)) throw error;
    const failure = lackOf(error, sample);
    const lacks = failure === error.message ? error.option : null;
    return { recognised: told, source: null, failure, lacking: true, lacks };
  }
}

const TIMED = new RegExp(`^\\s*(?:\\[[A-Za-z]+\\s*\\]\\s+)?\\[?(${STAMP})`);

/** A time for all is no advice where the log bears times, on other lines than those of the frames. */
function lackOf({ message }: MissingOption, { lines }: Sample): string {
  if (message !== NO_TIMES) return message;
  const stamp = lines.map((line) => TIMED.exec(line)?.[1]).find((found) => found !== undefined);
  if (stamp === undefined) return message;
  return `the messages stand on lines that bear no times, though others do (${stamp}): put each record on one line`;
}

/** What is refused by name is known, and needs no guess. */
function guessed(sample: Sample, reason: string): Recognised {
  const near = reason.startsWith(UNKNOWN) ? closest(sample) : null;
  return near === null
    ? { ...NOTHING, evidence: reason }
    : { format: null, guess: near.format.name, evidence: near.evidence };
}

/** Time of the first frame in the sample. Throws a {@link MissingOption} where that frame lacks something. */
async function beginning(
  format: ImportFormat,
  sample: Sample,
  options: ImportOptions,
): Promise<number | null> {
  for await (const lines of format.read(once(sample.bytes), options)) {
    const told = lines.find(({ kind }) => kind !== 'skipped');
    if (told === undefined || told.kind === 'skipped') continue;
    demand(told, options);
    return told.time === null ? null : Date.parse(told.time);
  }
  return null;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
