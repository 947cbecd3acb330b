/** Ids by name in a text that is no JSON: a torn frame, a query string, `idTag=04A2B3C4`. */

import type { Span } from './json-text.ts';
import { namingOf } from './pseudonym-names.ts';

/** Name, quotes of any escaping, colon or equals sign, value in quotes or up to what ends one. */
const PAIR =
  /([a-z][a-z0-9_.-]{1,40})\\*["']?\s{0,9}[:=]\s{0,9}(?:\\*"([^"\\]{1,255})|\\*'([^'\\]{1,255})|([^"'\\,;&}\]\s]{1,255}))/gi;
const LITERAL = /^(?:true|false|null)$/;

/** `sure`: the text is a message in pieces; otherwise a value of four characters, one of them a digit, is asked for. */
export function looseNamed(text: string, sure: boolean): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(PAIR)) {
    const [whole, name = '', double, single, bare] = match;
    if (namingOf(name) !== 'id') continue;
    const value = (double ?? single ?? bare ?? '').trim();
    if (LITERAL.test(value) || !(sure || (value.length >= 4 && /\d/.test(value)))) continue;
    const start = match.index + whole.lastIndexOf(value);
    spans.push({ start, end: start + value.length });
  }
  return spans;
}
