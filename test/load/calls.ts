/**
 * What the stations of the swarm say and their CSMS answers, as WebSocket frames that are ready but for the message id,
 * so that a call costs its sender no more than a copy. The id tells the station and which of its calls it is.
 */

const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;
const STATION_DIGITS = 5;
const CALL_DIGITS = 7;
/** `00042-0000017` */
export const ID_LENGTH = STATION_DIGITS + 1 + CALL_DIGITS;
/** Of `[2,"` and `[3,"`. */
export const ID_AT = 4;
const ZERO = 0x30;

const sampled = (value: string, measurand: string, unit: string, phase = '') =>
  `{"value":"${value}","context":"Sample.Periodic","measurand":"${measurand}",${phase === '' ? '' : `"phase":"${phase}",`}"unit":"${unit}"}`;
const METER_VALUES = `{"connectorId":1,"transactionId":417,"meterValue":[{"timestamp":"2026-03-09T14:05:00Z","sampledValue":[${[
  sampled('183402', 'Energy.Active.Import.Register', 'Wh'),
  sampled('16.1', 'Current.Import', 'A', 'L1'),
  sampled('11040', 'Power.Active.Import', 'W'),
].join(',')}]}]}`;

export const BOOT = 0;
/** The first is said at each beginning of a connection, the others in turns: mostly readings, as charging stations do. */
const CALLS = [
  ['BootNotification', '{"chargePointVendor":"Swarm","chargePointModel":"Bee","firmwareVersion":"1.0"}'],
  ['MeterValues', METER_VALUES],
  ['Heartbeat', '{}'],
  ['MeterValues', METER_VALUES],
  ['StatusNotification', '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'],
  ['MeterValues', METER_VALUES],
  ['DataTransfer', '{"vendorId":"swarm","messageId":"tick","data":"42"}'],
] as const;

export const KINDS_OF_CALLS = CALLS.length;

interface Frame {
  readonly bytes: Buffer;
  /** Where the id begins. */
  readonly idAt: number;
}

function frameOf(text: string, masked: boolean): Frame {
  const payload = Buffer.from(text);
  const long = payload.length > 125;
  const head = Buffer.from([
    0x81,
    (masked ? 0x80 : 0) | (long ? 126 : payload.length),
    ...(long ? [payload.length >> 8, payload.length & 0xff] : []),
    ...(masked ? MASK : []),
  ]);
  const sent = masked ? payload.map((byte, place) => byte ^ (MASK[place & 3] ?? 0)) : payload;
  return { bytes: Buffer.concat([head, sent]), idAt: head.length + ID_AT };
}

const NO_ID = '0'.repeat(ID_LENGTH);
const frames = CALLS.map(([action, payload]) => frameOf(`[2,"${NO_ID}","${action}",${payload}]`, true));

/** A masked frame with the call of this station; `kind` below {@link KINDS_OF_CALLS}. */
export function callFrame(kind: number, station: number, call: number): Buffer {
  const template = frames[kind];
  if (template === undefined) throw new RangeError(`there is no call ${kind}`);
  const bytes = Buffer.allocUnsafe(template.bytes.length);
  template.bytes.copy(bytes);
  const { idAt } = template;
  masked(bytes, idAt, 0, STATION_DIGITS, station);
  bytes[idAt + STATION_DIGITS] = 0x2d ^ (MASK[(ID_AT + STATION_DIGITS) & 3] ?? 0);
  masked(bytes, idAt, STATION_DIGITS + 1, CALL_DIGITS, call);
  return bytes;
}

function masked(bytes: Buffer, idAt: number, from: number, digits: number, number: number): void {
  let left = number;
  for (let place = from + digits - 1; place >= from; place--) {
    bytes[idAt + place] = (ZERO + (left % 10)) ^ (MASK[(ID_AT + place) & 3] ?? 0);
    left = Math.floor(left / 10);
  }
}

const ANSWERS: Readonly<Record<string, string>> = {
  B: '{"status":"Accepted","currentTime":"2026-03-09T14:05:00.000Z","interval":300}',
  H: '{"currentTime":"2026-03-09T14:05:00.000Z"}',
  D: '{"status":"Accepted"}',
};
const answers = new Map(
  ['B', 'H', 'D', 'M', 'S'].map((letter): [number, Frame] => [
    letter.charCodeAt(0),
    frameOf(`[3,"${NO_ID}",${ANSWERS[letter] ?? '{}'}]`, false),
  ]),
);
/** Of the first letter of the action: behind the id, a quote, a comma and a quote. */
export const LETTER_AT = ID_AT + ID_LENGTH + 3;

/** The frame that answers a call whose payload begins with these unmasked bytes; null where it is none of ours. */
export function answerFrame(payload: Uint8Array): Buffer | null {
  const template = answers.get(payload[LETTER_AT] ?? 0);
  if (template === undefined) return null;
  const bytes = Buffer.allocUnsafe(template.bytes.length);
  template.bytes.copy(bytes);
  for (let place = 0; place < ID_LENGTH; place++) bytes[template.idAt + place] = payload[ID_AT + place] ?? 0;
  return bytes;
}

/** Which of its station's calls a message is about, by the bytes of its text. */
export function callOf(payload: Uint8Array, at = 0): number {
  return digits(payload, at + ID_AT + STATION_DIGITS + 1, CALL_DIGITS);
}

export function stationOf(payload: Uint8Array, at = 0): number {
  return digits(payload, at + ID_AT, STATION_DIGITS);
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let number = 0;
  for (let place = from; place < from + count; place++) number = number * 10 + ((bytes[place] ?? 0) - ZERO);
  return number;
}

/** `CP00042`: the id of a station. */
export function nameOf(station: number): string {
  return `CP${String(station).padStart(STATION_DIGITS, '0')}`;
}
