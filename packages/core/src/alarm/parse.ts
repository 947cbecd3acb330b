/**
 * The grammar of alarms: searches, and what ties them together. `A`, `A THEN B WITHIN 30s`, `A THEN NO B WITHIN 60s`,
 * each of the two with `WHERE B.connector = A.connector`, and `SILENT 15min`, where `WHERE` names stations.
 */

import type { QueryNode } from '../query/ast.ts';
import { neighbourCodes } from '../query/neighbour-findings.ts';
import { QUERY_LENGTH_MAX, type QueryError, type QueryHint, readSearch } from '../query/parse.ts';
import { unknownField } from '../query/query-fault.ts';
import { queryFieldNamed } from '../query/query-fields.ts';
import { QueryFault, Scan } from '../query/scan.ts';
import type { AlarmRule, ComparedField, Comparison } from './rule.ts';

const KEYWORDS = ['THEN', 'WITHIN', 'WHERE', 'SILENT'];
const COMPARISONS_MAX = 8;

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** ms */
export const WITHIN_MAX = DAY;
export const SILENT_MIN = 60 * SECOND;
export const SILENT_MAX = 30 * DAY;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, min: 60_000, h: 3_600_000, d: DAY };
const DURATION = /(\d+(?:\.\d+)?)([A-Za-z]*)(?![^\s()"])/y;
const SIDE = /([AB])\.([A-Za-z_][A-Za-z0-9_]*)/y;
const SIGN = /!=|=/y;

export type ParsedAlarm =
  | { readonly kind: 'rule'; readonly rule: AlarmRule; readonly hints: readonly QueryHint[] }
  | { readonly kind: 'fault'; readonly error: QueryError };

export function parseAlarm(text: string): ParsedAlarm {
  if (text.length > QUERY_LENGTH_MAX) {
    const message = `an alarm holds at most ${QUERY_LENGTH_MAX} characters, not ${text.length}`;
    return { kind: 'fault', error: { column: QUERY_LENGTH_MAX + 1, message } };
  }
  try {
    const scan = new Scan(text);
    const read = scan.keyword('SILENT') ? readSilent(scan) : readFound(scan);
    if (scan.atEnd()) return { kind: 'rule', ...read };
    throw new QueryFault(scan.at, 'nothing may stand here: an alarm ends before it');
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return { kind: 'fault', error: { column: error.at + 1, message: error.message } };
  }
}

type Read = Omit<ParsedAlarm & { readonly kind: 'rule' }, 'kind'>;

function readSilent(scan: Scan): Read {
  const after = readDuration(scan, 'SILENT', { least: SILENT_MIN, most: SILENT_MAX });
  inUpperCase(scan);
  if (!scan.keyword('WHERE')) return { rule: { kind: 'silent', after, stations: null }, hints: [] };
  const at = scan.at;
  const { part, hints } = searched(scan);
  if (!isOfStations(part)) {
    throw new QueryFault(
      at,
      'of silent stations nothing is known but station and site, such as -station:TEST*',
    );
  }
  return { rule: { kind: 'silent', after, stations: part }, hints };
}

function readFound(scan: Scan): Read {
  const a = searched(scan);
  if (!scan.keyword('THEN')) return { rule: { kind: 'found', a: a.part }, hints: a.hints };
  inUpperCase(scan, ['NO']);
  const absent = scan.keyword('NO');
  const b = searched(scan);
  if (!scan.keyword('WITHIN')) throw new QueryFault(scan.at, 'WITHIN must follow, such as WITHIN 30s');
  const within = readDuration(scan, 'WITHIN', { least: 1, most: WITHIN_MAX });
  inUpperCase(scan);
  const where = scan.keyword('WHERE') ? comparisons(scan) : [];
  return {
    rule: { kind: 'followed', a: a.part, b: b.part, absent, within, where },
    hints: [...a.hints, ...b.hints],
  };
}

function searched(scan: Scan): { readonly part: QueryNode; readonly hints: readonly QueryHint[] } {
  const at = scan.at;
  const { root, hints } = readSearch(scan, KEYWORDS);
  if (root === null) throw new QueryFault(at, 'something to look for must follow');
  const [code] = neighbourCodes(root);
  if (code !== undefined) {
    throw new QueryFault(
      at,
      `${code} is told by the entries around, later ones too; an alarm takes each as it comes`,
    );
  }
  return { part: root, hints };
}

function inUpperCase(scan: Scan, keywords: readonly string[] = KEYWORDS): void {
  const meant = scan.inLowerCase(keywords);
  if (meant !== null) throw new QueryFault(scan.at, `write ${meant}, in upper case`);
}

function readDuration(
  scan: Scan,
  keyword: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const at = scan.at;
  const [, digits, unit = ''] = scan.match(DURATION) ?? [];
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (digits === undefined || factor === undefined) {
    throw new QueryFault(
      at,
      `${keyword} needs a time with one of ${Object.keys(UNITS).join(', ')}, such as 30s`,
    );
  }
  const ms = Number(digits) * factor;
  if (ms >= least && ms <= most) return ms;
  throw new QueryFault(at, `${keyword} takes ${spanText(least)} to ${spanText(most)}`);
}

function spanText(ms: number): string {
  const [unit = 'ms', factor = 1] = Object.entries(UNITS).findLast(([, each]) => ms % each === 0) ?? [];
  return `${ms / factor}${unit}`;
}

function comparisons(scan: Scan): readonly Comparison[] {
  const found: Comparison[] = [];
  do {
    if (found.length === COMPARISONS_MAX) {
      throw new QueryFault(scan.at, `WHERE compares at most ${COMPARISONS_MAX} times`);
    }
    const at = scan.at;
    const left = side(scan);
    const sign = scan.match(SIGN)?.[0];
    if (sign === undefined) throw new QueryFault(scan.at, '= or != must follow');
    const right = side(scan);
    if (left.of === right.of) {
      throw new QueryFault(at, `both sides are of ${left.of}: compare A with B, such as ${EXAMPLE}`);
    }
    found.push({ left, right, equal: sign === '=' });
  } while (scan.keyword('AND'));
  return found;
}

const EXAMPLE = 'B.connector = A.connector';

function side(scan: Scan): ComparedField {
  const at = scan.at;
  const found = scan.match(SIDE);
  if (found === null) throw new QueryFault(at, `a field of A or B must follow, such as ${EXAMPLE}`);
  const [, of, name = ''] = found;
  const field = queryFieldNamed(name);
  if (field === null) throw unknownField(at + 2, name);
  return { of: of === 'A' ? 'A' : 'B', field };
}

function isOfStations(node: QueryNode): boolean {
  if (node.kind === 'words' || node.kind === 'entries') return false;
  if (node.kind === 'field') return node.field === 'station' || node.field === 'site';
  return node.kind === 'not' ? isOfStations(node.part) : node.parts.every(isOfStations);
}
