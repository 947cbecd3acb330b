/** Nothing but frames, perhaps with a mark: one a line, over lines, or an array of them. They bear no times. */

import { betweenOf } from './between.ts';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { readHead } from './frame-head.ts';
import { elementsOf } from './json-elements.ts';
import type { SourceLine } from './line-cutter.ts';
import { begunFrame, headOf, type LineFormat, lineFormat, recordsOf } from './line-format.ts';
import { startOf } from './peek.ts';
import { timestampReader } from './timestamp.ts';

/** A mark; a comma may follow the frame before. */
const RECORD = /^\s*(?:,\s*)?([A-Za-z<>=→←-]{0,12}?)\s*:?\s*(?=\[\s*[2-6]\s*(?:,|$)|\[\s*$)/;
const NOTHING = 'no frame';

const look: LineFormat = {
  name: 'plain-frames',
  title: 'frames alone, one a line or in an array',
  example: '[2,"17","Heartbeat",{}]',
  what: 'frames',
  strength: 0.8,
  marked: false,
  strange: NOTHING,

  begin(line, text, readTime) {
    const [all, mark = ''] = RECORD.exec(headOf(text)) ?? [];
    if (all === undefined) return null;
    const { way = null } = mark === '' ? {} : betweenOf(mark);
    return mark !== '' && way === null ? null : begunFrame(line, all.length, null, readTime, { way });
  },
};

const byLine = lineFormat(look);

export const plainFrames: ImportFormat = {
  ...byLine,

  detect(sample) {
    const inArray = /^\s*\[\s*(\[.*)/s.exec(sample.text)?.[1];
    if (inArray === undefined) return byLine.detect(sample);
    return { confidence: readHead(inArray) === null ? 0 : 1, evidence: 'an array of frames' };
  },

  async *read(chunks, options) {
    const { first, second, all } = await startOf(chunks);
    if (first === '[' && second === '[') {
      for await (const elements of elementsOf(all)) yield elements.map(elementFrame);
    } else yield* recordsOf(look, all, timestampReader(options));
  },
};

function elementFrame({ number, text, reason }: SourceLine): ImportedLine {
  if (text === null) return skipped(number, reason);
  const frame = text.trim();
  return frame.startsWith('[') ? frameAt(number, frame) : skipped(number, NOTHING);
}
