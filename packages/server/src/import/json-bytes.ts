/** What a byte of JSON means outside a text, and which bytes end what is passed over inside one. */

export const PLAIN = 0;
export const BLANK = 1;
export const COMMA = 2;
export const NEWLINE = 3;
export const QUOTE = 4;
export const OPEN = 5;
export const CLOSE = 6;
/** Of a terminal's colour. */
export const ESCAPE = 7;
/** Of no JSON: a line of a log between records, or the rest of a broken one. */
export const FOREIGN = 8;

export const MEANING: Uint8Array = new Uint8Array(256).fill(FOREIGN);
const CHARS: readonly (readonly [string, number])[] = [
  // Numbers, true, false, null; NaN and Infinity as Python writes them.
  ['0123456789+-.:eEtrufalsnNIity', PLAIN],
  [' \t\r', BLANK],
  // The byte order mark.
  ['\u00ef\u00bb\u00bf', BLANK],
  [',', COMMA],
  ['\n', NEWLINE],
  ['"', QUOTE],
  ['{[', OPEN],
  ['}]', CLOSE],
  ['\u001b', ESCAPE],
];
for (const [chars, meaning] of CHARS) for (const char of chars) MEANING[char.charCodeAt(0)] = meaning;

export const LF = 0x0a;
export const CR = 0x0d;
export const BACKSLASH = 0x5c;
export const OPEN_BRACE = 0x7b;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;

export const ENDS_TEXT: Uint8Array = new Uint8Array(256);
for (const byte of [LF, BACKSLASH, 0x22]) ENDS_TEXT[byte] = 1;

/** Whether a byte ends a colour: `ESC [ 3 2 m` (ECMA-48). */
export const endsColour = (byte: number): boolean => byte >= 0x40 && byte <= 0x7e && byte !== OPEN_BRACKET;

/** Behind what is plain from `at` on. */
export function passPlain(chunk: Uint8Array, at: number): number {
  while (at < chunk.length && MEANING[chunk[at] ?? 0] === PLAIN) at += 1;
  return at;
}
