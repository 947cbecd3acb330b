import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from './json-text.ts';

test('what is nested too deep to be written is told so instead of failing', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 200_000; level += 1) deep = [deep];
  assert.equal(jsonText(deep), null);
  assert.equal(jsonText({ a: [1] }), '{"a":[1]}');
});
