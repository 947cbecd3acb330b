import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMessage } from '../read-message.ts';
import { exchange, type Told, time } from '../session/case.ts';
import type { SeenEntry } from '../session/seen.ts';
import { SignedValues } from './signed-values.ts';
import { signedXml } from './signed-xml.ts';

/** Blanks, escapes and letters beyond ASCII, none of which may change. */
const OCMF =
  'OCMF|{"FV":"1.0", "GI":"Säule \\"A\\"","RD":[{"TM":"2026-01-05T10:00:00,000+0100 S","RV":1.500,"RU":"kWh"}]}|{"SD":"3045"}';
const HEX_KEY = '3059301306072A8648CE3D020106082A8648CE3D03010703420004AABB';
const BASE64 = Buffer.from(OCMF).toString('base64');

function of(...entries: readonly SeenEntry[]) {
  const values = new SignedValues();
  for (const entry of entries) values.see(entry);
  return values.values();
}

/** From the text of a frame, as it goes over the wire. */
function sent(frame: string, told: Told = {}, seconds = 0): SeenEntry {
  const message = readMessage(frame);
  assert.ok(message.kind === 'call');
  return exchange(seconds, message.action, message.payload, {}, told);
}

const meterValues = (value: string, more = '') =>
  sent(
    `[2,"1","MeterValues",{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"${time(0)}","sampledValue":[` +
      `{"value":"1500"},{"value":${value},"format":"SignedData","context":"Transaction.Begin"${more}}]}]}]`,
  );

test('1.6: every character as it was sent, the encoding stated', () => {
  const [value, another] = of(meterValues(JSON.stringify(OCMF)));
  assert.equal(another, undefined);
  assert.ok(value);
  assert.deepEqual(Buffer.from(value.text), Buffer.from(OCMF));
  assert.deepEqual(
    [
      value.format,
      value.encoding,
      value.path,
      value.context,
      value.transaction,
      value.connector,
      value.timestamp,
    ],
    ['OCMF', 'plain', 'request.meterValue[0].sampledValue[1].value', 'Transaction.Begin', '7', 1, time(0)],
  );
  // The station may escape whatever it likes: it is the same text.
  const escaped = `"${[...OCMF].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  assert.equal(of(meterValues(escaped))[0]?.text, OCMF);
});

test('encodings and formats, as far as the text tells', () => {
  const seen = (text: string) => {
    const [value] = of(meterValues(JSON.stringify(text)));
    assert.equal(value?.text, text);
    return [value?.encoding, value?.format];
  };
  assert.deepEqual(seen(BASE64), ['base64', 'OCMF']);
  assert.deepEqual(seen(Buffer.from(OCMF).toString('hex').toUpperCase()), ['hex', 'OCMF']);
  assert.deepEqual(seen('AP;0;3;ALCV3ABBBISHMA2RYEGAZE3HV5YQBQRAEHAR2MN;BIHEIWSHAAA2W2V7'), [
    'plain',
    'ALFEN',
  ]);
  assert.deepEqual(
    seen('<values><value><signedData format="EDL_40_P" encoding="hex">00</signedData></value></values>'),
    ['plain', 'EDL_40_P'],
  );
  assert.deepEqual(seen('1B1B1B1B01010101761502010B0A0145535901230456789A'), ['hex', null]);
  assert.deepEqual(seen('whatever'), ['plain', null]);
  assert.deepEqual(seen('{not json'), ['plain', null]);
});

test('1.6: what it wraps as 2.0.1 has it, and the key of the configuration', () => {
  const wrapped = JSON.stringify({
    signedMeterData: BASE64,
    encodingMethod: 'OCMF',
    publicKey: '',
    signingMethod: 'E',
  });
  const keys = exchange(
    0,
    'GetConfiguration',
    {},
    {
      configurationKey: [
        { key: 'MeterPublicKey[2]', value: 'other' },
        { key: 'MeterPublicKey1', value: HEX_KEY },
      ],
    },
  );
  const [value] = of(keys, meterValues(JSON.stringify(wrapped)));
  assert.deepEqual(
    [value?.text, value?.encoding, value?.format, value?.signingMethod, value?.publicKey],
    [BASE64, 'base64', 'OCMF', 'E', { text: HEX_KEY, entry: keys.id }],
  );
});

const event = (seconds: number, signed: string, transaction = 'T') =>
  sent(
    `[2,"1","TransactionEvent",{"eventType":"Updated","timestamp":"${time(seconds)}","triggerReason":"MeterValuePeriodic",` +
      `"seqNo":0,"transactionInfo":{"transactionId":"${transaction}"},"meterValue":[{"timestamp":"${time(seconds)}",` +
      `"sampledValue":[{"value":1,"signedMeterValue":${signed}}]}]}]`,
    { version: '2.0.1' },
    seconds,
  );

test('2.x: a key that was told once counts for its transaction', () => {
  const key = Buffer.from(`oca:base16:asn1:${HEX_KEY}`).toString('base64');
  const signed = (publicKey: string) =>
    `{"signedMeterData":"${BASE64}","signingMethod":"ECDSA","encodingMethod":"OCMF","publicKey":"${publicKey}"}`;
  const entries = [event(0, signed(key)), event(60, signed('')), event(90, signed(''), 'U')];
  const values = of(...entries);
  assert.deepEqual(
    values.map(({ publicKey }) => publicKey?.text ?? null),
    [key, key, null],
  );
  assert.equal(values[1]?.publicKey?.entry, entries[0]?.id);
  assert.equal(values[0]?.path, 'request.meterValue[0].sampledValue[0].signedMeterValue.signedMeterData');
  const xml = signedXml(values);
  assert.equal(xml.split(`<publicKey encoding="hex">${HEX_KEY}</publicKey>`).length, 3);
  assert.ok(xml.includes(`<signedData format="OCMF" encoding="base64">${BASE64}</signedData>`));
  assert.deepEqual(xml.match(/transactionId="\d+"/g), [
    'transactionId="1"',
    'transactionId="1"',
    'transactionId="2"',
  ]);
});

test('2.x: the key of the variable FiscalMetering.PublicKey', () => {
  const variables = exchange(
    0,
    'GetVariables',
    {},
    {
      getVariableResult: [
        {
          component: { name: 'FiscalMetering' },
          variable: { name: 'PublicKey' },
          attributeStatus: 'Accepted',
          attributeValue: HEX_KEY,
        },
      ],
    },
    { version: '2.0.1' },
  );
  const [value] = of(variables, event(1, `{"signedMeterData":"${BASE64}"}`));
  assert.equal(value?.publicKey?.text, HEX_KEY);
});

test('XML holds the text itself, and what XML cannot hold as Base64', () => {
  const xml = signedXml(of(meterValues(JSON.stringify(`${OCMF}<&>\r`))));
  const [, text = ''] = /<signedData format="OCMF" encoding="plain">([^<]*)</.exec(xml) ?? [];
  const read = text
    .replaceAll('&quot;', '"')
    .replaceAll('&#13;', '\r')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  assert.equal(read, `${OCMF}<&>\r`);
  const odd = signedXml(of(meterValues(JSON.stringify(`OCMF|\u0001`))));
  assert.ok(odd.includes(`encoding="base64">${Buffer.from('OCMF|\u0001').toString('base64')}<`));
});

test('what is no signed value is none, and 10,000 are kept', () => {
  assert.deepEqual(of(meterValues('7')), []);
  assert.deepEqual(
    of(exchange(0, 'MeterValues', { meterValue: 'x' }), exchange(0, 'StopTransaction', {})),
    [],
  );
  const values = new SignedValues();
  const sampledValue = Array.from({ length: 6_000 }, () => ({ format: 'signeddata', value: 'x' }));
  for (const _ of [1, 2]) values.see(exchange(0, 'StopTransaction', { transactionData: [{ sampledValue }] }));
  assert.deepEqual([values.values().length, values.cut], [10_000, true]);
});
