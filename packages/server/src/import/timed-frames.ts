/** The common home-made shape: a time, perhaps which way it went and which station, and the frame. */

import { betweenOf } from './between.ts';
import type { ImportFormat } from './format.ts';
import { begunFrame, headOf, type LineFormat, lineFormat, none } from './line-format.ts';
import { CLOCK, STAMP } from './timestamp.ts';

/** A level or a name may stand before the time. */
const BEFORE = String.raw`^\s*(?:[[(]?[A-Za-z][\w.-]{0,40}\s*[\])]?\s*[:|-]?\s+){0,2}`;
/** Time, what stands between it and the frame. */
const RECORD = new RegExp(
  String.raw`${BEFORE}[[(]?(${STAMP}|${CLOCK}(?=[\s\],;|]))[\])]?[:,;|]?\s*(.{0,200}?)\s*(?=\[\s*[2-6]\s*(?:,|$)|\[\s*$)`,
);
const TIMED = new RegExp(String.raw`${BEFORE}[[(]?(?:${STAMP}|${CLOCK}\s)`);

const look: LineFormat = {
  name: 'timed-frames',
  title: 'an ISO time, SEND or RECV (>> <<, -> <-), and the frame',
  example: '2026-01-31T12:00:00.250Z SEND [2,"17","Heartbeat",{}]',
  what: 'an ISO time and a frame',
  strength: 0.8,
  marked: false,
  strange: 'no ISO time with a frame behind it',

  begin(line, text, readTime) {
    const [all, stamp, between = ''] = RECORD.exec(headOf(text)) ?? [];
    if (all === undefined) return TIMED.test(text) ? none(look.strange) : null;
    return begunFrame(line, all.length, stamp, readTime, betweenOf(between));
  },
};

export const timedFrames: ImportFormat = lineFormat(look);
