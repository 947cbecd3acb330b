/**
 * What Loki answers to a query (`query_range`) and what Grafana lets download: one list of lines with their times,
 * often the newest first, be they of several streams. It is read as `logcli -o jsonl` would have written it.
 */

import { peek } from './peek.ts';
import { isObject, parsed } from './source-record.ts';

/** Loki answers 5,000 lines by default; what is longer stays as it is. */
const ANSWER_MAX = 64 * 1024 * 1024;
const HEAD_BYTES = 4_096;
const ANSWER =
  /^\s*\{\s*"status"\s*:\s*"success"\s*,\s*"data"\s*:\s*\{\s*(?:"resultType"\s*:\s*"streams"|"result"\s*:\s*\[\s*\{\s*"stream")/;
/** Records of other sources bear times too, but none that count nanoseconds in a text. */
const DOWNLOAD = /^\s*\[\s*\{\s*(?:"line"\s*:|"(?:timestamp|date|fields|labels)"\s*:.*"\d{19}")/s;
const NANOSECONDS = /^\d{1,19}$/;
const DIGITS = 9;

interface LokiLine {
  /** Nanoseconds since 1970. */
  readonly at: bigint;
  readonly line: string;
}

export async function linesOfLoki(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const { head, all } = await peek(chunks, HEAD_BYTES);
  const begins = Buffer.from(head).toString();
  if (!ANSWER.test(begins) && !DOWNLOAD.test(begins)) return all;
  const whole = await peek(all, ANSWER_MAX);
  const lines = whole.head.length < ANSWER_MAX ? linesIn(Buffer.from(whole.head).toString()) : null;
  if (lines === null) return whole.all;
  for await (const _ of whole.all) break;
  return jsonLines(lines);
}

/** null for what is neither. */
function linesIn(text: string): readonly LokiLine[] | null {
  const answer = parsed(text);
  const given = Array.isArray(answer) ? answer.map(downloaded) : streamed(answer);
  const lines = given.filter((line) => line !== null);
  if (lines.length === 0 || lines.length < given.length) return null;
  const [first] = lines;
  const last = lines.at(-1);
  // Of the same nanosecond the order is kept, which is the other way round where the newest comes first.
  const ordered =
    first !== undefined && last !== undefined && first.at > last.at ? lines.toReversed() : lines;
  return ordered.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function streamed(answer: unknown): readonly (LokiLine | null)[] {
  const result = isObject(answer) && isObject(answer.data) ? answer.data.result : null;
  if (!Array.isArray(result)) return [];
  return result.flatMap((stream: unknown) => {
    const values = isObject(stream) && isObject(stream.stream) ? stream.values : null;
    return Array.isArray(values) ? values.map(lineOf) : [null];
  });
}

function lineOf(value: unknown): LokiLine | null {
  const [at, line]: readonly unknown[] = Array.isArray(value) ? value : [];
  return lokiLine(at, line);
}

function downloaded(record: unknown): LokiLine | null {
  return isObject(record) ? lokiLine(record.timestamp, record.line) : null;
}

function lokiLine(at: unknown, line: unknown): LokiLine | null {
  if (typeof at !== 'string' || typeof line !== 'string' || !NANOSECONDS.test(at)) return null;
  return { at: BigInt(at), line };
}

async function* jsonLines(lines: readonly LokiLine[]): AsyncIterable<Uint8Array> {
  for (const { at, line } of lines) {
    yield Buffer.from(`${JSON.stringify({ labels: {}, line, timestamp: isoOf(at) })}\n`);
  }
}

function isoOf(at: bigint): string {
  const digits = String(at).padStart(DIGITS + 1, '0');
  const seconds = new Date(Number(digits.slice(0, -DIGITS)) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${digits.slice(-DIGITS)}Z`;
}
