/** The starters in plain JavaScript, on the pinned Node and on the system's own. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './running-server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const START = join(root, 'scripts', 'start.mjs');
const BIN = join(root, 'packages', 'server', 'bin', 'ocpp-logs.mjs');

/** Any Node that is not the one from npm. */
function systemNode(): string | null {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, 'node')).find((path) => existsSync(path)) ?? null;
}

const NODES = [...new Set([process.execPath, systemNode()])].filter((node) => node !== null);

for (const node of NODES) {
  test(`${node}: arguments go in, the exit status comes out`, () => {
    const version = spawnSync(node, [BIN, 'version'], { encoding: 'utf8' });
    assert.match(version.stdout, /^ocpp-logs \d+\.\d+\.\d+ \(Node v24\./);
    assert.equal(version.status, 0);
    const wrong = spawnSync(node, [START, '--prot', '1'], { encoding: 'utf8' });
    assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
  });

  test(`${node}: it serves, and SIGTERM ends it cleanly`, async () => {
    const folder = await temporaryFolder();
    const child = spawn(node, [START, '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await listening(child.stdout);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(existsSync(join(folder, 'run.json')), false);
    await rm(folder, { recursive: true });
  });
}

test('npm that is killed takes the server with it', { skip: process.platform === 'win32' }, async () => {
  const folder = await temporaryFolder();
  const npm = spawn('npm', ['start', '--', '--port', '0', '--data', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await listening(npm.stdout);
  npm.kill('SIGTERM');
  // The server has the other end of this pipe: it closes when the server is gone.
  npm.stdout.resume();
  await once(npm.stdout, 'close');
  assert.equal(existsSync(join(folder, 'run.json')), false);
  await rm(folder, { recursive: true });
});

async function listening(output: Readable): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve) => {
    output.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (/^ocpp-logs listening on http:\/\/127\.0\.0\.1:\d+$/m.test(printed)) resolve();
    });
  });
}
