/** Signed values as a file that transparency software opens: `<values>` of signed texts, each with its public key. */

import { encodingOf, fromHex, type SignedEncoding } from './encoding.ts';
import type { SignedValue } from './signed-values.ts';

/** OCPP 2.0.1 PublicKey: `oca:base16:asn1:` and the key in hex, all of it as Base64 beside a value. */
const OCA_KEY = /^oca:(base16|base64):asn1:(.+)$/;

/** XML 1.0 2.2: characters that no document may hold, however they are written. */
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u;

export function signedXml(values: readonly SignedValue[]): string {
  const numbers = new Map<string, number>();
  const items = values.map((value) => {
    const of = `${value.charger}\n${value.transaction}`;
    const number = numbers.get(of) ?? numbers.size + 1;
    numbers.set(of, number);
    const context = value.context === null ? '' : ` context="${escaped(value.context)}"`;
    return `  <value transactionId="${number}"${context}>\n${signedData(value)}${publicKey(value)}  </value>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<values>\n${items.join('')}</values>\n`;
}

function signedData({ text, encoding, format }: SignedValue): string {
  const form = format === null ? '' : ` format="${escaped(format)}"`;
  const [shown, as] = NOT_XML.test(text) ? [base64(text), 'base64' as const] : [text, encoding];
  return `    <signedData${form} encoding="${as}">${escaped(shown)}</signedData>\n`;
}

function publicKey({ publicKey: key }: SignedValue): string {
  if (key === null) return '';
  const { text, encoding } = plainKey(key.text);
  return `    <publicKey encoding="${encoding}">${escaped(text)}</publicKey>\n`;
}

/** Without the envelope of OCPP, which such software does not know. */
function plainKey(text: string): { readonly text: string; readonly encoding: SignedEncoding } {
  const encoding = encodingOf(text);
  const inner = encoding === 'base64' ? atob(text) : encoding === 'hex' ? fromHex(text) : text;
  const [, base, key] = OCA_KEY.exec(inner) ?? [];
  if (key === undefined) return { text, encoding };
  return { text: key, encoding: base === 'base16' ? 'hex' : 'base64' };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replace(NOT_XML, '\ufffd');
}
