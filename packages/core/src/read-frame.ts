/** Bytes of a frame to its text and message. */

import type { Cut } from './frame.ts';
import type { Message } from './message.ts';
import { malformed, readMessage, readTruncated } from './read-message.ts';

export interface FrameText {
  /** null where the frame is no text: then only its bytes say what it was. */
  readonly text: string | null;
  readonly message: Message;
}

// A byte order mark is part of what was sent, and it is no JSON (RFC 8259, 8.1).
const UTF8 = { fatal: true, ignoreBOM: true };
const decoder = new TextDecoder('utf-8', UTF8);

export function readFrame(bytes: Uint8Array, binary: boolean, cut: Cut | null): FrameText {
  if (binary) return { text: null, message: malformed('binary') };
  const text = cut === null ? decode(bytes) : decodePrefix(bytes);
  if (text === null) return { text, message: malformed('not UTF-8') };
  return { text, message: cut === null ? readMessage(text) : readTruncated(text) };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Leaves out a last character that was cut in two. */
function decodePrefix(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', UTF8).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
