/** A copy with memory of its own: V8 keeps all of the text that a piece was cut from, for as long as the piece lives. */

/** Also of texts with halves of surrogate pairs, which UTF-8 would change. */
const ENCODING = 'utf16le';

export function keptText(piece: string): string {
  return Buffer.from(piece, ENCODING).toString(ENCODING);
}
