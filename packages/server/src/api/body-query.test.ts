import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTooDeep } from './body-query.ts';

test('what is nested is counted outside of strings', () => {
  assert.equal(isTooDeep(`${'['.repeat(100)}${']'.repeat(100)}`), false);
  assert.equal(isTooDeep(`${'['.repeat(101)}${']'.repeat(101)}`), true);
  assert.equal(isTooDeep('{"a":['.repeat(51)), true);
  assert.equal(isTooDeep('[],'.repeat(200)), false);
  assert.equal(isTooDeep(`"${'['.repeat(200)}"`), false);
  assert.equal(isTooDeep(`"\\"${'['.repeat(200)}"`), false);
  assert.equal(isTooDeep(`"\\\\"${'['.repeat(200)}`), true);
});
