import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { StoreUnavailableError } from '../store/unavailable.ts';
import type { Command } from './command.ts';
import { runFor } from './terminal-double.ts';

function failing(work: () => unknown): readonly Command[] {
  return [
    {
      name: ['check'],
      summary: '',
      words: '',
      options: {},
      examples: [],
      run: async () => {
        work();
        return 0;
      },
    },
  ];
}

const refused = (code: string) => () => {
  throw Object.assign(new Error(code), { code, syscall: 'open', path: '/backup/control.db' });
};

test('what the system refuses is one line with the path, and status 1', async () => {
  const cases: readonly (readonly [() => unknown, RegExp])[] = [
    [refused('EROFS'), /^\/backup\/control\.db lies on a read-only file system; .*copy \(EROFS\)\n$/],
    [refused('EACCES'), /^\/backup\/control\.db may not be opened by this user; .* \(EACCES\)\n$/],
    [refused('EPERM'), /^\/backup\/control\.db may not be changed by this user; .* \(EPERM\)\n$/],
    [() => readFileSync(tmpdir()), /is a folder and no file \(EISDIR\)\n$/],
    [
      () => {
        throw new StoreUnavailableError('index.db is locked');
      },
      /^the store cannot be used: index\.db is locked\n$/,
    ],
  ];
  for (const [work, expected] of cases) {
    const ran = await runFor(['check'], { commands: failing(work) });
    assert.match(ran.errors, expected);
    assert.equal(ran.status, 1);
  }
});

test('what SQLite cannot open or write is one line too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-system-'));
  try {
    const missing = () => new DatabaseSync(join(folder, 'none', 'x.db'));
    const opened = await runFor(['check'], { commands: failing(missing) });
    assert.equal(opened.status, 1);
    assert.match(
      opened.errors,
      /^data folder: a file cannot be opened; .*\(unable to open database file\)\n$/,
    );
    const path = join(folder, 'x.db');
    new DatabaseSync(path).close();
    const written = await runFor(['check'], {
      commands: failing(() => new DatabaseSync(path, { readOnly: true }).exec('CREATE TABLE t (a)')),
    });
    assert.match(written.errors, /^data folder: a file may not be written; [^\n]+\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a fault of the program is no line for people: it keeps its stack', async () => {
  const fault = () => {
    throw new TypeError('x is not a function');
  };
  await assert.rejects(runFor(['check'], { commands: failing(fault) }), TypeError);
});
