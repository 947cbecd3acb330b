/** The texts of an entry's frames, where its recorder gave them (`raw`). */

import { FRAME_BYTES_MAX } from '@ocpp-logs/core';
import { decode } from './line-cutter.ts';
import type { SourceRecord } from './source-record.ts';

export type RawText =
  | { readonly text: string }
  | {
      /** Why; one of few. */
      readonly unreadable: string;
    };

export interface RawTexts {
  readonly request: RawText | null;
  readonly answer: RawText | null;
  readonly rejection: RawText | null;
}

/** A character that was cut in two at the end takes up to three bytes with it. */
const CUT_FROM = FRAME_BYTES_MAX - 3;
const CUT: RawText = { unreadable: 'its recorder kept only the beginning of the frame' };
const NOT_UTF8: RawText = { unreadable: 'the frame is not UTF-8' };

export function rawTexts(record: SourceRecord): RawTexts {
  const base64 = record.text('raw.encoding') === 'base64';
  // Told of the entry, and not of which of its texts.
  const truncated = record.text('raw.truncated') === 'true';
  const read = (name: string): RawText | null => {
    const given = record.text(name);
    if (given === null) return null;
    if (!base64) return truncated && Buffer.byteLength(given) >= CUT_FROM ? CUT : { text: given };
    const bytes = Buffer.from(given, 'base64');
    if (truncated && bytes.length >= CUT_FROM) return CUT;
    const text = decode(bytes);
    return text === null ? NOT_UTF8 : { text };
  };
  return {
    request: read('raw.request_text'),
    answer: read('raw.response_text'),
    rejection: read('raw.rejection_text'),
  };
}
