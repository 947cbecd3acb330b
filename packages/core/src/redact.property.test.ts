import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readMessage } from './read-message.ts';
import { redact } from './redact.ts';

const NAMES = [
  'idToken',
  'type',
  'additionalInfo',
  'key',
  'value',
  'variable',
  'name',
  'vpn',
  'password',
  'simPin',
  'data',
  'x',
];
const TEXTS = [
  'KeyCode',
  'AuthorizationKey',
  'BasicAuthPassword',
  'secret',
  'ftp://u:p@h/',
  'a://b://c:d@e@f',
  '***',
  '{"type":"KeyCode"}',
];

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(...TEXTS, 1234, -5, true, null, ''),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }),
}));

const STRING = /"(?:[^"\\]|\\.)*"/g;
const escapeLetters = (string: string): string =>
  string.includes('\\') ? string : string.replaceAll('/', '\\/').replaceAll('e', '\\u0065');

/** JSON text in any spelling: blanks, escaped letters, escaped slashes. */
const frames = fc
  .tuple(json.object, fc.constantFrom('DataTransfer', 'Authorize'), fc.boolean(), fc.boolean())
  .map(([payload, action, spread, escaped]) => {
    const text = JSON.stringify([2, 'id', action, payload], null, spread ? 1 : 0);
    return escaped ? text.replace(STRING, escapeLetters) : text;
  });

test('masking twice is masking once', () => {
  fc.assert(
    fc.property(frames, (text) => {
      const once = redact(text, readMessage(text), null);
      const twice = redact(once.text, readMessage(once.text), null);
      assert.equal(twice.text, once.text);
      assert.deepEqual(twice.redacted, []);
      assert.equal(once.text === text, once.redacted.length === 0);
    }),
    { numRuns: 500 },
  );
});

/** Whether `after` is `before` with some strings, parts of strings or numbers masked, and nothing else. */
function differsInMasksAlone(before: unknown, after: unknown): boolean {
  if (Object.is(before, after)) return true;
  if (typeof before === 'number') return after === '***';
  if (typeof before === 'string' && typeof after === 'string') {
    if (after === '***') return true;
    const pieces = after.split('***');
    let at = 0;
    for (const piece of pieces) {
      const found = before.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return before.startsWith(pieces[0] ?? '') && before.endsWith(pieces.at(-1) ?? '');
  }
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return false;
  const names = Object.keys(before);
  if (JSON.stringify(names) !== JSON.stringify(Object.keys(after))) return false;
  const rest = new Map(Object.entries(after));
  return Object.entries(before).every(([name, value]) => differsInMasksAlone(value, rest.get(name)));
}

test('nothing but the inside of values changes', () => {
  fc.assert(
    fc.property(frames, (text) => {
      const { text: after, message } = redact(text, readMessage(text), null);
      assert.ok(differsInMasksAlone(JSON.parse(text), JSON.parse(after)));
      assert.deepEqual(message, readMessage(after));
      // What stands between the strings and numbers is the same, blank for blank.
      const between = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
      assert.equal(after.replace(between, 'v'), text.replace(between, 'v'));
    }),
    { numRuns: 500 },
  );
});

test('no secret is left', () => {
  const secret = fc.string({ minLength: 1, unit: 'binary' }).map((text) => `<${text}>`);
  fc.assert(
    fc.property(secret, json.value, fc.boolean(), (value, noise, last) => {
      const idToken = last
        ? { idToken: value, x: noise, type: 'KeyCode' }
        : { type: 'KeyCode', x: noise, idToken: value };
      const text = JSON.stringify([2, 'id', 'Authorize', { idToken }]);
      const { message } = redact(text, readMessage(text), null);
      assert.ok(message.kind === 'call');
      assert.equal(JSON.parse(JSON.stringify(message.payload)).idToken.idToken, '***');
    }),
  );
});

test('no text makes masking throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...TEXTS), (text, name) => {
      for (const whole of [
        text,
        `${text}${name}`,
        `[2,"1","X",{"a":"${text}${name}"}]`,
        `[4,"1","X","${name}",${text}]`,
      ]) {
        assert.equal(typeof redact(whole, readMessage(whole), null).text, 'string');
      }
    }),
    { numRuns: 500 },
  );
});
