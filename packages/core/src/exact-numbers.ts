/** JSON.parse that keeps the digits of integers beyond 2^53: `transactionId` may be any int64. */

import type { JsonValue } from './message.ts';

/** The longest integer that is kept as a bigint; a longer one is no number that OCPP knows. */
const DIGITS_MAX = 64;

/** 2^53 has 16 digits, so that a text without such a run holds no integer that a number would change. */
const LONG_RUN = 16;
const INTEGER = /^-?\d+$/;

interface ReviverContext {
  readonly source?: string;
}

/** Throws a SyntaxError on what is not JSON. */
export function parseExact(text: string): JsonValue {
  // JSON.parse yields nothing else without a reviver.
  const plain = JSON.parse(text) as JsonValue;
  if (!hasLongRun(text)) return plain;
  try {
    // The reviver adds bigints only.
    return JSON.parse(text, exactInteger) as JsonValue;
  } catch (error) {
    // The reviver recurses, the parser does not: a text nested too deep for it keeps rounded integers.
    if (error instanceof RangeError) return plain;
    throw error;
  }
}

/** Looks at every 16th character: a run cannot pass between two of them. */
function hasLongRun(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN) {
    if (!isDigit(text, at)) continue;
    let start = at;
    while (isDigit(text, start - 1)) start--;
    let end = at + 1;
    while (isDigit(text, end)) end++;
    if (end - start >= LONG_RUN) return true;
  }
  return false;
}

/** False beyond the ends. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function exactInteger(_name: string, value: unknown, context?: ReviverContext): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  if (source === undefined || source.length > DIGITS_MAX || !INTEGER.test(source)) return value;
  return BigInt(source);
}
