/** The lines of a source without what others put around them. */

import { CarrierChain, carriersOf } from './carriers/chain.ts';
import { LineCutter, type LogLine } from './line-cutter.ts';
import { peek, SAMPLE_BYTES } from './peek.ts';

/** In batches. Line ends are LF or CRLF; byte order marks, colours and prefixes of log carriers are taken off. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly LogLine[]> {
  const { head, all } = await peek(chunks, SAMPLE_BYTES);
  const chain = new CarrierChain(carriersOf(textsOf(head)));
  const cutter = new LineCutter();
  for await (const chunk of all) {
    const lines = chain.take(cutter.push(chunk));
    if (lines.length > 0) yield lines;
  }
  const last = [...chain.take(cutter.end()), ...chain.end()];
  if (last.length > 0) yield last;
}

function textsOf(head: Uint8Array): readonly string[] {
  const cutter = new LineCutter();
  const lines = cutter.push(head);
  return (lines.length > 0 ? lines : cutter.end()).flatMap(({ text }) => text ?? []);
}
