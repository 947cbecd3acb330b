import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { catalogueText } from './derive-catalogue.mjs';

test('the catalogue is what the official schemas say; run scripts/derive-catalogue.mjs when it is not', () => {
  const kept = readFileSync(new URL('../packages/core/src/catalogue-actions.ts', import.meta.url), 'utf8');
  assert.equal(kept, catalogueText());
});
