/** The lines of a request's body. */

const DECODING = { fatal: true, ignoreBOM: true };
const utf8 = new TextDecoder('utf-8', DECODING);

/** Calls back with every line that is not blank, from 1 on; null where it is not UTF-8. */
export function eachLine(body: Uint8Array, visit: (line: number, text: string | null) => void): void {
  const text = decode(body);
  if (text === null) {
    eachByItself(body, visit);
    return;
  }
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    line += 1;
    if (!isBlank(text, start, end)) visit(line, text.slice(start, end));
    start = end + 1;
  }
}

/** So that one that is wrong costs no other. */
function eachByItself(body: Uint8Array, visit: (line: number, text: string | null) => void): void {
  let line = 0;
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(0x0a, start);
    const end = found < 0 ? body.length : found;
    line += 1;
    const text = decode(body.subarray(start, end));
    if (text === null || !isBlank(text, 0, text.length)) visit(line, text);
    start = end + 1;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
