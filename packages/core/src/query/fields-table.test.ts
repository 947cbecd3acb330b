import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { searchFields } from './fields-table.ts';

test('the table of fields in docs/search.md is that of the code', () => {
  const page = readFileSync(new URL('../../../../docs/search.md', import.meta.url), 'utf8');
  assert.ok(page.includes(`\n${searchFields()}\n\n`), 'run: node --conditions=source scripts/write-docs.mjs');
});
