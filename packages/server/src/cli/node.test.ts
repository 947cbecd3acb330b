import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFor } from './terminal-double.ts';

test('a folder that shares nothing has no nodes, and what is no number is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'olk-node-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await runFor(['site', 'add', 'depot', '--data', folder]);
  for (const words of [['list'], ['release', '3']]) {
    const told = await runFor(['node', ...words, '--data', folder]);
    assert.equal(told.status, 1);
    assert.match(told.errors, /^[^\n]*control data is that of one folder[^\n]*\n$/);
  }
  for (const words of [[], ['64'], ['-1'], ['1.5'], ['x'], ['1', '2']]) {
    const told = await runFor(['node', 'release', ...words, '--data', folder]);
    assert.equal(told.status, 2, words.join(' '));
  }
});
