import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const skip =
  process.platform === 'linux' ? false : 'NOT TESTED: elsewhere threads have no priority of their own';
const url = new URL('./thread-priority.ts', import.meta.url).href;
const ASK = `
  const { getPriority } = await import('node:os');
  const { standBehind } = await import('${url}');
  const before = getPriority(0);
  standBehind(5);
  console.log(JSON.stringify([before, getPriority(0)]));
`;

/** Of a thread before and after, in a process that was started so many steps lower. */
function stood(lower: number): readonly [before: number, after: number] {
  const args = ['-n', String(lower), process.execPath, ...process.execArgv, '--input-type=module', '-e', ASK];
  return JSON.parse(execFileSync('nice', args, { encoding: 'utf8' }));
}

test('a thread stands behind the one that made it, wherever that stands', { skip }, () => {
  const [before, after] = stood(0);
  assert.equal(after, Math.min(19, before + 5));
  const [low, lower] = stood(7);
  assert.equal(lower, Math.min(19, low + 5));
});

test('nothing is lower than the lowest, and that is no fault', { skip }, () => {
  assert.deepEqual(stood(19), [19, 19]);
});
