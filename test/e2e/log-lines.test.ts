/** What the program prints: its log as JSON on standard error, what a person reads on standard output. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, launch, temporaryFolder } from './running-server.ts';

const CONFIG = `log_level: trace
auto_sites: false
sites:
  - { id: depot }
  - { id: relayed, upstream: "ws://127.0.0.1:9/{charger}" }
`;

/** Both streams by themselves. */
async function started(t: TestContext) {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.yaml');
  await writeFile(file, CONFIG);
  const args = ['serve', '--port', '0', '--data', folder, '--config', file];
  const child = launch(args, { OCPP_LOGS_ADMIN_TOKEN: ADMIN_TOKEN });
  t.after(() => child.kill('SIGKILL'));
  child.stdin?.end();
  const said = { output: '', errors: '' };
  const ended = once(child, 'close');
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.errors += text;
  });
  const listening = new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said.output += text;
      const url = /ocpp-logs listening on (http:\S+)/.exec(said.output)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([listening, ended.then(() => null)]);
  assert.ok(url !== null, said.output + said.errors);
  return { child, said, ended, url };
}

test('every line of the log is one JSON object, and standard output is for who started it', async (t) => {
  const { child, said, ended, url } = await started(t);
  for (const [site, outcome] of [
    ['depot', 'open'],
    ['relayed', 'error'],
    ['nowhere', 'error'],
  ] as const) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ocpp/${site}/CP1`, 'ocpp1.6');
    if (outcome === 'open') socket.on('error', () => undefined);
    await once(socket, outcome);
    if (outcome === 'open') socket.send('not JSON');
    socket.terminate();
  }
  for (const path of ['/sites', '/nowhere', '/ocpp-logs/site/depot?from=x', '/readyz']) {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    await answer.arrayBuffer();
  }
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  const lines = said.errors.split('\n');
  assert.equal(lines.pop(), '', 'the last line is whole');
  assert.ok(lines.length >= 2, said.errors);
  for (const line of lines) {
    const told: unknown = JSON.parse(line);
    assert.ok(typeof told === 'object' && told !== null && 'level' in told && 'time' in told, line);
  }
  assert.doesNotMatch(said.output, /^\{/m);
  assert.match(said.output, /stopped; everything received is stored\n$/);
});

test('a server that cannot start says why in one line', async (t) => {
  const { url } = await started(t);
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const second = launch(['serve', '--port', new URL(url).port, '--data', folder]);
  second.stdin?.end();
  let errors = '';
  second.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  second.stdout?.resume();
  const [code] = await once(second, 'close');
  assert.notEqual(code, 0);
  const plain = errors.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  assert.equal(plain.length, 1, errors);
});
