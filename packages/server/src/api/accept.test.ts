import assert from 'node:assert/strict';
import { test } from 'node:test';
import { negotiate } from './accept.ts';

const FORMS = ['application/json', 'application/x-ndjson', 'text/csv'] as const;

const cases = [
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['text/*', 'text/csv'],
  ['TEXT/CSV; charset=utf-8', 'text/csv'],
  ['application/x-ndjson, */*;q=0.1', 'application/x-ndjson'],
  ['application/json;q=0.2, text/csv;q=0.9', 'text/csv'],
  ['application/json;q=0, */*', 'application/x-ndjson'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ['*/*;q=0', null],
  ['application/xml', null],
  ['nonsense', null],
] as const;

for (const [header, expected] of cases) {
  test(`Accept: ${header} gives ${expected}`, () => assert.equal(negotiate(header, FORMS), expected));
}
