/** JSON.parse that keeps the digits of integers beyond 2^53: `transactionId` may be any int64. */

import type { JsonValue } from './message.ts';

/** The longest integer that is kept as a bigint; a longer one is no number that OCPP knows. */
const DIGITS_MAX = 64;

/** 2^53 has 16 digits, so that a text without such a run holds no integer that a number would change. */
const LONG_RUN = /\d{16}/;
const INTEGER = /^-?\d+$/;

interface ReviverContext {
  readonly source?: string;
}

/** Throws a SyntaxError on what is not JSON. */
export function parseExact(text: string): JsonValue {
  // JSON.parse yields nothing else without a reviver.
  const plain = JSON.parse(text) as JsonValue;
  if (!LONG_RUN.test(text)) return plain;
  try {
    // The reviver adds bigints only.
    return JSON.parse(text, exactInteger) as JsonValue;
  } catch (error) {
    // The reviver recurses, the parser does not: a text nested too deep for it keeps rounded integers.
    if (error instanceof RangeError) return plain;
    throw error;
  }
}

function exactInteger(_name: string, value: unknown, context?: ReviverContext): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  if (source === undefined || source.length > DIGITS_MAX || !INTEGER.test(source)) return value;
  return BigInt(source);
}
