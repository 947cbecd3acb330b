/** Entries as tests of sequences need them. */

import type { LogEntry } from '../../api/answers.ts';
import { entry } from '../../explore/fixtures.ts';

const AT = Date.parse('2026-01-05T10:00:00.000Z');
export const iso = (ms: number) => new Date(AT + ms).toISOString();

interface Said {
  readonly at: number;
  readonly after?: number | null;
  readonly change?: Partial<LogEntry>;
  readonly exchange?: Readonly<Record<string, unknown>>;
}

export function said(id: string, { at, after = 5, change = {}, exchange = {} }: Said): LogEntry {
  const made = entry(id, {
    exchange: {
      latency_ms: after,
      response_time: after === null ? null : iso(at + after),
      response_payload: {},
      error_code: null,
      ...exchange,
    },
  });
  return { ...made, connector_id: null, occurrence_time: iso(at), ...change };
}
