/** The beginning of a JSON text made whole: what was begun last is left out, what is open is closed. */

import { BACKSLASH, CLOSE, COMMA, MEANING, OPEN, QUOTE } from './json-bytes.ts';

const QUOTE_CODE = 0x22;

/** The text itself where it is whole. */
export function closedJson(text: string): string {
  const open: string[] = [];
  let end = 0;
  let closing = '';
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE_CODE) inText = false;
      continue;
    }
    const meaning = code < 256 ? MEANING[code] : undefined;
    if (meaning === QUOTE) inText = true;
    else if (meaning === OPEN) open.push(text[at] === '{' ? '}' : ']');
    else if (meaning === CLOSE) open.pop();
    if (meaning === COMMA || meaning === OPEN || meaning === CLOSE) {
      end = meaning === COMMA ? at : at + 1;
      closing = open.toReversed().join('');
    }
  }
  return open.length === 0 ? text : text.slice(0, end) + closing;
}
