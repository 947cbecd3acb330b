import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFor } from './terminal-double.ts';

test('with no server there, that is the only thing said of the stations', async () => {
  // Port 0 is none that a server can have.
  const ran = await runFor(['simulate', '--url', 'ws://127.0.0.1:0', '--stations', '1', '--for', '1s']);
  assert.deepEqual([ran.status, ran.output], [1, '']);
  assert.match(ran.errors, /no station reached ws:\/\/127\.0\.0\.1:0: is a server there, /);
});

test('more stations than a thousand are refused, and none is begun', async () => {
  const ran = await runFor(['simulate', '--url', 'ws://127.0.0.1:0', '--stations', '1001', '--for', '1s']);
  assert.deepEqual([ran.status, ran.output], [2, '']);
  assert.match(ran.errors, /--stations: .*from 1 to 1000/);
});
