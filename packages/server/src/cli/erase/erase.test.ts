import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFor } from '../terminal-double.ts';

test('what comes through a pipe and is far too long for an id tag is refused before anything is opened', async () => {
  const words = ['erase', '--data', '/no/such/folder', '--site', 'depot', '--id-tag', '-'];
  const ran = await runFor(words, { input: '0'.repeat(10_001) });
  assert.deepEqual([ran.status, ran.output], [2, '']);
  assert.match(ran.errors, /what came through the pipe is no id tag/);
});
