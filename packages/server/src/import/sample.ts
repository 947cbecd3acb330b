/** The beginning of a source as the formats look at it. */

import { CarrierChain, carriersOf } from './carriers/chain.ts';
import { withoutColours } from './colours.ts';
import { encodingOf, utf8OfSample } from './encoding.ts';
import type { Sample } from './format.ts';
import { LineCutter } from './line-cutter.ts';
import { SAMPLE_BYTES } from './peek.ts';

const MAGIC_BYTES = 4;
/** Lines of programs are shorter on average. */
const RECORD_BYTES = 2_048;

/** `unpacked` is the beginning of a source as it came out of its packing. */
export function sampleOf(unpacked: Uint8Array): Sample {
  const encoding = encodingOf(unpacked);
  const bytes = utf8OfSample(unpacked, encoding);
  const cutter = new LineCutter();
  const bare = [...cutter.push(bytes)];
  const rest = cutter.end();
  // The last line may be cut off by the sample's end.
  if (unpacked.length < SAMPLE_BYTES || bare.length === 0) bare.push(...rest);
  const carriers = carriersOf(bare.flatMap(({ text }) => text ?? []));
  const chain = new CarrierChain(carriers);
  const lines = [...chain.take(bare), ...chain.end()].flatMap(({ text }) => text ?? []);
  return {
    magic: unpacked.subarray(0, MAGIC_BYTES),
    bytes,
    text: withoutColours(Buffer.from(bytes).toString()),
    lines: lines.filter((line) => line.trim() !== ''),
    encoding,
    carriers: carriers.map(({ name }) => name),
  };
}

/** By how it begins; a table may have one long row after the other. */
export function looksLikeRecords({ bytes, text, lines }: Sample): boolean {
  return RECORDS_BEGIN.test(text) || bytes.length > RECORD_BYTES * lines.length;
}

/** `[INFO ` is none. */
export const RECORDS_BEGIN = /^[\s\ufeff]*(?:\{|\[\s*(?:[{["]|$))/;
