/** The texts of an entry's frames, where its recorder gave them (`raw`). */

import { type Cut, FRAME_BYTES_MAX } from '@ocpp-logs/core';
import type { SourceRecord } from './source-record.ts';

export type RawText =
  | { readonly text: string; readonly cut: Cut | null }
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
const NOT_UTF8: RawText = { unreadable: 'the frame is not UTF-8' };

export function rawTexts(record: SourceRecord): RawTexts {
  const base64 = record.text('raw.encoding') === 'base64';
  let cut = cutOf(record);
  const read = (name: string): RawText | null => {
    const given = record.text(name);
    if (given === null) return null;
    const bytes = base64 ? Buffer.from(given, 'base64') : null;
    const length = bytes?.length ?? given.length * 3;
    // Of several that were cut the marks tell of the first.
    const mine = cut !== null && length >= CUT_FROM && byteLength(bytes, given) >= CUT_FROM ? cut : null;
    if (mine !== null) cut = null;
    const text = bytes === null ? given : decoded(bytes, mine !== null);
    return text === null ? NOT_UTF8 : { text, cut: mine };
  };
  return {
    request: read('raw.request_text'),
    answer: read('raw.response_text'),
    rejection: read('raw.rejection_text'),
  };
}

function byteLength(bytes: Uint8Array | null, text: string): number {
  return bytes?.length ?? Buffer.byteLength(text);
}

function cutOf(record: SourceRecord): Cut | null {
  if (record.text('raw.truncated') !== 'true') return null;
  const length = Number(record.text('raw.length') ?? Number.NaN);
  const sha256 = record.text('raw.sha256');
  if (!Number.isSafeInteger(length) || sha256 === null || !/^[0-9a-f]{64}$/.test(sha256)) return null;
  return { length, sha256 };
}

function decoded(bytes: Uint8Array, isCut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
