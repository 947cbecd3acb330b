/** JSON whose whole numbers beyond 2^53 keep their digits, as text. */

interface ReviverContext {
  readonly source?: string;
}

/** Not of a text, such as an entry's id: most answers are read without looking at each value. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  // The third argument is newer than the types: ECMAScript proposal "JSON.parse source text access".
  const reviver = (_key: string, value: unknown, context?: ReviverContext): unknown => {
    const kept = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
    return kept && context?.source !== undefined ? context.source : value;
  };
  return JSON.parse(text, reviver);
}
