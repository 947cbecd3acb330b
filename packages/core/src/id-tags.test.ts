import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { IdTags } from './id-tags.ts';
import { Pseudonyms } from './pseudonym.ts';
import { readMessage, readTruncated } from './read-message.ts';

const hash = (text: string) => createHmac('sha256', 'k').update(text).digest();
const TAGS = new IdTags(hash);

function replaced(text: string): string {
  const message = readMessage(text);
  assert.ok(message.kind !== 'malformed');
  const made = TAGS.replace(text, message);
  assert.deepEqual(made.message, readMessage(made.text));
  assert.equal(made.message.kind, message.kind);
  return made.text;
}

test('an id tag becomes what an export makes of it, whatever its case, and nothing else changes', () => {
  const tag = '04A2B3C4D5';
  assert.equal(TAGS.of(tag), new Pseudonyms(hash).of(tag));
  assert.equal(TAGS.of(tag.toLowerCase()), TAGS.of(tag));
  const p = TAGS.of(tag);
  assert.equal(
    replaced(`[2,"1", "StartTransaction",{"connectorId":1,"idTag" : "${tag}","meterStart":0}]`),
    `[2,"1", "StartTransaction",{"connectorId":1,"idTag" : "${p}","meterStart":0}]`,
  );
  const boot =
    '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointSerialNumber":"SN-123456","iccid":"8949020000000000001"}]';
  assert.equal(replaced(boot), boot, 'serial numbers are no id tags');
});

for (const [name, text] of Object.entries({
  'parentIdTag of an answer': '[3,"1",{"idTagInfo":{"status":"Accepted","parentIdTag":"TAG-4711"}}]',
  'a local list': '[2,"1","SendLocalList",{"localAuthorizationList":[{"idTag":"TAG-4711"}]}]',
  'idToken and additionalInfo':
    '[2,"1","Authorize",{"idToken":{"idToken":"TAG-4711","type":"ISO14443","additionalInfo":[{"additionalIdToken":"TAG-4711","type":"x"}]}}]',
  groupIdToken: '[3,"1",{"idTokenInfo":{"groupIdToken":{"idToken":"TAG-4711","type":"Central"}}}]',
  'JSON in data': '[2,"1","DataTransfer",{"vendorId":"V","data":"{\\"idTag\\":\\"TAG-4711\\"}"}]',
  'words in data': '[2,"1","DataTransfer",{"vendorId":"V","data":"idTag=TAG-4711;x=1"}]',
  'a name with escapes': '[2,"1","DataTransfer",{"vendorId":"V","id\\u0054ag":"TAG-4711"}]',
  'again in other words':
    '[2,"1","DataTransfer",{"vendorId":"V","idTag":"TAG-4711","text":"no TAG-4711 here"}]',
  'a configuration key':
    '[3,"1",{"configurationKey":[{"key":"FreeIdTag","readonly":false,"value":"TAG-4711"}]}]',
  'an error': '[4,"1","GenericError","unknown",{"idTag":"TAG-4711"}]',
  OCMF: '[2,"1","MeterValues",{"meterValue":[{"sampledValue":[{"format":"SignedData","value":"OCMF|{\\"GS\\":\\"meter-99887\\",\\"ID\\":\\"TAG-4711\\"}|{\\"SD\\":\\"00\\"}"}]}]}]',
})) {
  test(`an id tag is replaced in: ${name}`, () => {
    const made = replaced(text);
    assert.doesNotMatch(made, /TAG-4711/);
    assert.match(made, new RegExp(TAGS.of('TAG-4711')));
    assert.equal(replaced(text), made, 'the same whenever it comes');
  });
}

test('signed meter values that cannot be looked into are replaced as a whole', () => {
  const signed = Buffer.from('OCMF|{"ID":"TAG-4711"}|{}').toString('base64');
  const made = replaced(`[2,"1","MeterValues",{"signedMeterValue":{"signedMeterData":"${signed}"}}]`);
  assert.ok(!made.includes(signed));
});

test('a masked secret stays masked, and half a frame that names id tags loses its payload', () => {
  const masked = '[2,"1","Authorize",{"idToken":{"idToken":"***","type":"KeyCode"}}]';
  assert.equal(replaced(masked), masked);
  const half = '[2,"1","Authorize",{"idTag":"TAG-47';
  const message = readTruncated(half);
  assert.ok(message.kind === 'call');
  assert.deepEqual(TAGS.replace(half, message).text, '[2,"1","Authorize",');
  assert.equal(TAGS.named('{"id\\u0054ag":'), true);
  assert.equal(TAGS.named('{"status":1'), false);
});
