/** Records of JSON, or rows of a table, of which a member is a frame or a text with a frame in it: what loggers write. */

import { betweenOf } from './between.ts';
import { directionTold } from './direction-words.ts';
import { frameAt, type ImportedLine, type ImportFormat, skipped } from './format.ts';
import { endOfArray, readHead } from './frame-head.ts';
import { callFrame, errorFrame, resultFrame } from './rebuilt-frame.ts';
import { recordTime } from './record-time.ts';
import { linesOfRecords, shareOfRecords } from './records.ts';
import { firstJson, firstText, type SourceRecord } from './source-record.ts';
import { FRAME_IN_TEXT } from './text-frames.ts';
import type { ReadTime } from './timestamp.ts';

const HOLDERS = ['frame', 'raw', 'message', 'msg', 'text', 'line', 'log', 'data', 'payload', 'body', 'event'];
const TIMES = [
  'timestamp',
  'time',
  'ts',
  '@timestamp',
  'datetime',
  'date',
  'created_at',
  'createdAt',
  't',
  'asctime',
];
const CHARGERS = [
  ...['chargePointId', 'charge_point_id', 'chargerId', 'charger_id', 'chargeBoxId', 'charge_box_id'],
  ...['chargingStationId', 'charging_station_id', 'stationId', 'station_id', 'cpId', 'cp_id', 'cpid'],
  ...['charge_point', 'chargePoint', 'charger', 'station', 'cp', 'identity', 'clientId', 'client_id'],
];
const WAYS = ['direction', 'dir', 'way', 'type', 'msg', 'message', 'event'];
/** Beside what is made for the format it is a guess, so that those come first. */
const STRENGTH = 0.55;
/** Programs write much else into the same log. */
const FEW = 0.25;
const NEAR = 100;

/** A frame may be told in parts. */
const TYPES = ['messageType', 'messageTypeId', 'message_type', 'messagetype', 'CallType', 'callType'];
const IDS = ['messageId', 'message_id', 'uniqueId', 'unique_id', 'UUID', 'uuid', 'msgId', 'id'];
const ACTIONS = ['action', 'Action', 'command', 'messageName'];
const PAYLOADS = ['payload', 'Payload', 'data', 'body', 'message'];
const CODES = ['errorCode', 'error_code', 'errCode', 'error.code'];
const DESCRIPTIONS = ['errorDescription', 'error_description', 'errDescription', 'error.description'];
const CALL = /^(?:2|call|request|req)$/i;
const RESULT = /^(?:3|call_?result|response|conf|result)$/i;
const ERROR = /^(?:4|call_?error|error)$/i;

interface Held {
  readonly frame: string;
  readonly rebuilt: boolean;
  /** Of the text that it stands in. */
  readonly before: string;
}

export const jsonFrames: ImportFormat = {
  name: 'json-frames',
  title: 'records of a logger in JSON with a frame in one of their members',
  example: '{"time":"2026-01-31T12:00:00Z","cp":"CP_1","msg":"recv [2,\\"17\\",\\"Heartbeat\\",{}]"}',

  detect(sample) {
    const { confidence, evidence } = shareOfRecords(
      sample,
      'a frame in a member',
      (record) => heldBy(record) !== null,
    );
    return { confidence: confidence === 0 ? 0 : Math.max(FEW, STRENGTH * confidence), evidence };
  },

  read(chunks, options) {
    const readTime = recordTime(options);
    return linesOfRecords(chunks, (record) => [readRecord(record, readTime)]);
  },
};

function readRecord(record: SourceRecord, readTime: ReadTime): ImportedLine {
  const held = heldBy(record);
  if (held === null) return skipped(record.line, 'no frame');
  const near = betweenOf(held.before.slice(-NEAR));
  const told = WAYS.map((name) => record.text(name)).flatMap((text) => {
    const word = text === null || text.length > NEAR ? null : directionTold(text);
    return word === null ? [] : [word];
  })[0];
  const stamp = firstText(record, TIMES);
  return frameAt(record.line, held.frame, {
    charger: firstText(record, CHARGERS) ?? near.charger ?? null,
    time: stamp === null ? null : readTime(stamp),
    direction: near.direction ?? told?.direction ?? null,
    way: near.way ?? told?.way ?? null,
    rebuilt: held.rebuilt,
  });
}

/** A member that is a frame, or a text that holds one to its end. */
function heldBy(record: SourceRecord): Held | null {
  for (const name of HOLDERS) {
    const list = record.json(name);
    if (list !== null) {
      if (list.startsWith('[') && readHead(list) !== null) return { frame: list, rebuilt: false, before: '' };
      continue;
    }
    const text = record.text(name) ?? '';
    const found = FRAME_IN_TEXT.exec(text);
    if (found === null) continue;
    const frame = text.slice(found.index, endOfArray(text, found.index));
    return { frame, rebuilt: false, before: text.slice(0, found.index) };
  }
  const rebuilt = partsOf(record);
  return rebuilt === null ? null : { frame: rebuilt, rebuilt: true, before: '' };
}

function partsOf(record: SourceRecord): string | null {
  const [type, id] = [firstText(record, TYPES), firstText(record, IDS)];
  if (type === null || id === null) return null;
  const [action, payload] = [firstText(record, ACTIONS), firstJson(record, PAYLOADS)];
  if (CALL.test(type)) return action === null ? null : callFrame(id, action, payload, 2);
  if (RESULT.test(type)) return resultFrame(id, payload);
  const code = firstText(record, CODES);
  if (!ERROR.test(type) || code === null) return null;
  const description = firstText(record, DESCRIPTIONS);
  return errorFrame(4, id, { code, description, details: firstJson(record, ['errorDetails', ...PAYLOADS]) });
}
