/** What stands at the beginning of a frame's text: enough to tell its direction, without parsing all of it. */

import { FrameScanner } from './frame-scanner.ts';

export interface FrameHead {
  /** Message type number: 2 CALL, 3 CALLRESULT, 4 CALLERROR, 5 CALLRESULTERROR, 6 SEND. */
  readonly type: number;
  /** As text, with its quotes if it has any. */
  readonly id: string;
  /** Of CALL and SEND. */
  readonly action: string | null;
}

/** Ids are bounded: a pattern that repeats a choice remembers every turn. */
const HEAD =
  /^\s*\[\s*([2-6])\s*,\s*("[^"\\]{0,4096}(?:\\.[^"\\]{0,4096}){0,64}"|-?\d{1,400})\s*(?:,\s*"([A-Za-z0-9_.-]{1,100})"\s*,)?/;

/** null for text that does not begin like an OCPP-J message. */
export function readHead(frame: string): FrameHead | null {
  const [, type, id, action] = HEAD.exec(frame) ?? [];
  if (type === undefined || id === undefined) return null;
  const calls = type === '2' || type === '6';
  return { type: Number(type), id, action: calls ? (action ?? null) : null };
}

/** Where the array that begins at `start` ends; the text's length if it never does. Strings are passed over. */
export function endOfArray(text: string, start: number): number {
  const end = new FrameScanner().feed(text, start);
  return end < 0 ? text.length : end;
}
