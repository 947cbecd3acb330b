import assert from 'node:assert/strict';
import test from 'node:test';
import { Pseudonyms } from './pseudonym.ts';
import { exchange, hashWith, payloadOf, pseudonymised, requestOf } from './pseudonym-case.ts';

const P = new Pseudonyms(hashWith('key'));
const pseudonymOf = (value: string): string => P.of(value);

/** What becomes of the data of a DataTransfer. */
function told(data: unknown): unknown {
  const [entry] = pseudonymised([
    exchange('1.6', JSON.stringify([2, 'm', 'DataTransfer', { vendorId: 'v', data }])),
  ]);
  return (payloadOf(entry) as { data: unknown }).data;
}

function assertTold(data: string, ...values: readonly string[]): void {
  const expected = values.reduce((text, value) => text.replaceAll(value, pseudonymOf(value)), data);
  assert.equal(told(data), expected);
}

test('elements of XML are named by their tags', () => {
  assertTold(
    '<idTag>99AABBCC01</idTag><serialNumber>XMLSER-5544</serialNumber>',
    '99AABBCC01',
    'XMLSER-5544',
  );
  assertTold('<ns:idTag type="RFID">\n  ABCDEF\n</ns:idTag>', 'ABCDEF');
  assertTold('<IdTag><![CDATA[99AABBCC02]]></IdTag>', '99AABBCC02');
  const plain = '<status>Accepted</status><token>true</token><idTag></idTag><idTag>***</idTag>';
  assert.equal(told(plain), plain);
});

test('an element of XML names its value for all other texts, in a torn frame too', () => {
  const [, torn] = pseudonymised([
    exchange('1.6', '[2,"m1","DataTransfer",{"vendorId":"v","data":"<idTag>99AABBCC01</idTag>"}]'),
    exchange('1.6', '[2,"m2","DataTransfer",{"data":"99aabbcc01 <idTag>88AABBCC01<\\/idTag> '),
  ]);
  assert.equal(
    requestOf(torn),
    `[2,"m2","DataTransfer",{"data":"${pseudonymOf('99AABBCC01')} <idTag>${pseudonymOf('88AABBCC01')}<\\/idTag> `,
  );
});

test('numbers of SIM and modem follow their name after a blank', () => {
  assertTold('IMSI 262019876543210, imei (490154203237518)', '262019876543210', '490154203237518');
  assertTold('iccid 8949021111111111111', '8949021111111111111');
  assert.equal(told('IMSI 12 of 100'), 'IMSI 12 of 100');
});

test('an ICCID is told by its form: 89 and 17 or 18 digits', () => {
  assertTold(
    'sim 8949021111111111111 and 89490200001234567890',
    '8949021111111111111',
    '89490200001234567890',
  );
  assert.deepEqual(told({ sim: 1, n: [8.9] }), { sim: 1, n: [8.9] });
  for (const none of [
    '894902111111111111',
    '894902000012345678901',
    '7949021111111111111',
    'x8949021111111111111',
  ]) {
    assert.equal(told(none), none);
  }
  const [entry] = pseudonymised([exchange('1.6', '[2,"m","DataTransfer",{"x":89490200001234567890}]')]);
  assert.equal(requestOf(entry), `[2,"m","DataTransfer",{"x":"${pseudonymOf('89490200001234567890')}"}]`);
});

test('bytes of a card follow words for it', () => {
  const uid = '04A2B3C4D5E680';
  for (const text of [
    `uid ${uid}`,
    `Tag 0x${uid}`,
    `card: ${uid}`,
    `RFID (${uid})`,
    `id-tag #${uid}`,
    `rfid card id ${uid} gone`,
    `uid=0x${uid}`,
  ]) {
    assertTold(text, uid);
  }
  assertTold('tag 04A2B3C4', '04A2B3C4');
  assertTold('tag 04A2B3C4D5E680112233', '04A2B3C4D5E680112233');
  assert.equal(told('card 04:A2:B3:C4:D5:E6:80'), `card ${pseudonymOf(uid)}`);
  for (const none of [
    'tag 04A2B3',
    'tag 04A2B3C4D5',
    'card 20260105',
    'tag 20260105103000',
    'voltage 12345678',
    'tagDEADC0DE99',
    'card inserted 12345678',
  ]) {
    assert.equal(told(none), none);
  }
});

test('with 0x before it a known value is the same value', () => {
  const [, entry] = pseudonymised([
    exchange('1.6', '[2,"m1","Authorize",{"idTag":"04A2B3C4D5E680"}]'),
    exchange('1.6', '[2,"m2","StatusNotification",{"info":"read 0x04a2b3c4d5e680"}]'),
  ]);
  assert.equal(
    requestOf(entry),
    `[2,"m2","StatusNotification",{"info":"read 0x${pseudonymOf('04A2B3C4D5E680')}"}]`,
  );
});

test('texts in an object under the plural of a name are named by it', () => {
  assert.deepEqual(
    told({
      tokens: {
        a: 'MAPTOKAA3',
        b: ['MAPTOKAA4'],
        state: 'Accepted',
        at: '2026-01-05T10:00:00Z',
        n: 3,
        is: true,
      },
    }),
    {
      tokens: {
        a: pseudonymOf('MAPTOKAA3'),
        b: [pseudonymOf('MAPTOKAA4')],
        state: 'Accepted',
        at: '2026-01-05T10:00:00Z',
        n: 3,
        is: true,
      },
    },
  );
  const other = { token: { a: 'ISO14443' }, list: { a: 'MAPTOKAA5' }, tokens: [{ a: 'MAPTOKAA6' }] };
  assert.deepEqual(told(other), other);
});
