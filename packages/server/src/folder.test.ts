import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DataFolder, FolderError, holderOf } from './folder.ts';

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ocpp-logs-folder-'));
});
afterEach(() => rmSync(path, { recursive: true }));

test('a folder is made, held, announced and released', () => {
  const inside = join(path, 'new', 'one');
  const folder = DataFolder.hold(inside, 'serve');
  assert.deepEqual(holderOf(inside), { pid: process.pid, command: 'serve', url: null, token: null });
  folder.announce({ command: 'serve', url: 'http://127.0.0.1:1', token: 't' });
  assert.equal(holderOf(inside)?.token, 't');
  assert.equal(statSync(join(inside, 'run.json')).mode & 0o777, 0o600);
  folder.release();
  folder.release();
  assert.equal(holderOf(inside), null);
  assert.equal(existsSync(join(inside, 'run.json')), false);
  DataFolder.hold(inside, 'serve').release();
});

test('a second holder is refused with the process and address of the first', () => {
  const folder = DataFolder.hold(path, 'serve');
  folder.announce({ command: 'serve', url: 'http://127.0.0.1:9016', token: 't' });
  assert.throws(() => DataFolder.hold(path, 'serve'), {
    name: 'FolderError',
    message: `data folder ${path} is in use by a running server at http://127.0.0.1:9016 (process ${process.pid}); stop it or choose another with --data`,
  });
  folder.release();
});

test('a holder keeps its folder without being referred to, and leaves nothing in the way when it is killed', async (t) => {
  const script = `
    import { DataFolder } from ${JSON.stringify(new URL('./folder.ts', import.meta.url).href)};
    DataFolder.hold(${JSON.stringify(path)}, 'serve');
    globalThis.gc();
    process.stdout.write('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  assert.equal(holderOf(path)?.pid, child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(holderOf(path), null);
  DataFolder.hold(path, 'import').release();
});

test('a folder that cannot be written is one line', () => {
  const file = join(path, 'file');
  writeFileSync(file, '');
  assert.throws(
    () => DataFolder.hold(join(file, 'inside'), 'serve'),
    (error: Error) =>
      error instanceof FolderError && /cannot be written \(ENOTDIR\); choose another/.test(error.message),
  );
});
