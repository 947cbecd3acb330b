/** JSON whose whole numbers beyond 2^53 keep their digits, as text. */

import { endOfText } from '../json/text-end.ts';

/** Not of a text, such as an entry's id: most answers are read without looking at each value. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;
const TOKEN = /"|-?\d[\d.eE+-]*/g;
/** RFC 8259, 6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export function parseExact(text: string): unknown {
  // A reviver would do, but is called by recursion: one message that is nested deep would hide a whole page.
  return JSON.parse(LONG_NUMBER.test(text) ? withLongNumbersQuoted(text) : text);
}

function withLongNumbersQuoted(text: string): string {
  const pieces: string[] = [];
  let done = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === '"') {
      TOKEN.lastIndex = endOfText(text, found.index);
    } else if (isLong(token)) {
      pieces.push(text.slice(done, found.index), '"', token, '"');
      done = found.index + token.length;
    }
  }
  pieces.push(text.slice(done));
  return pieces.join('');
}

function isLong(token: string): boolean {
  const value = Number(token);
  return Number.isInteger(value) && !Number.isSafeInteger(value) && NUMBER.test(token);
}
