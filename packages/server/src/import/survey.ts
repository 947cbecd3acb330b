/** A look at the beginning of every source, before the first frame is imported. */

import { closest, detect, UNKNOWN } from './detect.ts';
import type { Recognised } from './file-outcome.ts';
import { type ImportFormat, MissingOption, type Sample } from './format.ts';
import { demand } from './import-row.ts';
import type { ImportInput } from './input.ts';
import type { ImportOptions } from './options.ts';
import { discard, type Source, sourceOf } from './source.ts';

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
}

const NOTHING: Recognised = { format: null, guess: null, evidence: '' };

/** `stored` opens the source as it is stored. Throws where it cannot be read. */
export async function survey(
  input: ImportInput,
  stored: () => AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Surveyed> {
  const opened = await sourceOf(stored());
  let kept = false;
  try {
    const found = await look(input, opened, stored, options);
    kept = input.once && found.source !== null;
    return found;
  } finally {
    if (!kept) await discard(opened);
  }
}

async function look(
  input: ImportInput,
  opened: Source,
  stored: () => AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Surveyed> {
  const { sample } = opened;
  const found =
    options.format === null ? detect(sample) : { format: options.format, evidence: 'as --format says' };
  if (typeof found === 'string') {
    return { recognised: guessed(sample, found), source: null, failure: found, lacking: false };
  }
  const { format, evidence } = found;
  const recognised = { format: format.name, guess: null, evidence };
  try {
    const begins = await beginning(format, sample, options);
    const open = input.once ? async () => opened : () => sourceOf(stored());
    return { recognised, source: { format, begins, open }, failure: null, lacking: false };
  } catch (error) {
    if (!(error instanceof MissingOption)) throw error;
    return { recognised, source: null, failure: error.message, lacking: true };
  }
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
