/** A back-up that is mounted, or belongs to somebody else: it can be looked at, and is left as it is. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runFor } from './terminal-double.ts';

const LOG = '2026-01-05T10:00:00.000Z RECV [2,"1","Heartbeat",{}]\n';
const RANGE = ['--from', '2026-01-05', '--to', '2026-01-06'];
const NOBODY = 65_534;
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ROOT = process.getuid?.() === 0;
const skip = reasonToSkip();
let base = '';
let folder = '';

function reasonToSkip(): string | false {
  if (process.platform === 'win32') return 'folders of Windows are not made read-only by their mode';
  const hidden = (path: string): boolean =>
    (statSync(path).mode & 0o001) === 0 || (path !== '/' && hidden(dirname(path)));
  return ROOT && hidden(dirname(MAIN)) && 'another user than root cannot read this program';
}

function everywhere(path: string, files: number, folders: number): void {
  const inside = statSync(path).isDirectory();
  chmodSync(path, inside ? folders : files);
  if (inside) for (const name of readdirSync(path)) everywhere(join(path, name), files, folders);
}

before(async () => {
  if (skip !== false) return;
  base = mkdtempSync(join(tmpdir(), 'ocpp-logs-read-only-'));
  chmodSync(base, 0o755);
  folder = join(base, 'data');
  const args = ['import', '-', '--charger', 'CP_1', '--site', 'depot', '--data', folder];
  assert.equal((await runFor(args, { input: LOG })).status, 0);
});
after(() => {
  if (base === '') return;
  everywhere(base, 0o644, 0o755);
  rmSync(base, { recursive: true });
});

/** As a user who may read the folder and no more; root may always write. */
function runReading(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', MAIN, ...args],
    ROOT ? { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8' } : { encoding: 'utf8' },
  );
  return { status, output: stdout, errors: stderr };
}

test('search, lists and check work on a folder that cannot be written, and leave it as it is', {
  skip,
}, () => {
  const names = readdirSync(join(folder, 'logs'));
  everywhere(folder, 0o444, 0o555);
  const found = runReading('search', ...RANGE, '--data', folder);
  assert.deepEqual([found.status, found.errors], [0, '']);
  assert.equal(JSON.parse(found.output).action, 'Heartbeat');
  const checked = runReading('check', '--data', folder);
  assert.deepEqual([checked.status, checked.output], [0, `${folder} is sound\n`]);
  assert.match(runReading('site', 'list', '--data', folder).output, /^depot +depot/m);
  assert.deepEqual(readdirSync(join(folder, 'logs')), names);
});

test('changes that stand beside a file, and cannot be read here, are told with what to do', { skip }, () => {
  const copy = join(base, 'copy');
  everywhere(folder, 0o644, 0o755);
  const writer = new DatabaseSync(join(folder, 'control.db'));
  writer.exec('CREATE TABLE more (x); DROP TABLE more');
  cpSync(folder, copy, { recursive: true });
  writer.close();
  rmSync(join(copy, 'control.db-shm'));
  assert.ok(statSync(join(copy, 'control.db-wal')).size > 0);
  everywhere(copy, 0o444, 0o555);
  const { status, errors } = runReading('search', ...RANGE, '--data', copy);
  assert.equal(status, 1);
  assert.match(
    errors,
    /newest changes of control\.db stand in .*control\.db-wal, .* copy the folder, .* --data\n$/,
  );
});
