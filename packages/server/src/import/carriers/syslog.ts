/** Prefixes of syslog and of the journal of systemd. */

import { type Carrier, FRAME_NEXT, ISO, prefixed, recordIn, whole } from './carrier.ts';

/** rsyslog writes control characters as `#` and three octal digits; these are colours. */
const ESCAPED_COLOURS = /#033\[[0-9;]*m/g;

function withoutEscaped(text: string): string {
  return text.includes('#033[') ? text.replace(ESCAPED_COLOURS, '') : text;
}

/** RFC 5424 6, with or without its priority; structured data is passed over. */
export const syslog5424 = prefixed(
  'syslog (RFC 5424)',
  new RegExp(
    String.raw`^(?:<\d{1,3}>)?1 (?:(${ISO})|-) \S+ \S+ \S+ \S+ (?:-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*"|\\.)*\])+)(?: \ufeff?|$)`,
  ),
  withoutEscaped,
);

/** RFC 3164 4.1, as files and the journal's `short` and `short-precise` hold it; some write facility.level before the tag. */
export const syslog3164 = prefixed(
  'syslog (RFC 3164) or the journal (short)',
  /^(?:<\d{1,3}>)?((?:Jan|Feb|M[aä]r|Mrz|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz]) [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?) \S+ (?:[a-z0-9]+\.[a-z]+ )?[^\s:[\]]+(?:\[\d+\])?:(?: |$)/,
  withoutEscaped,
);

/** Zones other than UTC stand there as names that are not unique. */
export const journalFull = prefixed(
  'the journal (short-full)',
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: UTC)?)(?: (?:[A-Z]{2,5}|[+-]\d\d))? \S+ [^\s:[\]]+(?:\[\d+\])?:(?: |$)/,
  withoutEscaped,
);

/** Seconds since the machine began: no time. */
export const journalMonotonic = prefixed(
  'the journal (short-monotonic)',
  /^\[ *\d{1,10}\.\d{6}\] \S+ [^\s:[\]]+(?:\[\d+\])?:(?: |$)/,
  withoutEscaped,
);

const LEVEL = String.raw`(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b`;
const WAY = String.raw`\s*(?:send|sent|recv|receive|received|>>|<<|->|<-)(?:\s|:)`;

/** Without a process number the words after the time may be of the program itself. */
export const isoSyslog = prefixed(
  'syslog or the journal (short-iso)',
  new RegExp(
    String.raw`^(${ISO}) (?!${LEVEL})\S+ [^\s:[\]]+(?:\[\d+\]:|:(?!${WAY}|${FRAME_NEXT}))(?: |$)`,
    'i',
  ),
  withoutEscaped,
);

const MICROSECONDS = /^\d{1,16}$/;

/** `journalctl -o json`: MESSAGE is an array of bytes where it is not printable. */
export const journalJson: Carrier = {
  name: 'the journal (json)',
  take(text) {
    if (!text.includes('"__REALTIME_TIMESTAMP"')) return null;
    const record = recordIn(text);
    const micros = String(record?.__REALTIME_TIMESTAMP);
    if (record === null || !MICROSECONDS.test(micros)) return null;
    const message = messageText(record.MESSAGE);
    return message === null ? null : whole(message, isoOf(micros));
  },
};

function messageText(message: unknown): string | null {
  if (typeof message === 'string') return message;
  // A message of null was too long for the output.
  if (message === null || message === undefined) return '';
  const bytes = Array.isArray(message) && message.every((byte) => Number.isInteger(byte)) ? message : null;
  return bytes === null ? null : Buffer.from(bytes).toString();
}

function isoOf(micros: string): string | null {
  const ms = Math.floor(Number(micros) / 1000);
  if (ms > 8_640_000_000_000_000) return null;
  return new Date(ms).toISOString().replace('Z', `${micros.slice(-3).padStart(3, '0')}Z`);
}
