/** Exports beside a running server, and exports that are cut off. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROGRAM, run, startServer, temporaryFolder } from './running-server.ts';

const RANGE = ['--from', '2026-01-01', '--to', '2026-02-01'] as const;

function log(exchanges: number): string {
  return Array.from({ length: exchanges }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 5) + at * 1000).toISOString();
    return `${time} >> [2,"m${at}","Heartbeat",{}]\n`;
  }).join('');
}

test('what a running server holds is exported beside it', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const options = ['--charger', 'CP_1', '--site', 'imported', '--data', server.folder];
  assert.equal((await run(['import', '-', ...options], {}, log(300))).code, 0);
  const { code, stdout, stderr } = await run([
    'export',
    '--site',
    'imported',
    ...RANGE,
    '--data',
    server.folder,
  ]);
  assert.equal(code, 0);
  assert.equal(stdout.split('\r\n').length, 302);
  assert.match(stderr, /^300 entries /);
});

const fifos = process.platform === 'win32' ? 'this system has no named pipes' : false;

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`an export that ${signal} ends leaves no file behind`, { skip: fifos }, async (t) => {
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true, force: true }));
    const data = join(folder, 'data');
    await run(['import', '-', '--charger', 'CP_1', '--site', 's', '--data', data], {}, log(3000));
    const file = join(folder, 'out.ndjson');
    // A pipe that nobody empties holds the export up until it has been told to stop.
    assert.equal(spawnSync('mkfifo', [`${file}.part`]).status, 0);
    const args = [...PROGRAM, 'export', ...RANGE, '-o', file, '--data', data];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const ended = once(child, 'close');
    const pipe = createReadStream(`${file}.part`, { highWaterMark: 1024 });
    await once(pipe, 'readable');
    child.kill(signal);
    pipe.resume();
    assert.deepEqual(await ended, [status, null]);
    assert.equal(told, 'stopped: nothing was written\n');
    assert.deepEqual([existsSync(file), existsSync(`${file}.part`)], [false, false]);
  });
}
