/** The common home-made shape: a time, perhaps which way it went, and the frame. */

import {
  frameAt,
  type ImportedFrame,
  type ImportedLine,
  type ImportFormat,
  share,
  skipped,
} from './format.ts';
import { endOfArray } from './frame-head.ts';
import { linesOf, type SourceLine, withoutColours } from './lines.ts';
import { TIMESTAMP, timestampReader } from './timestamp.ts';

const WAYS: Readonly<Record<string, ImportedFrame['way']>> = {
  send: 'sent',
  '>>': 'sent',
  '->': 'sent',
  recv: 'received',
  '<<': 'received',
  '<-': 'received',
};

/** Time, way, frame. */
const LINE = new RegExp(
  String.raw`^\s*\[?(${TIMESTAMP.replace(/\((?!\?)/g, '(?:')})\]?:?\s+(?:(SEND|RECV|>>|<<|->|<-):?\s*)?(\[.*)$`,
  'is',
);

export const timedFrames: ImportFormat = {
  name: 'timed-frames',
  title: 'an ISO time, SEND or RECV (>> <<, -> <-), and the frame',
  example: '2026-01-31T12:00:00.250Z SEND [2,"17","Heartbeat",{}]',

  detect({ lines }) {
    const matching = lines.filter((line) => LINE.test(line));
    return share(matching.length, lines.length, 'an ISO time and a frame');
  },

  async *read(chunks, options) {
    const readTime = timestampReader(options);
    for await (const lines of linesOf(chunks)) {
      yield lines.filter(({ text }) => text?.trim() !== '').map((line) => readLine(line, readTime));
    }
  },
};

function readLine(
  { number, text, reason }: SourceLine,
  readTime: (stamp: string) => string | null,
): ImportedLine {
  if (text === null) return skipped(number, reason);
  const [, stamp, mark, rest] = LINE.exec(withoutColours(text)) ?? [];
  if (stamp === undefined || rest === undefined)
    return skipped(number, 'no ISO time with a frame behind it');
  const time = readTime(stamp);
  if (time === null) return skipped(number, 'the time is none of the calendar');
  return frameAt(number, rest.slice(0, endOfArray(rest, 0)).trimEnd(), {
    time,
    way: mark === undefined ? null : (WAYS[mark.toLowerCase()] ?? null),
  });
}
