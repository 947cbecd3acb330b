/**
 * Finds and replaces identifying values in one text: of a frame, of a JSON value in a string, or plain. Outside the
 * replaced values every character stays, escapes too.
 */

import { isIccid } from './identifying-words.ts';
import type { Span } from './json-text.ts';
import type { KnownValues } from './known-values.ts';
import { looseNamed } from './loose-names.ts';
import { type NamedScalar, namedScalars, type Root } from './named-scalars.ts';
import { readOcmf } from './ocmf.ts';
import { TEXT_LENGTHS } from './protocol-words.ts';
import { mayName } from './pseudonym-names.ts';
import type { Replacements } from './replacements.ts';
import { MASK } from './secret-spans.ts';
import { fitted, type Splice, withoutOverlap } from './splice.ts';
import { unescaped } from './unescaped.ts';

/** JSON in a string in JSON in a string: deeper ones are taken as plain text. */
const DEPTH_MAX = 4;
/** What no int32 and no time in milliseconds reaches: a number of so many digits is no count. */
const NUMBER_DIGITS = 14;

/** OCPP-J: message id and description of an error are elements of the frame itself. */
const LENGTHS: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({ ...TEXT_LENGTHS, '[1]': [36], '[3]': [255] }),
);

/** Remembers what a text names. `root`: `frame` for the text of a frame. */
export function collectFrom(text: string, root: Root, values: KnownValues, depth = 0): void {
  if (!mayName(text) && !text.includes('\\')) return;
  const span = jsonSpan(text);
  if (span === null) {
    for (const { start, end } of looseNamed(text, root === 'frame', takenBy(values)))
      values.add(text.slice(start, end));
    return;
  }
  for (const scalar of namedScalars(text, span, root)) collectScalar(text, scalar, values, depth);
}

function collectScalar(text: string, scalar: NamedScalar, values: KnownValues, depth: number): void {
  const { start, end, reading, named } = scalar;
  if (reading !== 'words' && !values.takes(named)) return;
  if (text.charCodeAt(start) !== 0x22) {
    if (reading === 'id' || reading === 'ids') values.add(text.slice(start, end));
    return;
  }
  const inside = text.slice(start + 1, end - 1);
  if (inside === '' || inside === MASK) return;
  const plain = unescaped(inside).text;
  if (reading === 'id') values.add(plain);
  else if (reading === 'ids')
    for (const part of partsOf(plain)) values.add(plain.slice(part.start, part.end));
  else if (reading === 'opaque') {
    const ocmf = readOcmf(plain);
    if (ocmf !== null) collectFrom(ocmf.json, 'ocmf', values, depth + 1);
  } else if (depth < DEPTH_MAX) collectFrom(plain, 'value', values, depth + 1);
}

/** What is to be replaced in a text, in its order. */
export function splicesOf(text: string, root: Root, values: Replacements, depth = 0): readonly Splice[] {
  const span = depth > DEPTH_MAX ? null : jsonSpan(text);
  if (span === null) return looseSplices(text, root === 'frame', values);
  return namedScalars(text, span, root).flatMap((scalar) => scalarSplices(text, scalar, values, depth));
}

/** Of a text by itself that is no JSON of a frame: an id, a reason. `member` is the name of what bounds its length. */
export function plainSplices(text: string, member: string, values: Replacements): readonly Splice[] {
  return within(splicesOf(text, 'value', values, 1), text.length, member, values);
}

function within(
  splices: readonly Splice[],
  length: number,
  member: string,
  values: Replacements,
): readonly Splice[] {
  return values.fits ? fitted(splices, length, LENGTHS.get(member)) : splices;
}

function scalarSplices(
  text: string,
  scalar: NamedScalar,
  values: Replacements,
  depth: number,
): readonly Splice[] {
  const { start, end, member } = scalar;
  const reading = readingFor(scalar, values);
  if (reading === null || reading === 'fixed') return [];
  if (text.charCodeAt(start) !== 0x22) {
    const number = text.slice(start, end);
    const id = reading === 'id' || reading === 'ids';
    const known =
      number.length >= NUMBER_DIGITS && (values.has(number) || (values.byForm && isIccid(number)));
    const pseudonym = id || known ? values.pseudonym(number) : null;
    return pseudonym === null ? [] : [{ start, end, text: `"${pseudonym}"` }];
  }
  const inside = text.slice(start + 1, end - 1);
  if (inside === '' || inside === MASK) return [];
  const plain = unescaped(inside);
  const splices = textSplices(plain.text, reading, values, depth);
  return within(splices, plain.text.length, member, values).map((splice) => ({
    start: start + 1 + plain.position(splice.start),
    end: start + 1 + plain.position(splice.end),
    text: splice.text.includes('"') ? JSON.stringify(splice.text).slice(1, -1) : splice.text,
  }));
}

/** null: what stands there is none of the values that are replaced. */
function readingFor({ reading, named }: NamedScalar, values: Replacements): NamedScalar['reading'] | null {
  if (reading === 'words' || reading === 'fixed' || values.takes(named)) return reading;
  if (!values.everywhere) return null;
  return reading === 'opaque' ? reading : 'words';
}

function textSplices(
  plain: string,
  reading: NamedScalar['reading'],
  values: Replacements,
  depth: number,
): readonly Splice[] {
  if (reading === 'words') return splicesOf(plain, 'value', values, depth + 1);
  const ocmf = reading === 'opaque' ? readOcmf(plain) : null;
  if (ocmf !== null) {
    return splicesOf(ocmf.json, 'ocmf', values, depth + 1).map(({ start, end, text }) => ({
      start: start + ocmf.start,
      end: end + ocmf.start,
      text,
    }));
  }
  const spans = reading === 'ids' ? partsOf(plain) : [trimmed(plain, 0, plain.length)];
  const named = spans.flatMap(({ start, end }) => {
    const value = plain.slice(start, end);
    if (end === start || value === MASK) return [];
    const pseudonym =
      values.pseudonym(value) ?? (reading === 'opaque' ? hiddenIn(value, values, depth) : null);
    return pseudonym === null ? [] : [{ start, end, text: pseudonym }];
  });
  // A name may promise an id and hold a sentence, or JSON.
  return named.length > 0 || !values.everywhere ? named : splicesOf(plain, 'value', values, depth + 1);
}

const BASE64 = /^[A-Za-z0-9+/_-]{8,}={0,2}$/;

/** What stands in place of a value within a text in Base64; null where it holds none. */
function hiddenIn(value: string, values: Replacements, depth: number): string | null {
  if (!BASE64.test(value) || depth > DEPTH_MAX) return null;
  let plain: string;
  try {
    plain = atob(value.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    // Of the same letters, and no Base64.
    return null;
  }
  return textSplices(plain, 'opaque', values, depth + 1)[0]?.text ?? values.find(plain)[0]?.pseudonym ?? null;
}

/** Words of a text without structure, as it is and as it reads where it holds escapes, in strings within strings too. */
function looseSplices(text: string, sure: boolean, values: Replacements): readonly Splice[] {
  const found: Splice[] = [];
  let plain = text;
  let position = (index: number) => index;
  for (let depth = 0; depth <= DEPTH_MAX; depth++) {
    for (const { start, end, pseudonym } of values.find(plain)) {
      found.push({ start: position(start), end: position(end), text: pseudonym });
    }
    if (!plain.includes('\\')) break;
    const [outer, inner] = [position, unescaped(plain)];
    plain = inner.text;
    position = (index) => outer(inner.position(index));
  }
  for (const { start, end } of mayName(text) ? looseNamed(text, sure, takenBy(values)) : []) {
    const value = text.slice(start, end);
    const pseudonym = value === MASK ? null : values.pseudonym(value);
    if (pseudonym !== null) found.push({ start, end, text: pseudonym });
  }
  return withoutOverlap(found);
}

/** null: all names. */
function takenBy(values: Replacements): ((name: string) => boolean) | null {
  return values.byForm ? null : (name) => values.takes(name);
}

/** A value of a configuration key may be a list; true and false are none. */
function partsOf(text: string): readonly Span[] {
  const parts: Span[] = [];
  for (const match of text.matchAll(/[^,;|]+/g)) {
    const part = trimmed(text, match.index, match.index + match[0].length);
    if (!/^(?:true|false|)$/i.test(text.slice(part.start, part.end))) parts.push(part);
  }
  return parts;
}

function trimmed(text: string, start: number, end: number): Span {
  const inner = text.slice(start, end);
  const from = start + inner.length - inner.trimStart().length;
  return { start: from, end: from + inner.trim().length };
}

/** The whole text where it is a JSON array, object or string. */
function jsonSpan(text: string): Span | null {
  if (!/^[ \t\r\n]*[[{"]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    // Any text may begin so; then its words are looked at.
    return null;
  }
  return { start: 0, end: text.length };
}
