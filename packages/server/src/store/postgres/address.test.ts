import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AddressError, readAddress } from './address.ts';

test('an address is read as psql reads it', () => {
  const { tls, ...rest } = readAddress({
    url: 'postgres://us%40er:p%2Fw@db.example:6000/lo%20gs?sslmode=disable',
  });
  assert.deepEqual(rest, {
    host: 'db.example',
    port: 6_000,
    user: 'us@er',
    password: 'p/w',
    database: 'lo gs',
    connections: 8,
    shown: 'us@er@db.example:6000/lo gs',
  });
  assert.equal(tls, null);
  assert.equal(readAddress({ url: 'postgresql://u@[::1]/d' }).host, '::1');
  assert.equal(readAddress({ url: 'postgres://u@x/d?host=/run/postgresql' }).host, '/run/postgresql');
  assert.equal(readAddress({ url: 'postgres://u@db/d', connections: 3 }).connections, 3);
});

test('the way is encrypted and the server known, unless it is on this machine or somebody says otherwise', () => {
  const modeOf = (rest: string) => readAddress({ url: `postgres://u@${rest}` }).tls;
  const strict = { verified: true, named: true, ca: null, cert: null, key: null };
  assert.deepEqual(modeOf('db.example/d'), strict);
  for (const near of ['localhost/d', '127.0.0.1/d', '[::1]/d', 'x/d?host=/run'])
    assert.equal(modeOf(near), null);
  assert.deepEqual(modeOf('localhost/d?sslmode=verify-full'), strict);
  assert.deepEqual(modeOf('db/d?sslmode=verify-ca'), { ...strict, named: false });
  assert.deepEqual(modeOf('db/d?sslmode=require'), { ...strict, verified: false, named: false });
});

test('files hold the password, the authority and the own certificate; an authority is checked by whoever names it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'address-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  for (const name of ['ca', 'cert', 'key']) writeFileSync(file(name), name);
  writeFileSync(file('password'), 'secret\n');
  const url = `postgres://u@db/d?sslmode=require&sslcert=${file('cert')}&sslkey=${file('key')}`;
  const address = readAddress({ url, password_file: file('password'), ca_file: file('ca') });
  assert.equal(address.password, 'secret');
  assert.deepEqual(address.tls, { verified: true, named: false, ca: 'ca', cert: 'cert', key: 'key' });
});

const wrong = [
  ['db.example:5432/logs', /must be a postgres:\/\/ address/],
  ['postgres://', /must be a postgres:\/\/ address|must name one host/],
  ['postgres://db.example/d', /must name a user/],
  ['postgres://u@db.example', /must name a database/],
  ['postgres://u@db.example/d/e', /must name a database/],
  ['postgres://u@a/d?host=a,b', /must name one host/],
  ['postgres://u:%zz@db/d', /begins no %XX/],
  ['postgres://u@db/d?sslmode=prefer', /one of disable, require, verify-ca, verify-full/],
  ['postgres://u@db/d?options=-c', /no parameter but/],
  ['postgres://u@db/d?sslcert=/x', /sslcert and sslkey, or neither/],
  ['postgres://u@db/d?sslrootcert=/nowhere', /\/nowhere cannot be read \(ENOENT\)/],
] as const;

for (const [url, message] of wrong) {
  test(`refused: ${url}`, () => {
    assert.throws(() => readAddress({ url }), { name: 'AddressError', message });
  });
}

test('a password is given once, and is in no message', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'address-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'p'), 'other');
  const secret = 's3cret';
  for (const rest of ['db/d?sslmode=x', 'db', 'db/d?x=1', 'db:port/d', 'db/d']) {
    assert.throws(
      () => readAddress({ url: `postgres://u:${secret}@${rest}`, password_file: join(folder, 'p') }),
      (error) => error instanceof AddressError && !error.message.includes(secret),
    );
  }
});
