/**
 * No secret is in any line of the log, count, problem, audit record or export: every kind of it is given to the running
 * program, rightly and wrongly, at its most talkative, and all that it says is searched.
 */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type ClientOptions, WebSocket } from 'ws';
import { issueServer } from '../../packages/server/src/capture/tls/certificates.fixture.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const PASSWORD = 'a password of this person';
const SECRET_KEY = 'key-that-seals-the-secrets-of-keys-0123';
const OIDC_SECRET = 'secret-of-the-oidc-client-4711';
const UPSTREAM_TOKEN = 'token-in-an-upstream-address';
const URL_PASSWORD = 'password-in-an-address';
const STATION_PASSWORD = 'station-password-01234';
const JSON_TYPE = { 'content-type': 'application/json' };

const { server: certificate } = issueServer();
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** All that must be nowhere, with what it is; and all that the program said. */
class Search {
  readonly #secrets = new Map<string, string>();
  readonly #said: [where: string, text: string][] = [];

  secret(what: string, value: string): string {
    assert.ok(value.length >= 8, `${what} is too short to be searched for`);
    this.#secrets.set(value, what);
    return value;
  }

  said(where: string, text: string): void {
    this.#said.push([where, text]);
  }

  conclude(): void {
    for (const [where, text] of this.#said) {
      for (const [value, what] of this.#secrets) {
        const at = text.indexOf(value);
        assert.ok(at < 0, `${what} is in ${where}: ${text.slice(Math.max(0, at - 200), at + value.length)}`);
      }
    }
  }
}

class Desk {
  readonly search = new Search();
  readonly server: RunningServer;
  /** Without TLS, which is served beside. */
  readonly url: string;

  constructor(server: RunningServer) {
    this.server = server;
    this.url = /without TLS +(http:[^,]+),/.exec(server.output())?.[1] ?? '';
  }

  /** The answer is searched too, unless it is the one place that shows a secret. */
  async ask(method: string, path: string, headers: Record<string, string>, body?: unknown, shows = false) {
    const payload =
      body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const typed = body === undefined ? {} : JSON_TYPE;
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...typed, ...headers },
      redirect: 'manual',
      ...payload,
    });
    const text = await answer.text();
    const where = `${method} ${path.split('?')[0]} ${answer.status}`;
    if (!shows) this.search.said(where, text);
    this.search.said(`headers of ${where}`, headersOf(answer, shows));
    return { status: answer.status, headers: answer.headers, text };
  }
}

/** Cookies are for the browser that is given them. */
function headersOf(answer: Response, shows: boolean): string {
  return [...answer.headers].map(([name, value]) => (shows && name === 'set-cookie' ? '' : value)).join('\n');
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const admin = bearer(ADMIN_TOKEN);

async function started(t: TestContext): Promise<Desk> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.cert, certificate.cert);
  await writeFile(files.key, certificate.key);
  const added = await run(['user', 'add', 'boss', '--role', 'admin', '--data', folder], {}, PASSWORD);
  assert.equal(added.code, 0, added.stderr);
  const config = {
    log_level: 'trace',
    sites: [
      { id: 'depot', station_auth: 'basic' },
      { id: 'relayed', upstream: `ws://127.0.0.1:9/{charger}?token=${UPSTREAM_TOKEN}` },
    ],
    tls: { cert_file: files.cert, key_file: files.key, port: 0 },
    oidc: { issuer: 'http://127.0.0.1:9/realm', client_id: 'ocpp-logs' },
  };
  const env = { OCPP_LOGS_SECRET_KEY: SECRET_KEY, OCPP_LOGS_OIDC_CLIENT_SECRET: OIDC_SECRET };
  const server = await startServer({ folder, config: JSON.stringify(config), env });
  t.after(() => server.stop('SIGKILL'));
  const desk = new Desk(server);
  const { search } = desk;
  search.said('user add', added.stdout + added.stderr);
  search.secret('the admin token', ADMIN_TOKEN);
  search.secret('the secret key', SECRET_KEY);
  search.secret('the secret of the OIDC client', OIDC_SECRET);
  search.secret('the token of an upstream', UPSTREAM_TOKEN);
  for (const line of certificate.key.split('\n').slice(1, -2)) search.secret('the key of TLS', line);
  return desk;
}

/** What is wrong has the form of what is right, so that it would be shown where that would. */
async function people({ ask, search }: { ask: Desk['ask']; search: Search }): Promise<void> {
  search.secret('the password of a person', PASSWORD);
  const typed = search.secret('a password that is wrong', 'a password that nobody has');
  const misplaced = search.secret('a password in the place of a name', 'typed-into-the-wrong-field');
  await ask('POST', '/session', {}, { user: 'boss', password: typed });
  await ask('POST', '/session', {}, { user: misplaced, password: typed });
  await ask(
    'POST',
    '/session',
    {},
    { token: search.secret('a token of no link', 'link-token-that-is-none') },
  );
  await ask('POST', '/session', {}, `{"user":"boss","password":"${typed}"`);
  await ask('POST', `/session?password=${typed}`, {}, { user: 'boss', password: typed });
  const answer = await ask('POST', '/session', {}, { user: 'boss', password: PASSWORD }, true);
  assert.equal(answer.status, 201);
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  search.secret('the cookie of a session', cookie.split('=')[1] ?? '');
  const { csrf } = JSON.parse(answer.text);
  search.secret('the token against forged writes', csrf);
  await ask(
    'POST',
    '/keys',
    { cookie, 'x-csrf-token': search.secret('a forged token', 'f0'.repeat(32)) },
    {},
  );
  await ask('GET', '/sites', {
    cookie: `ocpp_logs_session=${search.secret('a cookie of no session', 'c1'.repeat(20))}`,
  });
  const own = { cookie, 'x-csrf-token': csrf };
  await ask('PATCH', '/session', own, { password: 'short', current_password: PASSWORD });
  const link = await ask(
    'POST',
    '/users',
    own,
    { name: 'ada', roles: [{ site: null, role: 'viewer' }] },
    true,
  );
  search.secret('the token of a link', JSON.parse(link.text).link.token);
  await ask('GET', '/users', own);
  await ask('GET', '/session/oidc/start', { accept: 'application/json' });
  await ask(
    'GET',
    `/session/oidc/callback?code=${search.secret('a code of the provider', 'code-of-the-provider')}&state=x`,
    {},
  );
}

async function keys({ ask, search }: { ask: Desk['ask']; search: Search }) {
  const made = await ask('POST', '/keys', admin, { name: 'reader', scopes: ['read', 'ingest'] }, true);
  const key = JSON.parse(made.text);
  search.secret('the secret of a key', key.secret);
  search.secret('the bearer of a key', key.bearer);
  search.secret('the key of signatures', createHash('sha256').update(key.secret).digest('hex'));
  await ask('GET', '/sites', bearer(key.bearer));
  await ask('GET', '/keys', bearer(key.bearer));
  await ask('GET', '/sites', bearer(search.secret('a bearer of no key', 'olk_that-is-no-key-of-ours')));
  await ask('GET', '/sites', {
    authorization: search.secret('a wrong scheme', 'Basic dXNlcjpwYXNzd29yZA=='),
  });
  await ask('GET', `/sites?key=${key.bearer}`, bearer(key.bearer));
  for (const secret of [key.secret, search.secret('a secret of no key', 'secret-of-no-key-at-all')]) {
    const time = String(Math.floor(Date.now() / 1000));
    const hashed = createHash('sha256').update(secret).digest('hex');
    const signature = createHmac('sha256', hashed).update(`GET:/sites:${time}:`).digest('hex');
    search.secret('a signature', signature);
    await ask('GET', '/sites', {
      'x-api-key': key.api_key,
      'x-req-timestamp': time,
      'x-signature': signature,
    });
  }
  await ask('DELETE', `/keys/${key.id}`, admin);
  await ask('GET', '/sites', bearer(key.bearer));
}

async function stations(desk: Desk) {
  const { search } = desk;
  const ask = desk.ask.bind(desk);
  const set = await ask(
    'PUT',
    '/sites/depot/chargers/CP1/password',
    admin,
    { password: STATION_PASSWORD },
    true,
  );
  assert.equal(set.status, 200, set.text);
  search.secret('the password of a station', STATION_PASSWORD);
  search.secret('its header', base64(`CP1:${STATION_PASSWORD}`));
  const wrong = search.secret('a wrong password of a station', 'wrong-station-password');
  search.secret('its header', base64(`CP1:${wrong}`));
  await ask('PUT', '/sites/depot/chargers/CP1/password', admin, {
    password: search.secret('a bad one', 'bad password'),
  });
  for (const [site, password] of [
    ['depot', wrong],
    ['depot', STATION_PASSWORD],
    ['relayed', STATION_PASSWORD],
    ['nowhere', STATION_PASSWORD],
  ]) {
    // An option of the request that ws makes, and so none that its own types tell of.
    const options: ClientOptions & { auth: string } = { auth: `CP1:${password}` };
    const url = `${desk.url.replace('http', 'ws')}/ocpp/${site}/CP1`;
    const socket = new WebSocket(url, 'ocpp1.6', options);
    const refused = once(socket, 'error');
    await Promise.race([once(socket, 'open'), refused]);
    if (socket.readyState === WebSocket.OPEN) {
      socket.send('[2,"1","Heartbeat",{}]');
      await once(socket, 'message');
    }
    socket.terminate();
  }
}

/** Addresses that are wrong, and names of no host of ours: what is asked for there is refused with a line of the log. */
async function wrongAddresses({ search, url }: Desk) {
  const { hostname, port } = new URL(url);
  const query = search.secret('a password in a query', 'password-in-a-query');
  const authority = search.secret('a password before a host', 'password-before-a-host');
  for (const [target, host] of [
    [`/wrong/depot/CP1?password=${query}`, hostname],
    [`ws://CP1:${authority}@h/nope`, hostname],
    [`/ocpp/relayed/CP1?password=${query}`, 'stranger.example'],
  ]) {
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const answer = await textOf(socket);
    assert.match(answer, /^HTTP\/1\.1 40[34] /);
    search.said(`answer to ${target}`, answer);
  }
}

async function sites(desk: Desk) {
  const { search } = desk;
  const ask = desk.ask.bind(desk);
  const password = search.secret('a password in an address', URL_PASSWORD);
  await ask('POST', '/sites', admin, { id: 'x', upstream: `wss://user:${password}@csms.example/{charger}` });
  await ask('POST', '/sites', admin, { id: 'y', upstream: `wss://csms.example/{charger}` });
  await ask('PATCH', '/sites/y', admin, { upstream: `wss://user:${password}@csms.example/{charger}` });
  await ask('PATCH', '/sites/y', admin, { upstream: `nothing:${password}` });
}

test('the search finds what it is told to look for', () => {
  const search = new Search();
  search.secret('a word', 'needle-in-hay');
  search.said('hay', 'hay hay');
  search.conclude();
  search.said('more hay', 'hay needle-in-hay');
  assert.throws(() => search.conclude(), /a word is in more hay/);
});

test('no secret is in a log line, a count, a problem, the audit log or an export', async (t) => {
  const desk = await started(t);
  const { search, server } = desk;
  const ask = desk.ask.bind(desk);
  await people({ ask, search });
  await keys({ ask, search });
  await stations(desk);
  await sites(desk);
  await wrongAddresses(desk);
  for (const site of ['depot', 'relayed', 'y']) {
    if (site !== 'y') {
      const events = `/ocpp-logs/site/${site}?from=2020-01-01&to=2100-01-01&kinds=connection`;
      // Safe: a page of entries says how many there are.
      const count = async () =>
        (JSON.parse((await ask('GET', events, admin)).text) as { count: number }).count;
      await eventually(count, (found) => found > 0);
    }
    const query =
      'from=2020-01-01&to=2100-01-01&kinds=exchange,orphan,malformed,connection,gap,setting&include=exchange,raw';
    await ask('GET', `/ocpp-logs/site/${site}?${query}`, admin);
    await ask('GET', `/ocpp-logs/site/${site}?${query}`, { ...admin, accept: 'text/csv' });
  }
  const wish = {
    sites: ['depot', 'relayed'],
    from: '2020-01-01',
    to: '2100-01-01',
    format: 'ndjson',
    include: ['raw'],
  };
  const file = await ask('POST', '/exports', { ...admin, accept: 'application/x-ndjson' }, wish);
  assert.equal(file.status, 200, file.text);
  for (const path of ['/metrics', '/audit?take=1000', '/status', '/openapi.json', '/exports'])
    await ask('GET', path, admin);
  const audit = await run(['audit', '--json', '--data', server.folder]);
  assert.ok(audit.stdout.split('\n').length > 8, audit.stderr);
  search.said('ocpp-logs audit', audit.stdout + audit.stderr);
  await server.stop();
  assert.match(server.output(), /"level":40/);
  search.said('the output of the program', server.output());
  search.conclude();
});
