import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeEntry } from './entry-text.ts';
import { VALUES_MAX } from './known-values.ts';
import { Pseudonyms, TooManyValuesError } from './pseudonym.ts';
import {
  allOf,
  answerOf,
  exchange,
  hashWith,
  payloadOf,
  pseudonymised,
  requestOf,
} from './pseudonym-case.ts';

const TAG = '04A2B3C4';
const P = new Pseudonyms(hashWith('key'));
const pseudonymOf = (value: string): string => P.of(value);

function one(call: string, answer: string | null = null, version: '1.6' | '2.0.1' | '2.1' = '1.6') {
  const [entry] = pseudonymised([exchange(version, call, answer)]);
  assert.ok(entry);
  return entry;
}

test('an idTag is replaced in the payload, and the field says the same; the rest of the text stays', () => {
  const entry = one(`[2,"m1" , "StartTransaction",{"connectorId":1,"idTag":"${TAG}",  "meterStart":1.50e1}]`);
  const pseudonym = pseudonymOf(TAG);
  assert.match(pseudonym, /^p[0-9a-f]{15}$/);
  assert.equal(
    requestOf(entry),
    `[2,"m1" , "StartTransaction",{"connectorId":1,"idTag":"${pseudonym}",  "meterStart":1.50e1}]`,
  );
  assert.equal(decodeEntry(entry).fields.request_id_tag, pseudonym);
  assert.deepEqual(payloadOf(entry), { connectorId: 1, idTag: pseudonym, meterStart: 15 });
});

test('case does not count, as in OCPP; neither do separators between bytes', () => {
  const spellings = ['04a2b3c4', '04:A2:B3:C4', '04-a2-b3-c4'];
  for (const spelling of spellings) assert.equal(pseudonymOf(spelling), pseudonymOf(TAG));
  assert.notEqual(pseudonymOf('04A2B3C5'), pseudonymOf(TAG));
  assert.equal(pseudonymOf('DE-8AA-CA2B3C4D5'), pseudonymOf('de8aaca2b3c4d5'));
});

test('another key gives other pseudonyms, the same key the same', () => {
  const entries = [exchange('1.6', `[2,"m","Authorize",{"idTag":"${TAG}"}]`)];
  assert.deepEqual(pseudonymised(entries, 'a'), pseudonymised(entries, 'a'));
  assert.notDeepEqual(pseudonymised(entries, 'a'), pseudonymised(entries, 'b'));
});

test('what one message names is replaced in every other one, before and behind it, as a word of any text', () => {
  const entries = pseudonymised([
    exchange(
      '1.6',
      `[2,"m1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"card (${TAG.toLowerCase()}) gone"}]`,
    ),
    exchange(
      '1.6',
      `[2,"m2","Authorize",{"idTag":"${TAG}"}]`,
      '[3,"m2",{"idTagInfo":{"status":"Accepted"}}]',
    ),
    exchange('1.6', `[2,"m3","DataTransfer",{"vendorId":"x","data":"a;${TAG};X${TAG}"}]`),
    exchange('1.6', `[2,"torn ${TAG}`),
  ]);
  const pseudonym = pseudonymOf(TAG);
  assert.match(requestOf(entries[0]), new RegExp(`"card \\(${pseudonym}\\) gone"`));
  assert.equal(decodeEntry(entries[0] ?? assert.fail()).fields.request_info, `card (${pseudonym}) gone`);
  assert.match(requestOf(entries[2]), new RegExp(`"a;${pseudonym};X${TAG}"`));
  assert.equal(requestOf(entries[3]), `[2,"torn ${pseudonym}`);
});

test('charger, connection, message id and transaction id are searched too', () => {
  const serial = 'SN-4711-0815';
  const [, entry] = pseudonymised([
    exchange(
      '1.6',
      `[2,"m","BootNotification",{"chargePointSerialNumber":"${serial}","chargePointModel":"M","chargePointVendor":"V"}]`,
    ),
    exchange(
      '2.0.1',
      `[2,"${serial}-9","TransactionEvent",{"transactionInfo":{"transactionId":"${serial}/1"}}]`,
      null,
      {
        charger: serial,
        connection: `${serial}#3`,
        context: { connector: null, evseConnector: null, transaction: `${serial}/1` },
      },
    ),
  ]);
  assert.ok(entry);
  const pseudonym = pseudonymOf(serial);
  const { charger, connection, messageId, fields } = decodeEntry(entry);
  assert.deepEqual(
    [charger, connection, messageId, fields.transaction_id],
    [pseudonym, `${pseudonym}#3`, `${pseudonym}-9`, `${pseudonym}/1`],
  );
  assert.ok(!allOf(entry).includes(serial));
});

test('2.x tokens, their additional ones and groups are replaced, their types are not', () => {
  const token = {
    idToken: 'AABBCCDD',
    type: 'ISO14443',
    additionalInfo: [{ additionalIdToken: 'ADD-99', type: 'x' }],
  };
  const call = JSON.stringify([2, 'm', 'Authorize', { idToken: token }]);
  const answer = JSON.stringify([
    3,
    'm',
    { idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'GROUP-7', type: 'Central' } } },
  ]);
  const entry = one(call, answer, '2.0.1');
  assert.deepEqual(payloadOf(entry), {
    idToken: {
      idToken: pseudonymOf('AABBCCDD'),
      type: 'ISO14443',
      additionalInfo: [{ additionalIdToken: pseudonymOf('ADD-99'), type: 'x' }],
    },
  });
  assert.equal(answerOf(entry), answer.replace('GROUP-7', pseudonymOf('GROUP-7')));
});

test('configuration keys and variables say by their name what their value is, also when that stands before', () => {
  const keys = one(
    '[2,"m","GetConfiguration",{}]',
    '[3,"m",{"configurationKey":[{"value":"FREE01","key":"FreeVendIdTag"},{"key":"HeartbeatInterval","value":"3600"},{"key":"Whitelist_ID_Tags","value":"AAAA1, BBBB2"}]}]',
  );
  assert.equal(
    answerOf(keys),
    `[3,"m",{"configurationKey":[{"value":"${pseudonymOf('FREE01')}","key":"FreeVendIdTag"},{"key":"HeartbeatInterval","value":"3600"},{"key":"Whitelist_ID_Tags","value":"${pseudonymOf('AAAA1')}, ${pseudonymOf('BBBB2')}"}]}]`,
  );
  const report = one(
    '[2,"m","NotifyReport",{"reportData":[{"variableAttribute":[{"type":"Actual","value":"B2C3D4E5F6A1"}],"component":{"name":"ConnectedEV"},"variable":{"name":"EVCCID"}},{"variableAttribute":[{"value":"7200"}],"component":{"name":"X"},"variable":{"name":"Power"}}]}]',
    null,
    '2.0.1',
  );
  assert.match(requestOf(report), new RegExp(`"value":"${pseudonymOf('B2C3D4E5F6A1')}"`));
  assert.match(requestOf(report), /"value":"7200"/);
  const set = one(
    '[2,"m","SetVariables",{"setVariableData":[{"attributeValue":"MASTER1","component":{"name":"AuthCtrlr"},"variable":{"name":"MasterPassGroupId"}}]}]',
    null,
    '2.0.1',
  );
  assert.match(requestOf(set), new RegExp(`"attributeValue":"${pseudonymOf('MASTER1')}"`));
});

test('JSON in the data of a DataTransfer is looked into, its escapes stay', () => {
  const inner = JSON.stringify({
    id_tag: TAG,
    text: `line\n${TAG} \u00e4`,
    nested: JSON.stringify({ vin: 5555555 }),
  });
  const entry = one(JSON.stringify([2, 'm', 'DataTransfer', { vendorId: 'v', data: inner }]));
  const { data } = payloadOf(entry) as { data: string };
  const pseudonym = pseudonymOf(TAG);
  assert.deepEqual(JSON.parse(data), {
    id_tag: pseudonym,
    text: `line\n${pseudonym} \u00e4`,
    nested: JSON.stringify({ vin: pseudonymOf('5555555') }),
  });
});

test('VINs and MAC addresses are told by their form', () => {
  const vin = 'WDB1240331C123456';
  const entry = one(
    `[2,"m","DataTransfer",{"vendorId":"v","data":"car ${vin} at 00:1A:2B:3C:4D:5E, 20260105T1030000Z, ABCDEFGHJKLMNPRST, 12345678901234567"}]`,
  );
  const { data } = payloadOf(entry) as { data: string };
  assert.equal(
    data,
    `car ${pseudonymOf(vin)} at ${pseudonymOf('001a2b3c4d5e')}, 20260105T1030000Z, ABCDEFGHJKLMNPRST, 12345678901234567`,
  );
});

test('the MAC address in an Autocharge tag is known by itself too', () => {
  const [, entry] = pseudonymised([
    exchange('1.6', '[2,"m","Authorize",{"idTag":"VID:001A2B3C4D5E"}]'),
    exchange('1.6', '[2,"m","DataTransfer",{"vendorId":"v","data":"ev 001a2b3c4d5e"}]'),
  ]);
  assert.match(requestOf(entry), new RegExp(`"ev ${pseudonymOf('001A2B3C4D5E')}"`));
});

test('short values are replaced where their name says so, and nowhere else; so are words of the protocol', () => {
  const [first, second] = pseudonymised([
    exchange(
      '1.6',
      '[2,"m","SendLocalList",{"listVersion":1,"updateType":"Full","localAuthorizationList":[{"idTag":"123"},{"idTag":"Accepted"}]}]',
    ),
    exchange(
      '1.6',
      '[2,"m","DataTransfer",{"vendorId":"123","data":"123 Accepted"}]',
      '[3,"m",{"status":"Accepted"}]',
    ),
  ]);
  assert.match(
    requestOf(first),
    new RegExp(`\\[{"idTag":"${pseudonymOf('123')}"},{"idTag":"${pseudonymOf('Accepted')}"}\\]`),
  );
  assert.equal(requestOf(second), '[2,"m","DataTransfer",{"vendorId":"123","data":"123 Accepted"}]');
  assert.equal(answerOf(second), '[3,"m",{"status":"Accepted"}]');
});

test('times, measured values and actions stay what they are', () => {
  const meter =
    '[2,"m","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T10:30:00Z","sampledValue":[{"value":"2026"}]}]}]';
  const [, entry] = pseudonymised([
    exchange(
      '1.6',
      '[2,"m","SendLocalList",{"localAuthorizationList":[{"idTag":"2026"},{"idTag":"01-05"},{"idTag":"05T10:30"},{"idTag":"MeterValues"}]}]',
    ),
    exchange('1.6', meter),
  ]);
  assert.equal(requestOf(entry), meter);
});

test('masks, empty values and literals stay', () => {
  const text = '[2,"m","Authorize",{"idTag":"***","iccid":"","imsi":null,"token":true}]';
  assert.equal(requestOf(one(text)), text);
});

test('a number under the name of an id becomes a text, a long one elsewhere too', () => {
  const [first, second] = pseudonymised([
    exchange('1.6', '[2,"m","BootNotification",{"iccid":89490200001234567890}]'),
    exchange('1.6', '[2,"m","DataTransfer",{"a":89490200001234567890,"b":1234}]'),
  ]);
  const pseudonym = pseudonymOf('89490200001234567890');
  assert.equal(requestOf(first), `[2,"m","BootNotification",{"iccid":"${pseudonym}"}]`);
  assert.equal(requestOf(second), `[2,"m","DataTransfer",{"a":"${pseudonym}","b":1234}]`);
});

test('certificates and signed meter data, which hold ids in a form that cannot be searched, go as a whole; of OCMF the ids', () => {
  const signed = (value: string) =>
    `[2,"m","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-01-05T10:30:00Z","sampledValue":[{"value":${JSON.stringify(value)},"format":"SignedData"}]}]}]`;
  const ocmf = one(
    signed('OCMF|{"FV":"1.0","MS":"1EMH0012345","ID":"04A2B3C4","RD":[{"RV":12.5}]}|{"SD":"ab"}'),
  );
  assert.equal(
    requestOf(ocmf),
    signed(
      `OCMF|{"FV":"1.0","MS":"${pseudonymOf('1EMH0012345')}","ID":"${pseudonymOf(TAG)}","RD":[{"RV":12.5}]}|{"SD":"ab"}`,
    ),
  );
  assert.equal(requestOf(one(signed('MIIBCg=='))), signed(pseudonymOf('MIIBCg==')));
  assert.match(requestOf(one('[2,"m","SignCertificate",{"csr":"MIIC"}]')), new RegExp(pseudonymOf('MIIC')));
});

test('error texts and their details are replaced, and still told apart', () => {
  const answer = `[4,"m","InternalError","no tag ${TAG}",{"idTag":"${TAG}"}]`;
  const [entry] = pseudonymised([
    exchange('1.6', `[2,"m","RemoteStartTransaction",{"idTag":"${TAG}"}]`, answer, {
      outcome: 'error',
      error: {
        code: 'InternalError',
        description: `no tag ${TAG}`,
        details: { start: answer.indexOf('{'), end: answer.length - 1 },
      },
    }),
  ]);
  assert.ok(entry);
  const { error, answer: wire } = decodeEntry(entry);
  const pseudonym = pseudonymOf(TAG);
  assert.equal(error?.description, `no tag ${pseudonym}`);
  const details = wire?.bytes.subarray(error?.details?.start, error?.details?.end);
  assert.equal(Buffer.from(details ?? []).toString(), `{"idTag":"${pseudonym}"}`);
});

test('torn texts, and bytes that are no text, are searched by word and by name', () => {
  const torn = one(`[2,"m","Authorize",{"idTag":"${TAG}","parentIdTag":'ZZ9`);
  assert.equal(
    requestOf(torn),
    `[2,"m","Authorize",{"idTag":"${pseudonymOf(TAG)}","parentIdTag":'${pseudonymOf('ZZ9')}`,
  );
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`idTag=${TAG};`), Buffer.from([0xc0])]);
  const [entry] = pseudonymised([
    exchange('1.6', '', null, { request: { bytes, payload: null, redacted: [], cut: null } }),
  ]);
  assert.deepEqual(
    Buffer.from(entry?.request ?? []),
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`idTag=${pseudonymOf(TAG)};`),
      Buffer.from([0xc0]),
    ]),
  );
});

test('texts that a schema bounds stay within their length: then pseudonyms are cut', () => {
  const info = `${TAG} ${TAG} ${TAG} ${TAG} ${TAG}`;
  const entry = one(`[2,"m","StatusNotification",{"info":"${info}","x":{"idTag":"${TAG}"}}]`);
  const { info: shortened } = payloadOf(entry) as { info: string };
  assert.ok(shortened.length <= 50);
  assert.ok(
    shortened.split(' ').every((part) => part.length >= TAG.length && pseudonymOf(TAG).startsWith(part)),
  );
});

test('members may be named as every object of JavaScript names its own', () => {
  const entry = one(`[2,"m","DataTransfer",{"valueOf":"a ${TAG}","constructor":{"idTag":"${TAG}"}}]`);
  const pseudonym = pseudonymOf(TAG);
  assert.equal(
    requestOf(entry),
    `[2,"m","DataTransfer",{"valueOf":"a ${pseudonym}","constructor":{"idTag":"${pseudonym}"}}]`,
  );
});

test('an entry that holds nothing of the kind is given back as it is', () => {
  const entries = [
    exchange('1.6', '[2,"m1","Heartbeat",{}]', '[3,"m1",{"currentTime":"2026-01-05T10:30:00Z"}]'),
    exchange('1.6', '[2,"m2","DataTransfer",{"vendorId":"a\\u00e4\\"b"}]'),
  ];
  const after = pseudonymised(entries);
  for (const [at, entry] of entries.entries()) assert.equal(after[at], entry);
});

test('more different values than are kept end the export, and say what to do', () => {
  const pseudonyms = new Pseudonyms(hashWith('key'));
  const tags = (from: number, count: number) =>
    exchange(
      '1.6',
      `[2,"m","Send",{"l":[${Array.from({ length: count }, (_, at) => `{"idTag":"T${from + at}X"}`).join()}]}]`,
    );
  for (let at = 0; at < VALUES_MAX; at += 10_000) pseudonyms.collect(tags(100_000 + at, 10_000));
  assert.equal(pseudonyms.size, VALUES_MAX);
  assert.throws(
    () => pseudonyms.collect(tags(900_000, 1)),
    (error) => {
      assert.ok(error instanceof TooManyValuesError);
      assert.match(error.message, /^more than 500,000 different .* of this site: .*retention helps$/);
      return true;
    },
  );
});
