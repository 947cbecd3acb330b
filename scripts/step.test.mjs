import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runStep } from './step.mjs';

function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-step-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One that was killed may stay in the table until its parent has taken note. */
function isRunning(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

/** As a test that fails and does not end what it has started: its file never ends. */
const LEAVES_A_CHILD = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  import { test } from 'node:test';
  test('leaves one', () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'left-behind']);
    writeFileSync(new URL('./pid', import.meta.url), String(child.pid));
    throw new Error('it failed');
  });
`;

test('a step passes by its status, and what it printed is kept', async () => {
  const good = await runStep(process.execPath, ['-e', 'console.log(process.env.OF_STEP)'], {
    env: { OF_STEP: 'given' },
    limitMs: 60_000,
  });
  assert.deepEqual(good, { passed: true, output: 'given\n' });
  const bad = await runStep(process.execPath, ['-e', 'console.error("why"); process.exitCode = 3'], {
    limitMs: 60_000,
  });
  assert.deepEqual(bad, { passed: false, output: 'why\n' });
});

test('of tests that hang the file is named, and nothing that it left goes on', async (t) => {
  const folder = temporary(t);
  const [hanging, sound] = ['hanging', 'sound'].map((name) => join(folder, `${name}.test.mjs`));
  writeFileSync(hanging, LEAVES_A_CHILD);
  writeFileSync(sound, `import { test } from 'node:test'; test('ends', () => {});`);
  const noted = join(folder, 'pid');
  // A test's runner may not run others of its own process tree unless it does not know of it.
  const env = { NODE_TEST_CONTEXT: undefined };
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', hanging, sound];
  const { passed, output } = await runStep(process.execPath, args, { env, limitMs: 5_000 });
  assert.equal(passed, false);
  const [before, running] = output.split('ended after 5 s; still running were:\n');
  assert.match(before ?? '', /leaves one/);
  assert.match(running ?? '', /hanging\.test\.mjs/);
  assert.match(running ?? '', /left-behind/);
  assert.doesNotMatch(running ?? '', /sound\.test\.mjs/);
  assert.match(running ?? '', /ended by SIGKILL/);
  assert.ok(existsSync(noted) && !isRunning(Number(readFileSync(noted, 'utf8'))));
});
