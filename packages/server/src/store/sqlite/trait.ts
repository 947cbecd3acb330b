/**
 * What an entry is counted by besides its columns: who spoke, version, statuses, error codes, findings. Few combinations
 * occur, so a row holds the number of its own in the file's dictionary, and so do the roll-ups.
 */

import type { Entry, readHead } from '@ocpp-logs/core';
import { eachField, FIELDS } from '@ocpp-logs/core';

export interface Trait {
  readonly direction: string | null;
  readonly version: string | null;
  /** Of a request, and of an answered id tag. */
  readonly statuses: readonly string[];
  /** Of a status, and of a CALLERROR. */
  readonly errors: readonly string[];
  readonly findings: readonly string[];
}

const STATUS_FIELDS = ['request_status', 'response_id_tag_info_status'] as const;
const ERROR_FIELD = 'request_error_code';

export function traitOf({ direction, version, fields, error, findings }: Entry): Trait {
  const text = (value: unknown) =>
    value === undefined ? [] : [typeof value === 'string' ? value : String(value)];
  return {
    direction,
    version,
    statuses: STATUS_FIELDS.flatMap((name) => text(fields[name])),
    errors: [...text(fields[ERROR_FIELD]), ...(error === null ? [] : [error.code])],
    findings: findings.map(({ code }) => code),
  };
}

export function traitOfText(head: ReturnType<typeof readHead>, fields: string): Trait {
  const statuses: string[] = [];
  const errors: string[] = [];
  eachField(fields, (place, json) => {
    const name = FIELDS[place];
    const status = name === STATUS_FIELDS[0] || name === STATUS_FIELDS[1];
    if (!status && name !== ERROR_FIELD) return;
    // Safe: JSON that begins with a quote is a string.
    (status ? statuses : errors).push(json.startsWith('"') ? (JSON.parse(json) as string) : json);
  });
  const error = head[9];
  if (error !== null) errors.push(error.code);
  return {
    direction: head[0],
    version: head[1],
    statuses,
    errors,
    findings: head[13].map(({ code }) => code),
  };
}
