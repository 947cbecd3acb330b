/** What docs/search.md says is so. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseQuery } from '@ocpp-logs/core';

const page = readFileSync(new URL('../../../../../docs/search.md', import.meta.url), 'utf8');

test('every example is understood', () => {
  const [, examples = ''] = /\| search \| finds \|\n([\s\S]*?)\n\n/.exec(page) ?? [];
  const searches = [...examples.matchAll(/^\| `(.*?)` \|/gm)].map(([, text = '']) => text);
  assert.ok(searches.length > 15);
  for (const text of searches) {
    const read = parseQuery(text);
    assert.equal(read.kind, 'query', `${text}: ${read.kind === 'fault' ? read.error.message : ''}`);
  }
});
