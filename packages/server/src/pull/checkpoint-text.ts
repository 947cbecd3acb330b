/** A checkpoint as the text of its file. */

import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Checkpoint } from './checkpoint.ts';
import type { TimeSpan } from './span.ts';

const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' });
const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();

const CheckpointSchema = Type.Object({
  version: Type.Literal(1),
  url: Text,
  site: Text,
  into: Text,
  from: Time,
  through: Time,
  gaps: Type.Array(Type.Object({ from: Time, to: Time })),
  last_error: Type.Union([Type.Object({ at: Time, message: Text }), Type.Null()]),
  counts: Type.Object({
    windows: Count,
    requests: Count,
    entries: Count,
    accepted: Count,
    duplicates: Count,
    skipped: Count,
  }),
});

export type CheckpointRecord = Static<typeof CheckpointSchema>;

const iso = (ms: number): string => new Date(ms).toISOString();
const isoSpan = ({ from, to }: TimeSpan) => ({ from: iso(from), to: iso(to) });

export function checkpointRecord(checkpoint: Checkpoint): CheckpointRecord {
  const { version, url, site, into, from, through, gaps, lastError, counts } = checkpoint;
  return {
    version,
    url,
    site,
    into,
    from: iso(from),
    through: iso(through),
    gaps: gaps.map(isoSpan),
    last_error: lastError === null ? null : { at: iso(lastError.at), message: lastError.message },
    counts,
  };
}

export function checkpointText(checkpoint: Checkpoint): string {
  return `${JSON.stringify(checkpointRecord(checkpoint), null, 2)}\n`;
}

/** null for what this program did not write. */
export function readCheckpoint(text: string): Checkpoint | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!Value.Check(CheckpointSchema, record)) return null;
  const { version, url, site, into, counts } = record;
  const gaps = record.gaps.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  const [from, through] = [Date.parse(record.from), Date.parse(record.through)];
  const last = record.last_error;
  const lastError = last === null ? null : { at: Date.parse(last.at), message: last.message };
  const times = [from, through, lastError?.at ?? 0, ...gaps.flatMap((gap) => [gap.from, gap.to])];
  if (times.some(Number.isNaN)) return null;
  return { version, url, site, into, from, through, gaps, lastError, counts };
}
