import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEntry } from './entry-text.ts';
import { ErasedTags, erasedForms } from './erased-tags.ts';
import { answerOf, exchange, hashWith, payloadOf, requestOf } from './pseudonym-case.ts';
import { readFrame } from './read-frame.ts';

const TAG = '04A2B3C4D5';
const GONE = 'erased-0123456789ab';
const HASH = hashWith('key');

function erasing(...tags: readonly string[]): ErasedTags {
  return new ErasedTags(
    HASH,
    tags.map((tag) => ({ replacement: GONE, forms: erasedForms(tag, HASH) })),
  );
}

const tags = erasing(TAG);

function assertGone(text: string, expected: string, erased = tags): void {
  assert.equal(erased.frame(text), expected);
  assert.equal(erased.frame(expected), expected, 'once is as good as twice');
}

test('a tag goes from the fields of a message, whatever its letter case, and others stay to the character', () => {
  assertGone(
    `[2,"m" ,"StartTransaction",{"idTag":"${TAG}",  "meterStart":1.50e1}]`,
    `[2,"m" ,"StartTransaction",{"idTag":"${GONE}",  "meterStart":1.50e1}]`,
  );
  assertGone('[2,"m","Authorize",{"idTag":"04a2b3c4d5"}]', `[2,"m","Authorize",{"idTag":"${GONE}"}]`);
  assertGone(
    '[3,"m",{"idTokenInfo":{"status":"Accepted","groupIdToken":{"idToken":"04:a2:b3:C4:D5","type":"Central"}}}]',
    `[3,"m",{"idTokenInfo":{"status":"Accepted","groupIdToken":{"idToken":"${GONE}","type":"Central"}}}]`,
  );
  for (const other of ['04A2B3C4D6', `${TAG}E6`, `X${TAG}`, 'OTHER']) {
    const text = `[2,"m","Authorize",{"idTag":"${other}"}]`;
    assertGone(text, text);
  }
});

test('a tag goes from free text, keys of members, JSON within texts and escapes', () => {
  assertGone(
    `[2,"m-${TAG}","X",{"info":"card (${TAG}) gone","${TAG}":["a;${TAG};0x${TAG}"]}]`,
    `[2,"m-${GONE}","X",{"info":"card (${GONE}) gone","${GONE}":["a;${GONE};0x${GONE}"]}]`,
  );
  const inside = (tag: string) => JSON.stringify({ a: JSON.stringify({ idTag: tag, t: `\n${tag}\t` }) });
  const told = (tag: string) => JSON.stringify([2, 'm', 'DataTransfer', { data: inside(tag) }]);
  assertGone(told(TAG), told(GONE));
  const spelled = [...TAG].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('');
  assertGone(`[2,"m","X",{"a":"${spelled}"}]`, `[2,"m","X",{"a":"${GONE}"}]`);
  assertGone(`[2,"m","X",{"serialNumber":"${TAG}"}]`, `[2,"m","X",{"serialNumber":"${GONE}"}]`);
});

test('a tag goes from texts that are no message, and from signed values in Base64', () => {
  assertGone(`[2,"m","Authorize",{"idTag":"${TAG}"`, `[2,"m","Authorize",{"idTag":"${GONE}"`);
  assertGone(`read ${TAG}; <idTag>${TAG}</idTag>`, `read ${GONE}; <idTag>${GONE}</idTag>`);
  const signed = (value: string) =>
    `[2,"m","MeterValues",{"meterValue":[{"sampledValue":[{"format":"SignedData","value":"${value}"}]}]}]`;
  const ocmf = (tag: string) => `OCMF|{"ID":"${tag}","RD":[]}|{"SD":"ab"}`;
  assertGone(signed(btoa(ocmf(TAG))), signed(GONE));
  assertGone(signed(btoa(ocmf('OTHER1'))), signed(btoa(ocmf('OTHER1'))));
});

test('what is too short, a word of the protocol or few digits goes only from where a name says that it is a tag', () => {
  for (const [tag, elsewhere] of [
    ['1', '{"connectorId":1,"info":"1"}'],
    ['Accepted', '{"status":"Accepted"}'],
    ['20260105', '{"timestamp":"2026-01-05T10:00:00Z"}'],
    ['123456', '{"data":"123456"}'],
  ] as const) {
    const text = (value: string) => `[2,"m","X",{"idTag":"${value}","x":${elsewhere}}]`;
    assertGone(text(tag), text(GONE), erasing(tag));
  }
  assertGone(
    '[2,"m","X",{"idTag":1,"connectorId":1}]',
    `[2,"m","X",{"idTag":"${GONE}","connectorId":1}]`,
    erasing('1'),
  );
  const value =
    '[2,"m","X",{"meterValue":[{"sampledValue":[{"value":"12345678"}]}],"n":12345678,"t":"12345678"}]';
  assertGone(value, value.replace('"t":"12345678"', `"t":"${GONE}"`), erasing('12345678'));
});

test('an entry is as if it had come without the tag: texts, places of payloads, error, fields', () => {
  const call = (tag: string) =>
    `[2,"m1","StartTransaction",{"connectorId":1,"idTag":"${tag}","meterStart":0,"timestamp":"2026-01-05T10:00:00Z"}]`;
  const answer = (tag: string) => `[4,"m1","InternalError","no ${tag}",{"idTag":"${tag}"}]`;
  const entryOf = (tag: string) => {
    const { message } = readFrame(Buffer.from(answer(tag)), false, null);
    assert.ok(message.kind === 'error' && message.detailsSpan !== null);
    const error = { code: message.code, description: message.description, details: message.detailsSpan };
    return exchange('1.6', call(tag), answer(tag), { outcome: 'error', error });
  };
  const erased = tags.entry(entryOf(TAG));
  assert.deepEqual([erased.head, erased.fields], [entryOf(GONE).head, entryOf(GONE).fields]);
  assert.equal(decodeEntry(erased).fields.request_id_tag, GONE);
  assert.deepEqual([requestOf(erased), answerOf(erased)], [call(GONE), answer(GONE)]);
  assert.deepEqual(payloadOf(erased), payloadOf(entryOf(GONE)));
  assert.equal(tags.occurrences(erased), 3);
  const other = entryOf('OTHER');
  assert.equal(tags.entry(other), other);
  assert.equal(tags.entry(erased), erased);
});

test('without the key nothing is found', () => {
  const forms = erasedForms(TAG, HASH);
  const wrong = new ErasedTags(hashWith('other'), [{ replacement: GONE, forms }]);
  assert.equal(wrong.frame(`[2,"m","X",{"idTag":"${TAG}"}]`), `[2,"m","X",{"idTag":"${TAG}"}]`);
  assert.ok(!JSON.stringify(forms).toLowerCase().includes(TAG.toLowerCase()));
});

test('any JSON stays JSON, and holds the tag nowhere', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(TAG, TAG.toLowerCase(), `a ${TAG}`, `{"a":"${TAG}"}`, `\n${TAG}\\`),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.array(tie('value')),
      fc.dictionary(text, tie('value')),
    ),
  }));
  fc.assert(
    fc.property(value, (payload) => {
      const made = tags.frame(JSON.stringify([2, 'm', 'DataTransfer', { data: payload }]));
      assert.equal(Array.isArray(JSON.parse(made)), true);
      assert.equal(tags.frame(made), made);
      const words = made
        .toLowerCase()
        .replaceAll('\\n', ' ')
        .split(/[^\p{L}\p{N}]+/u);
      assert.ok(!words.includes(TAG.toLowerCase()), made);
    }),
    { numRuns: 300 },
  );
});
