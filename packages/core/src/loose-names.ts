/** Ids by name in a text that is no JSON: a torn frame, a query string, `idTag=04A2B3C4`, XML, `uid 04A2B3C4`. */

import type { Span } from './json-text.ts';
import { namingOf } from './pseudonym-names.ts';

/** Name, quotes of any escaping, colon or equals sign, value in quotes or up to what ends one. */
const PAIR =
  /(?<name>[a-z][a-z0-9_.-]{1,40})\\*["']?\s{0,9}[:=]\s{0,9}(?:\\*"(?<double>[^"\\]{1,255})|\\*'(?<single>[^'\\]{1,255})|(?<bare>[^"'\\,;&}\]\s]{1,255}))/dgi;
/** An element of XML that holds nothing but a text. */
const ELEMENT =
  /<(?:[a-z][a-z0-9_.-]{0,40}:)?(?<name>[a-z][a-z0-9_.-]{1,40})(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[)?(?<value>[^<>]{1,255}?)(?:\]\]>)?<\\*\//dgi;
/** ITU-T E.118, E.212, E.164 and 3GPP TS 23.003: numbers of SIM card, subscriber and modem. */
const SIM_NUMBER = /(?<![a-z0-9])(?:iccid|imsi|imei|msisdn)[\s#(+]{1,4}(?<value>\d{10,22})(?![a-z0-9])/dgi;
/** ISO/IEC 14443-3: a UID has 4, 7 or 10 bytes. */
const CARD_BYTES =
  /(?<![a-z0-9])(?:id[ _-]?)?(?:tag|card|rfid|uid)s?(?:[ _-]?(?:id|uid|no|number))?[\s:=#(]{1,4}(?:0x)?(?<value>[0-9a-f]{8}(?:[0-9a-f]{6}){0,2}|[0-9a-f]{2}(?<between>[:-])(?:[0-9a-f]{2}\k<between>){2}(?:(?:[0-9a-f]{2}\k<between>){3}){0,2}[0-9a-f]{2})(?![a-z0-9])/dgi;
const DATE = /^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?$/;
const LITERAL = /^(?:true|false|null|)$/;
const HEXADECIMAL = /^0x(?=[0-9a-f]{8,20}$)/i;

/** `sure`: the text is a message in pieces; otherwise a value of four characters, one of them a digit, is asked for. */
export function looseNamed(
  text: string,
  sure: boolean,
  takes: ((name: string) => boolean) | null = null,
): Span[] {
  const isId = (name: string) => namingOf(name) === 'id' && (takes === null || takes(name));
  const spans: Span[] = [];
  for (const { groups, indices } of text.matchAll(PAIR)) {
    const { name = '', double, single, bare } = groups ?? {};
    if (!isId(name)) continue;
    const group = double !== undefined ? 'double' : single !== undefined ? 'single' : 'bare';
    const value = double ?? single ?? bare ?? '';
    if (sure || (value.trim().length >= 4 && /\d/.test(value))) add(spans, value, indices?.groups?.[group]);
  }
  for (const { groups, indices } of text.includes('<') ? text.matchAll(ELEMENT) : []) {
    const { name = '', value = '' } = groups ?? {};
    if (isId(name)) add(spans, value, indices?.groups?.value);
  }
  for (const pattern of takes === null ? [SIM_NUMBER, CARD_BYTES] : [CARD_BYTES]) {
    for (const { groups, indices } of text.matchAll(pattern)) {
      const { value = '' } = groups ?? {};
      if (!DATE.test(value)) add(spans, value, indices?.groups?.value);
    }
  }
  return spans;
}

/** Without the blanks around it, and without what says that it is hexadecimal. */
function add(spans: Span[], text: string, at: readonly [number, number] | undefined): void {
  const value = text.trim();
  if (at === undefined || LITERAL.test(value)) return;
  const start = at[0] + text.length - text.trimStart().length;
  const prefix = HEXADECIMAL.exec(value)?.[0].length ?? 0;
  spans.push({ start: start + prefix, end: start + value.length });
}
