/** Secrets that the settings give: what reaches other servers and databases with them is never told, whatever goes wrong. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually, run, startServer, temporaryFolder } from './running-server.ts';

/** In every secret of these tests, and nowhere else. */
const MARK = 'nobodyMayReadThis';
const FIXTURES = join(import.meta.dirname, '../fixtures');

function assertSilent(text: string, where: string, secrets: readonly string[] = [MARK]): void {
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) assert.fail(`${where} holds a secret: ${text.slice(Math.max(0, at - 80), at + 40)}`);
  }
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Answer = (headers: IncomingHttpHeaders) => {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A server that knows nothing better than to say what it was sent. */
async function echoing(t: TestContext, answer: Answer): Promise<string> {
  const server = createServer(({ headers }, response) => {
    const { status, headers: more = {}, body } = answer(headers);
    response.writeHead(status, more).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // Safe: it listens on TCP.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

const said = (headers: IncomingHttpHeaders) =>
  JSON.stringify({ authorization: headers.authorization, key: headers['x-api-key'] }).replaceAll('"', "'");

const ECHOES: readonly (readonly [what: string, answer: Answer])[] = [
  ['401', (headers) => ({ status: 401, body: JSON.stringify({ detail: `you sent ${said(headers)}` }) })],
  ['403 in plain text', (headers) => ({ status: 403, body: `no: ${said(headers)}` })],
  ['500', (headers) => ({ status: 500, body: JSON.stringify({ message: said(headers) }) })],
  [
    'a redirection',
    (headers) => ({
      status: 302,
      headers: { location: `/?key=${headers['x-api-key'] ?? headers.authorization}` },
      body: '',
    }),
  ],
  ['what is no page', (headers) => ({ status: 200, body: said(headers) })],
];

for (const [what, answer] of ECHOES) {
  test(`the keys of pull are not told where the other server gives them back with ${what}`, async (t) => {
    const folder = await folderOf(t);
    const url = await echoing(t, answer);
    const secretFile = join(folder, '..', `${MARK.length}-${what.replaceAll(/\W/g, '-')}-${process.pid}`);
    writeFileSync(secretFile, `${MARK}-in-a-file\n`);
    t.after(() => rm(secretFile, { force: true }));
    const keys = { OCPP_LOGS_PULL_API_KEY: `${MARK}-key`, OCPP_LOGS_PULL_SECRET: `${MARK}-secret` };
    const common = ['pull', url, '--site', '1', '--into', 'here', '--tries', '1', '--data', folder];
    for (const [way, env] of [
      [[], keys],
      [['--secret-file', secretFile], { OCPP_LOGS_PULL_API_KEY: `${MARK}-key` }],
      [['--bearer-file', secretFile], {}],
    ] as const) {
      // Each run is a process of its own: every way of asking with one of the answers is enough.
      for (const more of what === '401' ? [[], ['--dry-run'], ['--json']] : [[]]) {
        const { code, stdout, stderr } = await run([...common, ...way, ...more], env);
        assert.notEqual(code, 0, `${way} ${more}: ${stdout}${stderr}`);
        assertSilent(stdout + stderr, `pull ${way} ${more}`);
      }
    }
  });
}

test('the key towards upstreams is not told, neither rightly used nor damaged, changed or locked by a passphrase', async (t) => {
  const folder = await folderOf(t);
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  copyFileSync(join(FIXTURES, 'upstream-cert.pem'), cert);
  copyFileSync(join(FIXTURES, 'upstream-key.pem'), key);
  const whole = readFileSync(key, 'utf8');
  const secrets = [MARK, ...whole.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))];
  const locked = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: `${MARK}-phrase` },
  }).privateKey;
  secrets.push(...locked.split('\n').filter((line) => line !== '' && !line.startsWith('-----')));
  const config = [
    'log_level: trace',
    `upstream: { cert_file: ${cert}, key_file: ${key} }`,
    'sites:',
    '  - { id: depot, upstream: "wss://127.0.0.1:1/{charger}" }',
    'pull:',
    `  - { name: mirror, url: "http://127.0.0.1:1", site: "1", into: depot, api_key: ${MARK}-configured }`,
  ].join('\n');
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const station = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/depot/CP1`, 'ocpp1.6');
  const [error] = await once(station, 'error');
  assert.match(String(error), /502/);
  for (const damaged of [
    locked,
    whole.replace(/[A-Za-z0-9+/]{20}/, MARK.slice(0, 20).padEnd(20, 'A')),
    MARK,
  ]) {
    writeFileSync(key, damaged);
    const lines = () => server.output().split('\n').length;
    const before = lines();
    await eventually(
      async () => lines(),
      (now) => now > before,
    );
  }
  for (const path of ['/metrics', '/rest/v1/status', '/rest/v1/sites', '/rest/v1/audit'])
    assertSilent(await (await server.get(path)).text(), path, secrets);
  assert.equal(await server.stop(), 0);
  assertSilent(server.output(), 'the output of the server', secrets);
  for (const wrong of [locked, `${whole.slice(0, 80)}${MARK}`]) {
    writeFileSync(key, wrong);
    const { code, stdout, stderr } = await run([
      'serve',
      '--port',
      '0',
      '--config',
      join(folder, 'config.yaml'),
    ]);
    assert.equal(code, 2, stdout + stderr);
    assertSilent(stdout + stderr, 'a start that fails', secrets);
  }
});

test('a wrong setting is told without the secrets that stand beside it', async (t) => {
  const folder = await folderOf(t);
  const file = join(folder, 'wrong.yaml');
  for (const wrong of [
    `pull:\n  - { name: m, url: "http://x", site: "1", api_key: ${MARK}, rate: 1000 }\n`,
    `pull:\n  - { name: m, url: "http://user:${MARK}@x", site: "1", raet: 1 }\n`,
    `control: { postgres: { url: "postgres://u:${MARK}@127.0.0.1:1/d?nonsense=1" } }\n`,
    `control: { postgres: { url: "postgres://u:${MARK}%@127.0.0.1:1/d" } }\n`,
    `control: { postgres: { url: "postgres//u:${MARK}@127.0.0.1:1/d" } }\n`,
    `control: { postgres: { url: "postgres://u:${MARK}@127.0.0.1:1/d" } }\n`,
  ]) {
    writeFileSync(file, wrong);
    for (const command of [
      ['site', 'list'],
      ['pull', 'm'],
    ]) {
      const { stdout, stderr } = await run([...command, '--data', folder, '--config', file]);
      assertSilent(stdout + stderr, `${command.join(' ')} with ${wrong}`);
    }
  }
  const env = { OCPP_LOGS_CONTROL_POSTGRES_URL: `postgres://u:${MARK}@127.0.0.1:1/d` };
  const { stdout, stderr } = await run(['site', 'list', '--data', folder], env);
  assertSilent(stdout + stderr, 'a database that does not answer');
  assert.match(stderr, /PostgreSQL/);
});

test('the password of a ClickHouse is not told, whatever that answers', async (t) => {
  const folder = await folderOf(t);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${MARK}-in-a-file\n`);
  const url = await echoing(t, (headers) => ({ status: 403, body: `no: ${JSON.stringify(headers)}` }));
  const config = `log_level: trace\nsites: [{ id: depot }]\nstore: { clickhouse: { url: "${url}"`;
  const basic = (password: string) => Buffer.from(`default:${password}`).toString('base64');
  const secrets = [MARK, basic(`${MARK}-in-a-file`), basic(`${MARK}-set`)];
  for (const [more, env] of [
    [`, password_file: ${passwordFile} } }`, {}],
    [' } }', { OCPP_LOGS_CLICKHOUSE_PASSWORD: `${MARK}-set` }],
  ] as const) {
    const file = join(folder, 'clickhouse.yaml');
    writeFileSync(file, config + more);
    const server = await startServer({ folder, args: ['--config', file], env }).catch(
      (error: unknown) => error,
    );
    if (server instanceof Error) {
      assertSilent(server.message, 'a start that fails', secrets);
      continue;
    }
    // Safe: it is what startServer resolves to.
    const running = server as Awaited<ReturnType<typeof startServer>>;
    t.after(() => running.stop('SIGKILL'));
    for (const path of ['/ocpp-logs/site/depot?from=2026-01-01&to=2026-02-01', '/rest/v1/status', '/metrics'])
      assertSilent(await (await running.get(path)).text(), path, secrets);
    assert.match(running.output(), /ClickHouse/);
    await running.stop();
    assertSilent(running.output(), 'the output of the server', secrets);
  }
});
