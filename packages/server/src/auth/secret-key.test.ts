import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadSecretKey, seal, unseal } from './secret-key.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'secret-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the key is made once, readable by its owner alone, and nothing else is left behind', (t) => {
  const path = folder(t);
  const key = loadSecretKey(path, null);
  assert.equal(key.length, 32);
  assert.deepEqual(loadSecretKey(path, null), key);
  assert.equal(statSync(join(path, 'secret.key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(path), ['secret.key']);
  assert.notDeepEqual(loadSecretKey(folder(t), null), key);
});

test('the variable is used in place of the file, which is not made then', (t) => {
  const path = folder(t);
  const key = loadSecretKey(path, 'a passphrase of some length, more than 32');
  assert.equal(key.length, 32);
  assert.deepEqual(loadSecretKey(path, 'a passphrase of some length, more than 32'), key);
  assert.notDeepEqual(loadSecretKey(path, 'a passphrase of some length, more than 33'), key);
  assert.deepEqual(readdirSync(path), []);
});

test('a damaged file is named and not replaced', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'secret.key'), 'short');
  assert.throws(() => loadSecretKey(path, null), { code: 'SECRET_KEY', message: /secret\.key/ });
});

test('what was sealed is opened with its key and for its owner only, and not once it was altered', () => {
  const key = new Uint8Array(32).fill(1);
  const sealed = seal(key, 'key_1', 'the text');
  assert.equal(unseal(key, 'key_1', sealed), 'the text');
  assert.equal(unseal(key, 'key_2', sealed), null);
  assert.equal(unseal(new Uint8Array(32).fill(2), 'key_1', sealed), null);
  for (const place of [0, 12, 28, sealed.length - 1]) {
    const altered = sealed.map((byte, at) => (at === place ? byte ^ 1 : byte));
    assert.equal(unseal(key, 'key_1', altered), null, `byte ${place}`);
  }
  assert.equal(unseal(key, 'key_1', sealed.subarray(0, 10)), null);
});

test('the same text is never sealed the same way twice', () => {
  const key = new Uint8Array(32);
  assert.notDeepEqual(seal(key, 'k', 'text'), seal(key, 'k', 'text'));
  assert.equal(Buffer.from(seal(key, 'k', 'text')).includes('text'), false);
});
