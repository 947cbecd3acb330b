/** Times of ingest lines: ISO 8601 with a zone. */

const EARLIEST = Date.UTC(1990, 0);
/** Entry ids hold 42 bits of milliseconds. */
const LATEST = Date.UTC(2100, 0);

const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)$/;
/** As most sources write it; then the rest of the text is read by position. */
const PLAIN = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z$/;

/** The day read last: lines of a request lie close together. */
let day = '';
let dayStart = 0;

/** Microseconds since 1970, or what is wrong with it. */
export function readTime(text: string): number | string {
  if (!PLAIN.test(text) || !isDay(text.slice(0, 10))) return readAnyTime(text);
  const seconds = (digits(text, 11) * 60 + digits(text, 14)) * 60 + digits(text, 17);
  let micros = 0;
  for (let at = 20; at < 26; at++) {
    micros = micros * 10 + (at < text.length - 1 ? text.charCodeAt(at) - 0x30 : 0);
  }
  const ms = dayStart + seconds * 1000;
  return ms < EARLIEST || ms >= LATEST ? readAnyTime(text) : ms * 1000 + micros;
}

/** Two of them. */
function digits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 0x30 * 11;
}

/** Whether it is on the calendar; its beginning is remembered. */
function isDay(date: string): boolean {
  if (date === day) return true;
  const start = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date)) return false;
  day = date;
  dayStart = start.getTime();
  return true;
}

function readAnyTime(text: string): number | string {
  const match = TIME.exec(text);
  if (match === null)
    return `${JSON.stringify(text.slice(0, 40))} is no ISO 8601 time with zone, such as 2026-01-05T14:58:38.250Z`;
  const [, date = '', clock = '', fraction = '', zone = ''] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${offset}`);
  // A 30th of February would silently become the 2nd of March.
  if (Number.isNaN(ms) || !isDay(date))
    return `${JSON.stringify(text.slice(0, 40))} is no time of the calendar`;
  if (ms < EARLIEST || ms >= LATEST) return `${text} is not between 1990 and 2100`;
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
