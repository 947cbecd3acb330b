import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createKey, keyJson } from './keys.ts';
import { unseal } from './secret-key.ts';

const SECRET_KEY = new Uint8Array(32).fill(3);
const wish = { name: 'n', scopes: ['read', 'ingest'], sites: ['a'], expires: 86_400_000 } as const;

test('api_key, secret and bearer are 256 bits each, independent and new every time', () => {
  const keys = [createKey(wish, SECRET_KEY, 1), createKey(wish, SECRET_KEY, 1)];
  const values = keys.flatMap(({ shown }) => [shown.id, shown.api_key, shown.secret, shown.bearer]);
  assert.equal(new Set(values).size, 8);
  for (const { shown } of keys) {
    assert.match(shown.api_key, /^[0-9a-f]{64}$/);
    assert.match(shown.secret, /^[0-9a-f]{64}$/);
    assert.match(shown.bearer, /^olk_[A-Za-z0-9_-]{43}$/);
  }
});

test('what is kept holds neither secret nor bearer', () => {
  const { record, shown } = createKey(wish, SECRET_KEY, 1);
  const kept = JSON.stringify({
    ...record,
    sealedSecret: Buffer.from(record.sealedSecret).toString('latin1'),
  });
  assert.equal(kept.includes(shown.secret), false);
  assert.equal(kept.includes(shown.bearer), false);
  assert.equal(record.bearerHash, createHash('sha256').update(shown.bearer).digest('hex'));
  const hmacKey = createHash('sha256').update(shown.secret).digest('hex');
  assert.equal(unseal(SECRET_KEY, record.id, record.sealedSecret), hmacKey);
  assert.deepEqual([record.revoked, record.lastUsed, record.created], [false, null, 1]);
});

test('the printed form has exactly the members of the contract', () => {
  const { shown } = createKey(wish, SECRET_KEY, 1);
  assert.deepEqual(JSON.parse(keyJson(shown)), {
    id: shown.id,
    api_key: shown.api_key,
    secret: shown.secret,
    bearer: shown.bearer,
    scopes: ['read', 'ingest'],
    sites: ['a'],
    expires: '1970-01-02T00:00:00.000Z',
  });
  const everything = createKey({ ...wish, sites: null, expires: null }, SECRET_KEY, 1);
  const { sites, expires } = JSON.parse(keyJson(everything.shown));
  assert.deepEqual([sites, expires], [null, null]);
});
