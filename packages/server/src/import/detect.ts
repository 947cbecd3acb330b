/** Which format a source has, and why. */

import type { Detection, ImportFormat, Sample } from './format.ts';
import { FORMATS } from './formats.ts';
import { RECORDS_BEGIN } from './sample.ts';

/** Less than this share of fitting lines is chance. */
const LEAST = 0.2;
/** From here on a second format is worth a word. */
const RIVAL = 0.5;
const SHOWN_MAX = 60;
/** Of a program's log this share of lines is its own. */
const KIN = 0.5;
/** What home-made logs are read as. */
const CATCH_ALL = 'timed-frames';
/** Nothing is told by it beside the frames. */
const BARE = 'plain-frames';
/** What is read where no other format fits. */
const LAST_RESORTS: readonly string[] = ['json-frames', 'text-frames'];
/** How the reason begins where no format fits. */
export const UNKNOWN = 'no known format';
export const SOAP_ALONE = 'OCPP over SOAP is not read; only OCPP-J is';
export const BINARY = 'it is binary, and no text';
export const NOTHING_IN_IT = 'there is nothing in it';

export interface Detected extends Detection {
  readonly format: ImportFormat;
}

/** The format that fits best; a line that says what was seen where none does. */
export function detect(sample: Sample): Detected | string {
  const refused = refusal(sample);
  if (refused !== null) return refused;
  if (sample.lines.length === 0) return NOTHING_IN_IT;
  const [first, second] = ranked(sample);
  const best = first?.format.name === BARE ? (fuller(sample, first) ?? first) : first;
  if (best !== undefined && best.confidence >= LEAST) {
    const rival =
      second !== undefined && second.confidence >= RIVAL ? `; ${second.format.name} would fit too` : '';
    return { ...best, evidence: `${best.evidence}${wrappings(sample)}${rival}` };
  }
  if (isBinary(sample)) return BINARY;
  if (SOAP.test(sample.text)) return SOAP_ALONE;
  return unknownFormat(sample);
}

/** The format that fits best, however badly; what looks like it from afar where nothing of any is seen. */
export function closest(sample: Sample): Detected | null {
  const [best] = ranked(sample);
  if (best !== undefined) return best;
  const name = fromAfar(sample);
  const format = FORMATS.find((each) => each.name === name);
  return format === undefined ? null : { format, ...format.detect(sample) };
}

/** The program whose other lines the sample is made of, though none of its frames is in it. */
export function kinOf(sample: Sample): Detected | null {
  return ranked(sample).find(({ kin = 0 }) => kin >= KIN) ?? null;
}

/** By how the lines begin: records, a table, or text. */
function fromAfar({ lines }: Sample): string {
  const [first = '', second = ''] = lines;
  if (RECORDS_BEGIN.test(first)) return 'open-ocpp-trace';
  const columns = (line: string) => line.split(/[,;\t]/).length;
  return columns(first) > 2 && columns(first) === columns(second) ? 'csv-frames' : CATCH_ALL;
}

function ranked(sample: Sample): readonly Detected[] {
  return (
    FORMATS.map((format) => ({ format, ...format.detect(sample) }))
      .filter(({ confidence }) => confidence > 0)
      .sort((a, b) => Number(isLast(a)) - Number(isLast(b)) || b.confidence - a.confidence)
      // Nothing is told by what comes last where something else fits.
      .filter((one, at, all) => !isLast(one) || all.slice(0, at).every((known) => known.confidence < LEAST))
      .sort((a, b) => Number(fits(b)) - Number(fits(a)))
  );
}

/** Text that holds frames beside those that stand alone. */
function fuller(sample: Sample, { frames }: Detected): Detected | null {
  if (frames === undefined) return null;
  const format = FORMATS.find(({ name }) => name === 'text-frames');
  const found = format?.detect(sample);
  return format === undefined || found === undefined || (found.frames ?? 0) <= frames
    ? null
    : { format, ...found };
}

const isLast = ({ format }: Detected) => LAST_RESORTS.includes(format.name);
const fits = ({ confidence }: Detected) => confidence >= LEAST;

/** What was taken off before the lines were looked at. */
function wrappings({ encoding, carriers }: Sample): string {
  const behind = carriers.length === 0 ? '' : `, behind the prefix of ${carriers.join(' and ')}`;
  return `${behind}${encoding === 'UTF-8' ? '' : `, in ${encoding}`}`;
}

function unknownFormat({ lines }: Sample): string {
  return `${UNKNOWN}; its first line is: ${shown(lines[0] ?? '')}`;
}

function shown(line: string): string {
  return printable(line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX)}...` : line);
}

/** What would have been known, a line each. */
export function expectedLines(): readonly string[] {
  const lines = FORMATS.map(({ name, example }) => `  --format ${name}: ${example}`);
  return ['lines that are read (more in docs/import.md):', ...lines];
}

/** A log must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** Of packets: pcap in both byte orders and both precisions, pcapng. */
const CAPTURES = ['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a'];

/** First bytes of what else is given to an import, and what it is. */
const OTHERS: Readonly<Record<string, string>> = {
  '504b0304': 'a workbook (.xlsx) or another ZIP archive is not read; export it as CSV, or unpack it',
  '50415231': 'a Parquet file is not read; export it as CSV or NDJSON',
  '53514c69': 'a database of SQLite is not read',
};

/** What no text holds; less than this share of it is dirt. */
const CONTROL = /[\u0000-\u0006\u000e-\u001a\u001c-\u001f]/g;
const BINARY_SHARE = 0.05;

function isBinary({ text }: Sample): boolean {
  return (text.match(CONTROL)?.length ?? 0) > text.length * BINARY_SHARE;
}

const SOAP = /<([A-Za-z0-9]+:)?Envelope[\s>]/;

function refusal({ magic }: Sample): string | null {
  const first = Buffer.from(magic).toString('hex');
  if (!CAPTURES.includes(first)) return OTHERS[first] ?? null;
  return 'a packet capture (pcap) is not read; export its WebSocket messages as text';
}
