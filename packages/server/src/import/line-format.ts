/** What the formats have in common whose records begin with a line of their own look. */

import { counted } from '@ocpp-logs/core';
import type { Begun, Told } from './begun.ts';
import type { Detection, ImportedLine, ImportFormat } from './format.ts';
import type { LogLine } from './line-cutter.ts';
import { linesOf } from './lines.ts';
import { RecordReader } from './record.ts';
import { type ReadTime, timestampReader } from './timestamp.ts';
import { HeadJoiner, type WrappedHead } from './wrapped-head.ts';

export interface LineFormat {
  readonly name: string;
  readonly title: string;
  readonly example: string;
  /** What its lines are, for the evidence. */
  readonly what: string;
  /** 0 to 1: how sure a line is that looks so. */
  readonly strength: number;
  /** The first line of a format that has a mark of its own is proof; of others it takes the share. */
  readonly marked: boolean;
  /** Lines that no other program writes, be they frames or not. */
  readonly kin?: RegExp;
  /** Where what stands before a frame is so long that a terminal wraps it. */
  readonly head?: WrappedHead;
  /** Why a line is skipped that is nothing of the log. */
  readonly strange: string;
  /** null for a line that begins no record. */
  begin(line: LogLine, text: string, readTime: ReadTime): Begun | null;
}

export function lineFormat(look: LineFormat): ImportFormat {
  return {
    name: look.name,
    title: look.title,
    example: look.example,
    detect: ({ lines }) => fitting(look, lines),
    read: (chunks, options) => recordsOf(look, chunks, timestampReader(options)),
  };
}

export async function* recordsOf(
  { begin, strange, head }: LineFormat,
  chunks: AsyncIterable<Uint8Array>,
  readTime: ReadTime,
): AsyncIterable<readonly ImportedLine[]> {
  const reader = new RecordReader((line, text) => begin(line, text, readTime), strange);
  const joiner = head === undefined ? null : new HeadJoiner(head);
  for await (const lines of linesOf(chunks)) {
    const records: ImportedLine[] = [];
    for (const line of joiner === null ? lines : lines.flatMap((each) => joiner.take(each))) {
      reader.take(line, records);
    }
    if (records.length > 0) yield records;
  }
  const last: ImportedLine[] = [];
  for (const line of joiner?.end() ?? []) reader.take(line, last);
  reader.end(last);
  if (last.length > 0) yield last;
}

const ANY_TIME = '1970-01-01T00:00:00Z';
/** Share of the confidence that a single marked line brings. */
const PROOF = 0.7;
/** So many frames are no chance, however much else the log holds. */
const MANY = 5;
const MANY_SHARE = 0.4;
/** Other lines of the program alone make it the closest one, and no more. */
const KINSHIP = 0.1;

function fitting(
  { begin, strange, what, strength, marked, kin, head }: LineFormat,
  lines: readonly string[],
): Detection {
  const reader = new RecordReader((line, text) => begin(line, text, () => ANY_TIME), strange);
  const records: ImportedLine[] = [];
  const joiner = head === undefined ? null : new HeadJoiner(head);
  for (const [at, text] of lines.entries()) {
    const line: LogLine = { number: at + 1, text, reason: '', stamp: null };
    for (const joined of joiner?.take(line) ?? [line]) reader.take(joined, records);
  }
  for (const line of joiner?.end() ?? []) reader.take(line, records);
  reader.end(records);
  const found = records.filter(({ kind }) => kind !== 'skipped').length;
  const share = records.length === 0 ? 0 : found / records.length;
  const sure = marked ? PROOF + (1 - PROOF) * share : Math.max(share, found < MANY ? 0 : MANY_SHARE);
  const evidence = `${found} of the first ${counted(lines.length, 'line')} are ${what}`;
  if (found > 0 || kin === undefined || lines.length === 0) {
    return { confidence: found === 0 ? 0 : strength * sure, evidence, frames: found };
  }
  const own = lines.filter((line) => kin.test(headOf(line))).length / lines.length;
  return { confidence: KINSHIP * own, evidence, kin: own };
}

const NO_TIME = 'the time is none of the calendar';

/** A frame whose own line bears `stamp`, or whose carrier's stamp stands in. */
export function begunFrame(
  line: LogLine,
  at: number,
  stamp: string | null | undefined,
  readTime: ReadTime,
  told: Told,
): Begun {
  const written = stamp ?? line.stamp;
  if (written === null) return { kind: 'frame', at, told };
  const time = readTime(written);
  return time === null ? none(NO_TIME) : { kind: 'frame', at, told: { ...told, time } };
}

export function none(reason: string): Begun {
  return { kind: 'none', reason };
}

/** Only the beginning of a line is looked at for what stands before a frame. */
const HEAD_MAX = 2_000;

export function headOf(text: string): string {
  return text.length > HEAD_MAX ? text.slice(0, HEAD_MAX) : text;
}
