/** Where and when the frames of an entry were sent. */

import { ACTIONS, type Direction, opposite } from '@ocpp-logs/core';
import type { ImportedFrame } from './format.ts';
import { versionOf } from './ocpp-version.ts';
import { isObject, type SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

export type FramePlace = Pick<
  ImportedFrame,
  'charger' | 'time' | 'timed' | 'direction' | 'version' | 'connection' | 'connector'
>;

export interface EntryPlaces {
  readonly call: FramePlace;
  readonly answer: FramePlace;
  readonly rejection: FramePlace;
}

/**
 * Of the call of an entry that does not tell it, where its action goes both ways, such as DataTransfer, or is unknown:
 * leaving it out would lose it.
 */
const USUAL: Direction = 'station_to_csms';

/** `time` is that of the entry. */
export function placesOf(record: SourceRecord, time: string, readTime: ReadTime): EntryPlaces {
  const kind = record.text('exchange.kind');
  const known = directionOf(record.text('exchange.direction'), record.text('action'));
  const direction = known ?? (kind === null || kind === 'exchange' ? USUAL : null);
  const call: FramePlace = {
    charger: record.text('charger_id'),
    time,
    // A page that does not tell what became of its calls says nothing of a time-out.
    timed: kind !== null || record.text('raw.response_text') !== null,
    direction,
    version: versionOf(record.text('exchange.ocpp_version')),
    connection: record.text('exchange.connection_id'),
    connector: connectorOf(record),
  };
  const stamp = record.text('exchange.response_time');
  const answeredAt = stamp === null ? null : readTime(stamp);
  // Without a latency the recorder had no clock for the answer: its time says the order alone.
  const timed = answeredAt !== null && record.text('exchange.latency_ms') !== null;
  const then = { ...call, connector: null, time: answeredAt ?? time, timed };
  return {
    call,
    answer: { ...then, direction: direction === null ? null : opposite(direction) },
    // Nobody kept when the rejection came.
    rejection: { ...then, timed: false },
  };
}

/** Told, or the way of the action; null where it goes both ways or is unknown. */
export function directionOf(told: string | null, action: string | null): Direction | null {
  if (told === 'station_to_csms' || told === 'csms_to_station') return told;
  const known = action === null ? undefined : ACTIONS.get(action)?.direction;
  return known === undefined || known === 'both' ? null : known;
}

const NAMING = ['connectorId', 'evseId', 'evse'];

/** What the archive knows and the message does not say. */
function connectorOf(record: SourceRecord): number | null {
  const told = record.text('connector_id');
  const connector = told === null ? Number.NaN : Number(told);
  if (!Number.isSafeInteger(connector) || connector < 0) return null;
  const payload = record.value('payload');
  return isObject(payload) && NAMING.some((name) => Object.hasOwn(payload, name)) ? null : connector;
}
