/** Which format a source has, and why. */

import type { Detection, ImportFormat, Sample } from './format.ts';
import { FORMATS } from './formats.ts';

/** Less than this share of fitting lines is chance. */
const LEAST = 0.2;
const SHOWN_MAX = 60;
/** How the reason begins where no format fits. */
export const UNKNOWN = 'no known format';

export interface Detected extends Detection {
  readonly format: ImportFormat;
}

/** The format that fits best; a line that says what was seen where none does. */
export function detect(sample: Sample): Detected | string {
  const refused = refusedKind(sample);
  if (refused !== null) return refused;
  if (sample.lines.length === 0) return 'there is nothing in it';
  const best = closest(sample);
  return best !== null && best.confidence >= LEAST ? best : unknownFormat(sample.lines[0] ?? '');
}

/** The format that fits best, however badly; null where nothing of any is seen. */
export function closest(sample: Sample): Detected | null {
  const ranked = FORMATS.map((format) => ({ format, ...format.detect(sample) })).sort(
    (a, b) => b.confidence - a.confidence,
  );
  const [best] = ranked;
  return best !== undefined && best.confidence > 0 ? best : null;
}

function unknownFormat(line: string): string {
  const seen = printable(line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX)}...` : line);
  return `${UNKNOWN}; its first line is: ${seen}`;
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

/** Kinds that are known and not read. */
function refusedKind({ bytes, text }: Sample): string | null {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (CAPTURES.includes(magic))
    return 'a packet capture (pcap) is not read; export its WebSocket messages as text';
  if (/<([A-Za-z0-9]+:)?Envelope[\s>]/.test(text)) return 'OCPP over SOAP is not read; only OCPP-J is';
  return null;
}
