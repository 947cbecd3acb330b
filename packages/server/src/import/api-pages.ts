/** API pages of other vendors: records that hold a call and what was answered to it, under names of their own. */

import { hash } from 'node:crypto';
import { ACTIONS, opposite } from '@ocpp-logs/core';
import * as names from './api-page-names.ts';
import { directionTold, type Told } from './direction-words.ts';
import { directionOf } from './entry-place.ts';
import { errorPartsOf } from './error-parts.ts';
import { frameAt, type ImportedFrame, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { versionOf } from './ocpp-version.ts';
import { callFrame, errorFrame, resultFrame } from './rebuilt-frame.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, recordsIn, shareOfRecords } from './records.ts';
import { firstJson, firstText, type SourceRecord } from './source-record.ts';
import type { ReadTime } from './timestamp.ts';

export const apiPages: ImportFormat = {
  name: 'api-pages',
  title: 'API pages of Plugchoice, Flipturn and their kind',
  example:
    '{"data":[{"id":7,"method":"Heartbeat","destination":"centralsystem","params":{},"result":{},"created_at":"2026-01-31T12:00:00Z"}]}',

  detect(sample) {
    const found = shareOfRecords(sample, 'an action, its payload, its answer and a time', isMessage);
    const [first] = recordsIn(sample).filter(isMessage);
    const vendor =
      first === undefined
        ? undefined
        : names.VENDORS.find(({ members }) => members.every((name) => first.has(name)));
    const kind = vendor === undefined ? 'no vendor is known by their names' : `named as ${vendor.name} does`;
    return { ...found, evidence: `${found.evidence}, ${kind}` };
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    return linesOfRecords(chunks, (record) => readMessage(record, readTime));
  },
};

function isMessage(record: SourceRecord): boolean {
  return (
    ACTIONS.has(firstText(record, names.ACTION) ?? '') &&
    firstText(record, names.TIME) !== null &&
    names.REQUEST.some((name) => record.has(name)) &&
    names.RESPONSE.some((name) => record.has(name))
  );
}

function readMessage(record: SourceRecord, readTime: ReadTime): readonly ImportedLine[] {
  const { line } = record;
  const action = firstText(record, names.ACTION);
  if (action === null) return [skipped(line, 'no action')];
  const time = timeOf(record, names.TIME, readTime);
  if (time === null) return [skipped(line, 'no time')];
  const request = firstJson(record, names.REQUEST);
  const payload = request === '[]' ? null : request;
  if (payload?.startsWith('[')) return [skipped(line, 'the payload is no object')];
  const told = toldOf(record, action);
  const place = {
    charger: firstText(record, names.CHARGER),
    version: firstVersion(record),
    rebuilt: true,
  };
  const id = idOf(record, [place.charger, time, action, payload]);
  const call = frameAt(line, callFrame(id, action, payload), { ...place, ...told, time });
  const answered = answerOf(record, id);
  if (answered === null) return [call];
  const answeredAt = timeOf(record, names.ANSWERED, readTime);
  const answer = {
    ...place,
    ...reverse(told),
    time: answeredAt ?? time,
    timed: answeredAt !== null,
  };
  return [call, frameAt(line, answered, answer)];
}

function timeOf(record: SourceRecord, from: readonly string[], readTime: ReadTime): string | null {
  const stamp = firstText(record, from);
  return stamp === null ? null : readTime(stamp);
}

function toldOf(record: SourceRecord, action: string): Told {
  const to = firstText(record, names.TO);
  const from = firstText(record, names.FROM);
  const told =
    (to === null ? null : directionTold(to, 'receiver')) ?? (from === null ? null : directionTold(from));
  return told ?? { direction: directionOf(null, action), way: null };
}

function reverse({ direction, way }: Told): Told {
  return {
    direction: direction === null ? null : opposite(direction),
    way: way === null ? null : way === 'sent' ? 'received' : 'sent',
  };
}

function firstVersion(record: SourceRecord): ImportedFrame['version'] {
  for (const name of names.VERSION) {
    const version = versionOf(record.text(name));
    if (version !== null) return version;
  }
  return null;
}

/** The frame's own, or one that is the same whenever this record is read. */
function idOf(record: SourceRecord, content: readonly (string | null)[]): string {
  const id = firstText(record, names.MESSAGE_ID);
  if (id !== null) return id;
  const number = firstText(record, names.RECORD_ID);
  return `log-${number ?? hash('sha256', JSON.stringify(content)).slice(0, 16)}`;
}

/** null for a call that was not answered. A list that is empty is how some write an object that is. */
function answerOf(record: SourceRecord, id: string): string | null {
  const response = firstJson(record, names.RESPONSE);
  if (response === null) return null;
  if (response.startsWith('[')) return /^\[\s*\]$/.test(response) ? resultFrame(id, null) : null;
  const error = errorPartsOf(response);
  return error === null ? resultFrame(id, response) : errorFrame(4, id, error);
}
