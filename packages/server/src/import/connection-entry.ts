/** Entries of kind `connection` as events. */

import type { ConnectionEvent } from '@ocpp-logs/core';
import { type ImportedEvent, type SkippedLine, skipped } from './format.ts';
import { isObject, type JsonMembers, type SourceRecord } from './source-record.ts';

const EVENTS = ['accepted', 'refused', 'closed'] as const;
const ENDED_BY = ['station', 'csms', 'server', 'unknown'] as const;
const HOW = ['close_frame', 'fin', 'reset', 'timeout', 'shutdown', 'unknown'] as const;

export function connectionLine(record: SourceRecord, time: string): ImportedEvent | SkippedLine {
  const given = record.value('exchange.event');
  const event = isObject(given) ? connectionEvent(given) : null;
  if (event === null) return skipped(record.line, 'a connection entry that does not say what happened');
  return {
    kind: 'event',
    line: record.line,
    charger: record.text('charger_id'),
    time,
    connection: record.text('exchange.connection_id'),
    event,
  };
}

/** null where it does not say what happened; a member of a wrong type is left out. */
export function connectionEvent(given: JsonMembers): ConnectionEvent | null {
  const event = oneOf(EVENTS, given.event);
  if (event === undefined) return null;
  const endedBy = oneOf(ENDED_BY, given.ended_by);
  const how = oneOf(HOW, given.how);
  return {
    event,
    ...(Number.isSafeInteger(given.status) ? { status: Number(given.status) } : {}),
    ...(typeof given.subprotocol === 'string' || given.subprotocol === null
      ? { subprotocol: given.subprotocol }
      : {}),
    ...(typeof given.remote_address === 'string' ? { remote_address: given.remote_address } : {}),
    ...(Number.isSafeInteger(given.close_code) ? { close_code: Number(given.close_code) } : {}),
    ...(typeof given.reason === 'string' ? { reason: given.reason } : {}),
    ...(endedBy === undefined ? {} : { ended_by: endedBy }),
    ...(how === undefined ? {} : { how }),
  };
}

function oneOf<T extends string>(known: readonly T[], given: unknown): T | undefined {
  return known.find((each) => each === given);
}
