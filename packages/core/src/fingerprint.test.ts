import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fingerprint } from './fingerprint.ts';

test('the same text has the same fingerprint, and any other text another one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      assert.equal(fingerprint(one) === fingerprint(other), one === other);
    }),
    { numRuns: 2000 },
  );
});

test('neighbours of one text are told apart', () => {
  const text = '{"connectorId":1,"idTag":"A","meterStart":0}'.repeat(20);
  const prints = new Set([fingerprint(text)]);
  for (let at = 0; at < text.length; at++) {
    prints.add(fingerprint(`${text.slice(0, at)}~${text.slice(at + 1)}`));
    prints.add(fingerprint(text.slice(0, at)));
  }
  assert.equal(prints.size, 1 + 2 * text.length);
});

test('a fingerprint is short, whatever the text is', () => {
  assert.ok(fingerprint('x'.repeat(1 << 20)).length < 40);
});
