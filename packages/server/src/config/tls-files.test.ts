import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { authoritiesFault, pairFault, readKeyPair } from './tls-files.ts';

const FIXTURES = new URL('../../../../test/fixtures/', import.meta.url);
const cert = readFileSync(new URL('upstream-cert.pem', FIXTURES), 'utf8');
const key = readFileSync(new URL('upstream-key.pem', FIXTURES), 'utf8');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const format = { type: 'pkcs8', format: 'pem' } as const;

test('a certificate and its key are a pair', () => {
  assert.equal(pairFault({ cert, key }), null);
  assert.equal(authoritiesFault(cert), null);
});

for (const [what, pair, fault] of [
  [
    'the key of another',
    { cert, key: privateKey.export(format).toString() },
    /^the key is not that of the certificate$/,
  ],
  [
    'a key with a passphrase',
    { cert, key: privateKey.export({ ...format, cipher: 'aes-256-cbc', passphrase: 'x' }).toString() },
    /^the key has a passphrase, which is not supported$/,
  ],
  ['no key', { cert, key: 'nothing' }, /^no certificate and key in PEM/],
  ['no certificate', { cert: 'nothing', key }, /^no certificate and key in PEM/],
] as const) {
  test(`${what} is told`, () => assert.match(pairFault(pair) ?? '', fault));
}

test('authorities are certificates', () => {
  assert.match(authoritiesFault(key) ?? '', /^no certificate in PEM/);
});

test('each certificate of a file is read: one that is half written is told', () => {
  assert.equal(authoritiesFault(`# two\n${cert}\n${cert}`), null);
  for (const cut of [40, 400, cert.length - 30, cert.length - 2]) {
    const half = `${cert}${cert.slice(0, cut)}`;
    assert.match(authoritiesFault(half) ?? '', /^certificate 2 of 2: no certificate in PEM/, String(cut));
    assert.notEqual(pairFault({ cert: half, key }), null, String(cut));
  }
});

test('a file that cannot be read is told with its setting', (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [cert_file, key_file] = [join(folder, 'c'), join(folder, 'k')];
  writeFileSync(cert_file, cert);
  assert.throws(() => readKeyPair('tls', { cert_file, key_file }), {
    message: `tls.key_file: ${key_file} cannot be read (ENOENT)`,
  });
  writeFileSync(key_file, key);
  assert.deepEqual(readKeyPair('tls', { cert_file, key_file }), { cert, key });
});
