/** The inside of a JSON string as the text it stands for, with the way back to where each character stands. */

export interface Unescaped {
  readonly text: string;
  /** Where the character `index` of the text begins in what was unescaped; at its length: where that ends. */
  position(index: number): number;
}

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^u]))/g;

/** Takes what is no escape as it is, so that it works on any text. */
export function unescaped(inside: string): Unescaped {
  if (!inside.includes('\\')) return { text: inside, position: (index) => index };
  /** Of each escape: its index in the text and how much longer everything up to it is before unescaping. */
  const places: number[] = [];
  const growths: number[] = [];
  let grown = 0;
  const text = inside.replace(ESCAPE, (whole, hex: string | undefined, char = '', at: number) => {
    places.push(at - grown);
    grown += whole.length - 1;
    growths.push(grown);
    return hex === undefined ? (SHORT[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16));
  });
  return { text, position: (index) => index + growthBefore(places, growths, index) };
}

/** By how much the escapes before `index` are longer than the characters they stand for. */
function growthBefore(places: readonly number[], growths: readonly number[], index: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (growths[low - 1] ?? 0);
}
