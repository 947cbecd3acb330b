/** What a signed meter value or a public key looks like: nothing is verified here. */

export type SignedEncoding = 'plain' | 'base64' | 'hex';

export interface Recognised {
  readonly encoding: SignedEncoding;
  /** As transparency software calls it: `OCMF`, `ALFEN`, `EDL_40_P`; null where nothing in the text tells. */
  readonly format: string | null;
}

/** Shorter ones are words. */
const LEAST = 40;
const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** As much as tells the format. */
const HEAD = 64;

export function encodingOf(text: string): SignedEncoding {
  if (text.length >= LEAST && HEX.test(text)) return 'hex';
  return text.length >= LEAST && text.length % 4 === 0 && BASE64.test(text) ? 'base64' : 'plain';
}

export function recognise(text: string): Recognised {
  const encoding = encodingOf(text);
  if (encoding === 'plain') return { encoding, format: formatOf(text) };
  const head = encoding === 'hex' ? fromHex(text.slice(0, 2 * HEAD)) : atob(text.slice(0, HEAD));
  return { encoding, format: formatOf(head) };
}

function formatOf(head: string): string | null {
  const start = head.trimStart();
  if (start.startsWith('OCMF|')) return 'OCMF';
  if (start.startsWith('AP;')) return 'ALFEN';
  return /^<.*?\bformat="(\w+)"/s.exec(start)?.[1] ?? null;
}

export function fromHex(text: string): string {
  return (text.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join('');
}
