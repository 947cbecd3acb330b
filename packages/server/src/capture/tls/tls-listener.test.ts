import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import { type Issued, issue, issueServer } from './certificates.fixture.ts';
import { TlsListener } from './tls-listener.ts';

const { authority, server } = issueServer();
const HOUR = 3_600_000;

async function open(t: TestContext, given: Issued = server, clientCa: string | null = null) {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const paths = {
    cert: join(folder, 'c.pem'),
    key: join(folder, 'k.pem'),
    clientCa: clientCa && join(folder, 'a.pem'),
  };
  const write = ({ cert, key }: Pick<Issued, 'cert' | 'key'>) => {
    for (const [path, text] of [
      [paths.cert, cert],
      [paths.key, key],
    ] as const) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
  };
  write(given);
  if (paths.clientCa !== null && clientCa !== null) writeFileSync(paths.clientCa, clientCa);
  const http = createHttpServer((request, response) => {
    const { socket } = request;
    const known = socket instanceof TLSSocket && socket.authorized;
    response.end(`${known ? 'known ' : ''}${request.method} ${request.url}`);
  });
  const lines: string[] = [];
  const log = {
    info: (line: string) => lines.push(line),
    error: (line: string) => lines.push(line),
    debug: () => {},
  };
  const texts = { cert: given.cert, key: given.key, clientCa };
  const listener = new TlsListener(http, { paths, texts, followMs: HOUR, arrived: () => true, log });
  const port = await listener.listen('127.0.0.1', 0);
  const met: TLSSocket[] = [];
  t.after(async () => {
    // First: a client is through the handshake before the server has read its end (RFC 8446 2), and is reset where the
    // server goes then.
    for (const socket of met) socket.destroy();
    await listener.stop();
    await listener.drained(0);
    http.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const meet = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.cert,
      ...options,
    });
    await once(socket, 'secureConnect');
    met.push(socket);
    return socket;
  };
  // A change counts when two looks find the same.
  const reload = async () => {
    await listener.reload();
    await listener.reload();
  };
  return { http, listener, port, paths, write, lines, meet, reload };
}

async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = await once(socket, 'data');
  return String(answer);
}

test('requests that come by TLS are those of the HTTP server', async (t) => {
  const { meet, listener } = await open(t);
  const socket = await meet();
  assert.equal(socket.authorized, true);
  assert.match(await ask(socket), /^HTTP\/1\.1 200 OK.*GET \/x$/s);
  assert.equal(listener.counters().tls_connections, 1);
});

for (const [kind, cipher] of [
  ['ec', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['ec', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['rsa', 'AES128-GCM-SHA256'],
  ['rsa', 'AES256-GCM-SHA384'],
] as const) {
  test(`a station that speaks TLS 1.2 with ${cipher} alone is understood`, async (t) => {
    const made = kind === 'ec' ? { authority, server } : issueServer('rsa');
    const { meet } = await open(t, made.server);
    const socket = await meet({ maxVersion: 'TLSv1.2', ciphers: cipher, ca: made.authority.cert });
    assert.deepEqual([socket.getProtocol(), socket.getCipher().name], ['TLSv1.2', cipher]);
    assert.match(await ask(socket), /^HTTP\/1\.1 200/);
  });
}

test('TLS 1.1 is refused and counted, as is what is no TLS at all', async (t) => {
  const { meet, port, listener } = await open(t);
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await assert.rejects(meet(old), { code: /SSL|ECONNRESET/ });
  const plain = connectTcp(port, '127.0.0.1');
  plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  plain.on('error', () => {}).resume();
  await once(plain, 'close');
  assert.equal(listener.counters().tls_handshake_failures_total, 2);
});

test('a new certificate is shown to who comes after it, and nobody is hung up on', async (t) => {
  const { meet, write, listener, lines } = await open(t);
  const before = await meet();
  const next = issue({ name: 'localhost', alternatives: ['localhost'], issuer: authority, days: 90 });
  write(next);
  await listener.reload();
  assert.equal((await meet()).getPeerX509Certificate()?.toString(), server.cert, 'one look is not enough');
  await listener.reload();
  const after = await meet();
  assert.equal(after.getPeerX509Certificate()?.toString(), next.cert);
  assert.equal(before.getPeerX509Certificate()?.toString(), server.cert);
  assert.match(await ask(before), /^HTTP\/1\.1 200/);
  const counters = listener.counters();
  assert.equal(counters.tls_reloads_total, 1);
  const expires = new X509Certificate(next.cert).validToDate.getTime();
  assert.equal(counters.tls_certificate_expires_seconds, expires / 1_000);
  assert.deepEqual(lines, ['tls.cert_file, tls.key_file: read again']);
});

test('a pair that does not fit is told of once, and the one before goes on until it does', async (t) => {
  const { meet, write, paths, listener, lines, reload } = await open(t);
  const next = issue({ name: 'localhost', alternatives: ['localhost'], issuer: authority });
  // As it is between the writing of the one and of the other.
  writeFileSync(paths.cert, next.cert);
  await reload();
  await reload();
  assert.equal((await meet()).getPeerX509Certificate()?.toString(), server.cert);
  assert.deepEqual(lines, [
    'tls.cert_file, tls.key_file: changed, but cannot be used (the key is not that of the certificate); what was read before goes on',
  ]);
  assert.equal(listener.counters().tls_reload_failures_total, 1);
  write(next);
  await reload();
  assert.equal((await meet()).getPeerX509Certificate()?.toString(), next.cert);
  rmSync(paths.key);
  await reload();
  assert.equal((await meet()).getPeerX509Certificate()?.toString(), next.cert);
  assert.equal(listener.counters().tls_reload_failures_total, 2);
});

test('a client certificate is asked for where there are authorities, and nobody needs one to be heard', async (t) => {
  const { meet } = await open(t, server, authority.cert);
  assert.match(await ask(await meet()), /^HTTP\/1\.1 200/);
  const { cert, key } = issue({ name: 'CP1', issuer: authority });
  assert.match(await ask(await meet({ cert, key })), /^HTTP\/1\.1 200/);
});

test('connections that end, or are cut off, are waited for', async (t) => {
  const { meet, listener, http } = await open(t);
  await ask(await meet());
  await ask(await meet());
  http.closeAllConnections();
  await listener.drained(60_000);
  assert.equal(listener.counters().tls_connections, 0);
  const last = await meet();
  last.on('error', () => {});
  await ask(last);
  const cut = once(last, 'close');
  await listener.drained(0);
  await cut;
});

test('authorities of client certificates are read again too, and those before are not trusted any more', async (t) => {
  const other = issue({ name: 'Another authority', authority: true });
  const { meet, paths, lines, reload } = await open(t, server, authority.cert);
  const old = issue({ name: 'CP1', issuer: authority });
  const fresh = issue({ name: 'CP1', issuer: other });
  const come = async ({ cert, key }: Issued) => /\r\n\r\nknown /.test(await ask(await meet({ cert, key })));
  assert.deepEqual([await come(old), await come(fresh)], [true, false]);
  writeFileSync(paths.clientCa ?? '', 'no certificate');
  await reload();
  assert.match(lines.at(-1) ?? '', /no certificate in PEM/);
  assert.deepEqual([await come(old), await come(fresh)], [true, false]);
  writeFileSync(paths.clientCa ?? '', other.cert);
  await reload();
  assert.deepEqual([await come(old), await come(fresh)], [false, true]);
});
