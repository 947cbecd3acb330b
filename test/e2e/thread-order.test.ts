/** Where cores are short the relay comes first, then what records, then who reads; and then all that nobody looks at. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { eventually, startServer } from './running-server.ts';

const skip =
  process.platform === 'linux' ? false : 'NOT TESTED: elsewhere threads have no priority of their own';

/** By the names of a process's threads: what `nice` tells of each. */
async function nicesOf(pid: number): Promise<ReadonlyMap<string, number>> {
  const nices = new Map<string, number>();
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const told = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => null);
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(told ?? '') ?? [];
    // proc_pid_stat(5): the 19th field, of which the first two are gone.
    if (thread === String(pid)) nices.set('relay', Number(rest.split(' ')[16]));
    else nices.set(name, Number(rest.split(' ')[16]));
  }
  return nices;
}

test('threads stand in the order in which they may wait', { skip }, async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const isThere = (nices: ReadonlyMap<string, number>) =>
    ['recorder', 'reader', 'alarms'].every((name) => (nices.get(name) ?? 0) > (nices.get('relay') ?? 0));
  const nices = await eventually(() => nicesOf(server.pid), isThere);
  const [relay = 0, recorder = 0, reader = 0, alarms = 0] = ['relay', 'recorder', 'reader', 'alarms'].map(
    (name) => nices.get(name),
  );
  assert.ok(relay < recorder && recorder < reader && reader < alarms, [...nices].join(' '));
});
