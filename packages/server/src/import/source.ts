/** What an import reads from: packed or not, in whatever encoding. */

import { counted } from '@ocpp-logs/core';
import { type Encoding, EncodingNotes, encodingOf, utf8Of } from './encoding.ts';
import type { Sample } from './format.ts';
import { withoutNuls } from './leading-nuls.ts';
import { linesOfLoki } from './loki-answer.ts';
import { peek, SAMPLE_BYTES } from './peek.ts';
import { sampleOf } from './sample.ts';
import type { UnpackedBudget } from './unpacked-budget.ts';
import { PACKING_BYTES, unpacked } from './unpacking.ts';

export interface Source {
  readonly sample: Sample;
  readonly encoding: Encoding;
  /** From the beginning, unpacked, in UTF-8; can be read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What was not as it should be in what has been read of it so far, a line each. */
  notes(): readonly string[];
}

/** `stored` is packed or not; what comes out of it counts for `budget`. */
export async function sourceOf(
  stored: AsyncIterable<Uint8Array>,
  budget: UnpackedBudget | null = null,
): Promise<Source> {
  const raw = await peek(stored, PACKING_BYTES);
  const lines = await linesOfLoki(withoutNuls(unpacked(raw, budget)));
  const { head, all } = await peek(lines, SAMPLE_BYTES);
  const encoding = encodingOf(head);
  const notes = new EncodingNotes();
  return {
    sample: sampleOf(head),
    encoding,
    chunks: utf8Of(all, encoding, notes),
    notes: () => wordsOf(notes),
  };
}

/** Closes a source whose sample was all that was wanted. */
export async function discard({ chunks }: Source): Promise<void> {
  for await (const _ of chunks) break;
}

function wordsOf({ latin1Lines }: EncodingNotes): readonly string[] {
  if (latin1Lines === 0) return [];
  const lines = counted(latin1Lines, 'line is', 'lines are');
  return [`${lines} not UTF-8: read as Latin-1 (windows-1252)`];
}
