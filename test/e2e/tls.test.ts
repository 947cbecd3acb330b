/** TLS, passwords of stations and what a person sees of them, at the program itself. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ClientOptions, WebSocket } from 'ws';
import { issue, issueServer } from '../../packages/server/src/capture/tls/certificates.fixture.ts';
import { ADMIN_TOKEN, eventually, run, startServer, temporaryFolder } from './running-server.ts';

const { authority, server: certificate } = issueServer();
const CA = authority.cert;

async function folderWith(t: TestContext) {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), ca: join(folder, 'ca.pem') };
  await writeFile(files.cert, certificate.cert);
  await writeFile(files.key, certificate.key);
  await writeFile(files.ca, CA);
  const tls = [`cert_file: ${files.cert}`, `key_file: ${files.key}`];
  return { folder, files, tls };
}

async function ask(url: string, path: string, method = 'GET', body = '') {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const sent = request(`${url}${path}`, { ca: CA, method, headers: body === '' ? headers : { ...headers } });
  if (method === 'POST' && path.endsWith('/session')) sent.removeHeader('authorization');
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() };
}

/** A station that says yes to whatever it is called with; the status of the answer where it is not let in. */
async function station(url: string, options: ClientOptions = {}): Promise<WebSocket | number> {
  const socket = new WebSocket(url, 'ocpp1.6', { ca: CA, ...options });
  socket.on('message', (bytes) => {
    const [kind, id] = JSON.parse(String(bytes));
    if (kind === 2) socket.send(JSON.stringify([3, id, { status: 'Accepted' }]));
  });
  const refused = new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
  });
  const opened = once(socket, 'open').then(() => socket);
  return Promise.race([opened, refused]);
}

/** Of a link that signs somebody in, made before the server starts: it says one itself only where a dashboard was built. */
async function signInToken(folder: string): Promise<string> {
  const { stdout, stderr } = await run(['user', 'add', 'ada', '--role', 'admin', '--link', '--data', folder]);
  const token = /sign-in#token=(\S+)/.exec(stdout)?.[1];
  assert.ok(token !== undefined, stderr);
  return token;
}

const stationsOf = (url: string) => `${url.replace('http', 'ws')}/ocpp`;
// An option of the request that ws makes, and so none that its own types tell of.
const basic = (charger: string, password: string): ClientOptions & { auth: string } => ({
  auth: `${charger}:${password}`,
});

test('with a certificate the port speaks TLS and nothing else, and commands beside the server still reach it', async (t) => {
  const { folder, tls } = await folderWith(t);
  const config = `tls: {${tls.join(', ')}}\nsites: [{id: depot}]\n`;
  const token = await signInToken(folder);
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  assert.match(server.url, /^https:/);
  const connected = await station(`${stationsOf(server.url)}/depot/CP1`);
  assert.ok(connected instanceof WebSocket);
  connected.send('[2,"1","Heartbeat",{}]');
  const page = await eventually(
    () => ask(server.url, '/rest/v1/ocpp-logs/site/depot?from=2020-01-01&to=2100-01-01'),
    ({ text }) => text.includes('Heartbeat'),
  );
  assert.equal(page.headers['strict-transport-security'], 'max-age=31536000');

  const signedIn = await ask(server.url, '/rest/v1/session', 'POST', JSON.stringify({ token }));
  assert.equal(signedIn.status, 201, signedIn.text);
  assert.match(String(signedIn.headers['set-cookie']), /^__Host-ocpp_logs_session=.*; Secure/);

  const { text: metrics } = await ask(server.url, '/metrics');
  const [, expires] = /^ocpp_logs_tls_certificate_expires_seconds (\d+)$/m.exec(metrics) ?? [];
  assert.ok(Number(expires) * 1_000 > Date.now(), metrics.slice(0, 200));

  const plain = connect(Number(new URL(server.url).port), '127.0.0.1');
  plain.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(plain.resume(), 'close');

  const called = await run(['command', 'CP1', 'ClearCache', '--data', folder]);
  assert.equal(called.code, 0, called.stderr);
  assert.match(called.stdout, /Accepted/);

  const hungUp = once(connected, 'close');
  assert.equal(await server.stop(), 0);
  assert.equal((await hungUp)[0], 1001);
});

test('where nothing but TLS is served the plain port of commands is this machine alone', async (t) => {
  const { folder, tls } = await folderWith(t);
  const server = await startServer({ folder, config: `host: 0.0.0.0\ntls: {${tls.join(', ')}}\n` });
  t.after(() => server.stop('SIGKILL'));
  // Safe: the server under test writes it.
  const { url } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { url: string };
  assert.match(url, /^http:\/\/127\.0\.0\.1:/);
  const reaches = (host: string, port: string): Promise<boolean> => {
    const socket = connect({ host, port: Number(port) });
    t.after(() => socket.destroy());
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
  };
  const [plain, secured] = [new URL(url).port, new URL(server.url).port];
  assert.ok(await reaches('127.0.0.1', plain));
  // Of the same machine, but another address than the one that is listened on.
  assert.ok(await reaches('127.0.0.2', secured));
  assert.equal(await reaches('127.0.0.2', plain), false);
  assert.equal(await server.stop(), 0);
});

test('beside TLS a port stays plain where it is asked for, without telling browsers never to use it', async (t) => {
  const { folder, tls } = await folderWith(t);
  const token = await signInToken(folder);
  const server = await startServer({
    folder,
    config: `tls: {${tls.join(', ')}, port: 0}\nsites: [{id: depot}]\n`,
  });
  t.after(() => server.stop('SIGKILL'));
  const plain = /without TLS +(http:[^,\s]+)/.exec(server.output())?.[1] ?? '';
  for (const url of [server.url, plain]) {
    const connected = await station(`${stationsOf(url)}/depot/CP1`);
    assert.ok(connected instanceof WebSocket, url);
    connected.terminate();
  }
  const secured = await ask(server.url, '/livez');
  assert.deepEqual([secured.status, secured.headers['strict-transport-security']], [200, undefined]);
  // As open as the other, as the docs say: served and not sent on, and its sessions are not for TLS alone.
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const sites = await fetch(`${plain}/rest/v1/sites`, { headers, redirect: 'manual' });
  assert.deepEqual([sites.status, sites.headers.get('strict-transport-security')], [200, null]);
  const signedIn = await fetch(`${plain}/rest/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  assert.equal(signedIn.status, 201);
  assert.doesNotMatch(signedIn.headers.get('set-cookie') ?? 'Secure', /Secure|__Host-/);
  assert.equal(await server.stop(), 0);
});

test('a station signs in with its password, is told a new one by a command, and uses it from then on', async (t) => {
  const { folder } = await folderWith(t);
  const server = await startServer({ folder, config: 'sites: [{id: depot, station_auth: basic}]\n' });
  t.after(() => server.stop('SIGKILL'));
  const endpoint = `${stationsOf(server.url)}/depot/CP1`;
  assert.equal(await station(endpoint), 401);
  const made = await run(['station', 'password', 'depot', 'CP1', '--data', folder]);
  const first = made.stdout.trim();
  const connected = await station(endpoint, basic('CP1', first));
  assert.ok(connected instanceof WebSocket);
  const next = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00';
  const change = ['ChangeConfiguration', 'key=AuthorizationKey', `value=${next}`];
  const called = await run(['command', 'CP1', ...change, '--data', folder]);
  assert.equal(called.code, 0, called.stderr);
  assert.ok(
    (await station(endpoint, basic('CP1', first))) instanceof WebSocket,
    'it may not have restarted yet',
  );
  assert.ok((await station(endpoint, basic('CP1', next))) instanceof WebSocket);
  assert.equal(await station(endpoint, basic('CP1', first)), 401);

  const put = await fetch(`${server.url}/rest/v1/sites/depot/chargers/CP2/password`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ password: 'a-password-of-CP2-here' }),
  });
  assert.deepEqual([put.status, await put.json()], [200, { password: 'a-password-of-CP2-here' }]);
  assert.ok(
    (await station(`${stationsOf(server.url)}/depot/CP2`, basic('CP2', 'a-password-of-CP2-here'))) instanceof
      WebSocket,
  );

  const log = await eventually(
    async () =>
      (
        await server.get(
          '/rest/v1/ocpp-logs/site/depot?from=2020-01-01&to=2100-01-01&kinds=connection&include=exchange&take=1000',
        )
      ).text(),
    (text) => text.includes('the password is wrong'),
  );
  assert.match(log, /the station sent no password/);
  // The connections before were still open.
  const range = 'from=2020-01-01&to=2100-01-01&kinds=connection';
  const found = await server.get(`/rest/v1/ocpp-logs/site/depot?${range}&q=finding:duplicate-connection`);
  const { count } = (await found.json()) as { count: number };
  assert.ok(count >= 1);
  const metrics = await (await server.get('/metrics')).text();
  assert.match(metrics, new RegExp(`^ocpp_logs_alarm_duplicate_connection_total ${count}$`, 'm'));
  const station1 = await server.get('/rest/v1/sites/depot/chargers/CP1');
  const page = (await station1.json()) as { findings: unknown };
  assert.deepEqual(page.findings, [{ code: 'duplicate-connection', count }]);
  assert.equal(await server.stop(), 0);
  for (const secret of [first, next, 'a-password-of-CP2-here']) {
    assert.ok(!log.includes(secret) && !server.output().includes(secret));
  }
});

test('a station with a client certificate is let in where one is asked for', async (t) => {
  const { folder, files, tls } = await folderWith(t);
  const config = `tls: {${tls.join(', ')}, client_ca_file: ${files.ca}}\nsites: [{id: depot, station_auth: certificate}]\n`;
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const { cert, key } = issue({ name: 'CP1', issuer: authority });
  assert.ok((await station(`${stationsOf(server.url)}/depot/CP1`, { cert, key })) instanceof WebSocket);
  assert.equal(await station(`${stationsOf(server.url)}/depot/CP2`, { cert, key }), 403);
  assert.equal(await station(`${stationsOf(server.url)}/depot/CP1`), 403);
  assert.equal(await server.stop(), 0);
});

test('a certificate that cannot be used stops the start with one line', async (t) => {
  const { folder, files } = await folderWith(t);
  const other = issue({ name: 'localhost' });
  await writeFile(files.key, other.key);
  const flags = ['--tls-cert-file', files.cert, '--tls-key-file', files.key, '--data', folder];
  const { code, stderr } = await run(['serve', '--port', '0', ...flags]);
  assert.equal(code, 2);
  assert.match(stderr, /tls\.cert_file .*: the key is not that of the certificate\n$/);
  const half = await run(['serve', '--port', '0', '--tls-cert-file', files.cert, '--data', folder]);
  assert.deepEqual([half.code, half.stderr], [2, half.stderr]);
  assert.match(half.stderr, /--tls-cert-file: tls\.cert_file: needs tls\.key_file beside it/);
});
