/** What no other format knows: a frame somewhere in a line of text, with whatever is sure of what stands before it. */

import { betweenOf, isName } from './between.ts';
import { begunFrame, headOf, lineFormat } from './line-format.ts';
import { nameOf } from './names.ts';
import { CLOCK, STAMP } from './timestamp.ts';

/** A call with its action, an answer, an error; of a frame that goes on in the next line its first two elements. */
export const FRAME_IN_TEXT =
  /\[\s*(?:[26]\s*,\s*(?:"[^"\\]{1,100}"|-?\d{1,20})\s*,\s*(?:"[A-Za-z0-9]{2,50}"\s*,\s*\{|$)|[345]\s*,\s*(?:"[^"\\]{1,100}"|-?\d{1,20})\s*(?:,\s*["{]|,?\s*$))/;
const TIME = new RegExp(STAMP);
const CLOCK_FIRST = new RegExp(String.raw`^\s*[[(]?(${CLOCK})(?=[\s\],;|)])`);
/** Day first. */
const DOTTED = /\b(\d\d)\.(\d\d)\.(\d{4}),?[ T](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)/;
/** Month first, as capital AM and PM tell: what other slashes mean nobody knows. */
const AMERICAN = /\b(\d{1,2})\/(\d{1,2})\/(\d{4}),?\s(\d{1,2}):(\d\d:\d\d)\s(AM|PM)\b/;
/** As Java's and JavaScript's medium style has it. */
const WORDED = /\b([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d:\d\d)\s(AM|PM)\b/;
/** Month first and no year, as Android and RT-Thread write it. */
const YEARLESS =
  /^\s*[[(]?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?=[\s\],;|)])/;
/** Of the Common Log Format. */
const COMMON = /\b(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)( [+-]\d{4})?/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** Seconds or milliseconds since 1970. */
const COUNTED = /^\s*[[(]?(1\d{9})(?:[.,]?(\d{3})\d{0,6})?[\])]?[\s,;|:]/;
const two = (value: number | string) => String(value).padStart(2, '0');
/** `received JSON message from CP_1: [2,...`; a word more, as in `to the CSMS`, and it is no name. */
const NAMED = /\b(?:to|from|for|recv|received|send|sent)\s+([A-Za-z0-9][\w.:/@*-]{0,60}?)\s*:\s*$/i;
/** What is said of the way stands right before the frame, what is said of the program further off. */
const NEAR = 100;

export const textFrames = lineFormat({
  name: 'text-frames',
  title: 'any lines of text with a frame in them',
  example: 'debug 3/4/2026, 6:00:01 PM | >> sent: [2,"17","Heartbeat",{}]',
  what: 'text with a frame in it',
  strength: 0.5,
  marked: false,
  strange: 'no frame',

  begin(line, text, readTime) {
    const found = FRAME_IN_TEXT.exec(headOf(text));
    if (found === null) return null;
    const before = text.slice(0, found.index);
    const near = before.slice(-NEAR);
    const { way = null, direction = null } = betweenOf(near);
    const named = NAMED.exec(near)?.[1] ?? '';
    const charger = isName(named) ? nameOf(named) : null;
    return begunFrame(line, found.index, stampIn(before), readTime, { charger, way, direction });
  },
});

function stampIn(before: string): string | null {
  const iso = TIME.exec(before)?.[0];
  if (iso !== undefined) return iso;
  const dotted = DOTTED.exec(before);
  if (dotted !== null) {
    const [, day, month, year, clock] = dotted;
    return `${year}-${month}-${day} ${clock}`;
  }
  const told = americanIn(before) ?? commonIn(before) ?? countedIn(before) ?? yearlessIn(before);
  return told ?? CLOCK_FIRST.exec(before)?.[1] ?? null;
}

function americanIn(before: string): string | null {
  const [, named = '', ...worded] = WORDED.exec(before) ?? [];
  const index = MONTHS.indexOf(named);
  const told = worded.length > 0 && index >= 0 ? [String(index / 3 + 1), ...worded] : null;
  const [month = '', day = '', year, hour, rest, half] = told ?? AMERICAN.exec(before)?.slice(1) ?? [];
  if (year === undefined) return null;
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  return `${year}-${two(month)}-${two(day)} ${two(hours)}:${rest}`;
}

function commonIn(before: string): string | null {
  const [, day, name = '', year, clock, zone = ''] = COMMON.exec(before) ?? [];
  const month = MONTHS.indexOf(name);
  return year === undefined || month < 0 ? null : `${year}-${two(month / 3 + 1)}-${day} ${clock}${zone}`;
}

/** As syslog has it, which is read with the year that is given. */
function yearlessIn(before: string): string | null {
  const [, month = '', day, clock] = YEARLESS.exec(before) ?? [];
  const name = MONTHS.slice(3 * Number(month) - 3, 3 * Number(month));
  return name === '' ? null : `${name} ${day} ${clock}`;
}

function countedIn(before: string): string | null {
  const [, seconds, ms = '000'] = COUNTED.exec(before) ?? [];
  return seconds === undefined ? null : new Date(Number(seconds) * 1000 + Number(ms)).toISOString();
}
