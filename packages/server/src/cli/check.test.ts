import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { runFor } from './terminal-double.ts';

const LOG = '2026-01-05T10:00:00Z [2,"1","Heartbeat",{}]\n2026-01-05T10:00:01Z [3,"1",{"currentTime":"x"}]\n';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-check-'));
  await runFor(['import', '-', '--charger', 'a', '--data', folder], { input: LOG });
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runFor(['check', '--data', folder, ...args]);

test('a sound folder is told to be, with status 0', async () => {
  assert.deepEqual(await run(), { status: 0, output: `${folder} is sound\n`, errors: '' });
  assert.deepEqual(JSON.parse((await run('--json')).output), { sound: true, problems: [], set_aside: [] });
});

test('a damaged site file is named, with status 1', async () => {
  const [name] = readdirSync(join(folder, 'logs')).filter((file) => /^\d+\.db$/.test(file));
  writeFileSync(
    join(folder, 'logs', name ?? ''),
    'no database at all, but long enough to look at'.repeat(100),
  );
  const { status, output } = await run();
  assert.equal(status, 1);
  assert.match(output, new RegExp(`^logs/${name} \\(site imported\\): .+\n`));
  assert.match(output, /: 1 problem\n$/);
});

test('a damaged control.db is named', async () => {
  writeFileSync(join(folder, 'control.db'), 'no database at all'.repeat(100));
  const { status, output } = await run();
  assert.equal(status, 1);
  assert.match(output, /^control\.db is damaged/);
});

test('what was set aside is told and is no problem', async () => {
  mkdirSync(join(folder, 'set-aside'));
  writeFileSync(join(folder, 'set-aside', '00000009.db'), '');
  const { status, output } = await run();
  assert.equal(status, 0);
  assert.match(output, /^set aside earlier, not read: set-aside\/00000009\.db\n/);
});
