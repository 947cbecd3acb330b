import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FollowedFiles } from './followed-files.ts';

function follow(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'followed-'));
  const paths = { first: join(folder, 'first'), second: join(folder, 'second') };
  const write = (first: string, second: string) => {
    writeFileSync(paths.first, first);
    writeFileSync(paths.second, second);
  };
  write('a', 'b');
  const taken: string[] = [];
  const lines: string[] = [];
  const files = new FollowedFiles({
    paths,
    texts: { first: 'a', second: 'b' },
    take: ({ first = '', second = '' }) => {
      if (first === 'bad') throw new Error('no good');
      taken.push(first + second);
    },
    everyMs: 3_600_000,
    log: { info: (line) => lines.push(line), error: (line) => lines.push(line) },
  });
  t.after(async () => {
    await files.close();
    rmSync(folder, { recursive: true });
  });
  return { files, paths, write, taken, lines };
}

test('a change counts when two looks in a row find the same', async (t) => {
  const { files, write, taken, lines } = follow(t);
  for (const [at, first] of ['h', 'ha', 'hal', 'half', 'a', 'half'].entries()) {
    write(first, 'b');
    await files.look();
    assert.deepEqual([taken, lines], [[], []], `look ${at}`);
  }
  await files.look();
  assert.deepEqual([taken, files.reloads, files.failures], [['halfb'], 1, 0]);
  await files.look();
  await files.look();
  assert.deepEqual([taken, lines], [['halfb'], ['first, second: read again']]);
});

test('what is gone for one look, or no good for one, is not told of', async (t) => {
  const { files, paths, write, taken, lines } = follow(t);
  rmSync(paths.second);
  await files.look();
  write('bad', 'b');
  await files.look();
  write('a', 'b');
  await files.look();
  assert.deepEqual([taken, lines, files.failures], [[], [], 0]);
});

test('what stays no good is told of once, and again when it was good meanwhile', async (t) => {
  const { files, paths, write, lines } = follow(t);
  const looks = async (count: number) => {
    for (let n = 0; n < count; n += 1) await files.look();
  };
  write('bad', 'b');
  await looks(4);
  assert.deepEqual(lines, [
    'first, second: changed, but cannot be used (no good); what was read before goes on',
  ]);
  write('a', 'b');
  await looks(1);
  write('bad', 'b');
  await looks(4);
  assert.equal(files.failures, 2);
  rmSync(paths.first);
  await looks(4);
  assert.equal(files.failures, 3);
  assert.match(lines.at(-1) ?? '', /cannot be used \(ENOENT/);
  assert.equal(files.reloads, 0);
});
