/** Values that somebody may have forgotten. */

import type { Dice } from './dice.ts';

const REPEATED = 'x';

const EMPTY = ['', ' ', '\t', '\n', ',', ',,', '""'];
const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '1.5',
  '1e400',
  '-1e400',
  'NaN',
  'Infinity',
  '0x10',
  '1e2',
  '٣',
  '１',
  '1_000',
  '00',
  '+1',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551616',
  '9'.repeat(400),
  '1001',
  '999999999999',
];
const SQL = [
  "'",
  "''",
  "' OR '1'='1",
  "'; DROP TABLE entry; --",
  '" OR ""="',
  '%',
  '_',
  '%%%',
  '\\',
  "\\'",
  '/*',
  '--',
  ';',
  'NULL',
  "') UNION SELECT * FROM sqlite_master --",
  '*',
  '?1',
  ':a',
  '$1',
];
const PATHS = [
  '.',
  '..',
  '../',
  '../../../../etc/passwd',
  '..\\..\\x',
  '/etc/passwd',
  '//x',
  '/',
  '%2e%2e',
  '%2e%2e%2f',
  '%00',
  'a/b',
  'C:\\x',
  'file:///etc/passwd',
  '~',
  'con',
  'a\u0000.db',
  './x',
  '%252e',
  'index.db',
];
const UNICODE = [
  'é',
  'e\u0301',
  '\u0301',
  '\u202eabc',
  'שלום',
  '\u200b',
  '\ufeff',
  '😀',
  '👨‍👩‍👧',
  '\ud800',
  '\udc00x',
  '\uffff',
  '\u0000',
  'ﬃ',
  'İ',
  'ß',
  '\u2028',
  'a\u0000b',
  '\u0001',
  '\u007f',
  '\u0085',
  'Ａ',
  `Z${'\u0351'.repeat(200)}`,
];
const SCRIPTS = [
  '<script>',
  '{{7*7}}',
  '$' + '{x}',
  '`id`',
  '$(id)',
  '=1+1',
  '@SUM(1)',
  '\r\nSet-Cookie: a=b',
  '() { :; };',
];
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
];
const TIMES = [
  '2026-01-05',
  '2026-01-05T10:00:00Z',
  '2026-01-05T10:00:00',
  '2026-13-45',
  '2026-02-30',
  '0000-00-00',
  '-000001-01-01',
  '+275760-09-13T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-01-05T24:00:00Z',
  '2026-01-05T23:59:60Z',
  '1970-01-01T00:00:00Z',
  '0001-01-01',
  '2026-01-05T10:00:00+24:00',
  '2026-01-05T10:00:00 01:00',
  '1767607200000',
  'now',
  '-1h',
  '99999-01-01',
  '2026-W01',
  '275760-09-13',
  '1582-10-10',
  '2262-04-12',
];
/** As they stand in an address; no text at all. */
const ESCAPES = [
  '%',
  '%zz',
  '%c3',
  '%ff%fe',
  '%ed%a0%80',
  '%c0%ae',
  '%f8%88%80%80%80',
  '%00',
  '%0d%0a',
  '%u0041',
  '+',
  '%2B',
];

const FAMILIES = [EMPTY, NUMBERS, SQL, PATHS, UNICODE, SCRIPTS, NAMES, TIMES];
const LENGTHS = [100, 255, 256, 766, 4_000, 4_001, 9_000];

export function hostileText(dice: Dice): string {
  if (dice.chance(0.06)) return dice.one([REPEATED, 'é', '"', ',', '%']).repeat(dice.one(LENGTHS));
  const text = dice.one(dice.one(FAMILIES));
  if (dice.chance(0.1)) return text + dice.one(dice.one(FAMILIES));
  return text;
}

export function brokenEscape(dice: Dice): string {
  return dice.one(ESCAPES);
}

/** Of an address: everything but letters and digits as UTF-8 escapes; half a pair becomes what no decoder takes. */
export function escaped(text: string): string {
  return text.isWellFormed()
    ? encodeURIComponent(text)
    : `${encodeURIComponent(text.toWellFormed())}%ed%a0%80`;
}

const JSON_LITERALS = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '9007199254740993',
  `${'9'.repeat(400)}`,
  '""',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\uDC00\\uD800"',
];

/** JSON text. */
export function hostileJson(dice: Dice): string {
  if (dice.chance(0.5)) return dice.one(JSON_LITERALS);
  if (dice.chance(0.1)) {
    const depth = dice.one([50, 1_000, 20_000]);
    return dice.chance(0.5)
      ? '['.repeat(depth) + ']'.repeat(depth)
      : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  }
  if (dice.chance(0.1))
    return `[${Array.from({ length: dice.one([2, 1_001, 5_000]) }, () => '"x"').join(',')}]`;
  const text = hostileText(dice);
  return dice.chance(0.2) ? `[${JSON.stringify(text)}]` : JSON.stringify(text);
}

const WORDS = [
  'status:Faulted',
  '-station:CP0*',
  'latency:>5s',
  '"free text"',
  'action:Heartbeat',
  'kind:gap',
  'OR',
  'AND',
  'NOT',
  '(',
  ')',
  '-',
  ':',
  '"',
  '*',
  'idtag:',
  'station:*',
  'payload.a:1',
  'transaction:5',
  'latency:>',
  'latency:..',
  'soc:<50',
  'error:*',
  'finding:x',
  'time:2026',
  'connector:1,2',
  'x:y:z',
  '\\"',
  '/a/',
  'site:kept',
  'version:1.6',
  '>=',
  '!status:x',
  'station:(A OR B)',
];

/** From the words of the search grammar, and what is none of them. */
export function searchText(dice: Dice): string {
  const words = Array.from({ length: 1 + dice.below(6) }, () =>
    dice.chance(0.15) ? hostileText(dice) : dice.one(WORDS),
  );
  if (dice.chance(0.05)) return '('.repeat(dice.one([10, 500, 2_000])) + words.join(' ');
  return words.join(dice.chance(0.8) ? ' ' : '');
}
