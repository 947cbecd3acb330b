import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { protocolWordsText } from './derive-protocol-words.mjs';

test('the words and lengths are what the official schemas say; run scripts/derive-protocol-words.mjs when they are not', () => {
  const kept = readFileSync(new URL('../packages/core/src/protocol-words.ts', import.meta.url), 'utf8');
  assert.equal(kept, protocolWordsText());
});
