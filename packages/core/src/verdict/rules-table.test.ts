import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checksTable, misspellingsTable } from '../validate/checks-table.ts';
import { rulesTable } from './rules-table.ts';

const page = readFileSync(new URL('../../../../docs/diagnose.md', import.meta.url), 'utf8');

test('docs/diagnose.md holds the rules as they are: node --conditions=source scripts/write-docs.mjs', () => {
  assert.ok(page.includes(rulesTable('session')));
  assert.ok(page.includes(rulesTable('station')));
  assert.ok(page.includes(checksTable()));
  assert.ok(page.includes(misspellingsTable()));
});
