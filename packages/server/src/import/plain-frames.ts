/** Nothing but frames: one a line, or an array of them. They bear no times. */

import { frameAt, type ImportedLine, type ImportFormat, share, skipped } from './format.ts';
import { readHead } from './frame-head.ts';
import { elementsOf } from './json-elements.ts';
import { linesOf, type SourceLine, withoutColours } from './lines.ts';
import { startOf } from './source.ts';

export const plainFrames: ImportFormat = {
  name: 'plain-frames',
  title: 'frames alone, one a line or in an array',
  example: '[2,"17","Heartbeat",{}]',

  detect({ text, lines }) {
    const inArray = /^\s*\[\s*(\[.*)/s.exec(text)?.[1];
    if (inArray !== undefined) {
      const confidence = readHead(inArray) === null ? 0 : 1;
      return { confidence, evidence: 'an array of frames' };
    }
    return share(lines.filter((line) => readHead(line) !== null).length, lines.length, 'frames');
  },

  async *read(chunks) {
    const { first, second, all } = await startOf(chunks);
    for await (const lines of first === '[' && second === '[' ? elementsOf(all) : linesOf(all)) {
      yield lines.filter(({ text }) => text?.trim() !== '').map(readPlain);
    }
  },
};

function readPlain({ number, text, reason }: SourceLine): ImportedLine {
  if (text === null) return skipped(number, reason);
  const frame = withoutColours(text).trim();
  if (!frame.startsWith('[')) return skipped(number, 'no frame');
  return frameAt(number, frame);
}
