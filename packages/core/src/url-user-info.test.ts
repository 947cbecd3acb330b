import assert from 'node:assert/strict';
import test from 'node:test';
import { userInfoSpans } from './url-user-info.ts';

const found = (text: string): string[] => userInfoSpans(text).map(({ start, end }) => text.slice(start, end));

test('user-info is found in any URL of a text', () => {
  assert.deepEqual(found('ftp://user:pass@host/dir'), ['user:pass']);
  assert.deepEqual(found('see https://a:b@h and sftp://c@h:22/x'), ['a:b', 'c']);
  assert.deepEqual(found('wss://u:p@[::1]:9000/ocpp'), ['u:p']);
});

test('a password with characters that should have been encoded is found whole', () => {
  assert.deepEqual(found('ftp://user:p@ss@host/'), ['user:p@ss']);
  assert.deepEqual(found('ftp://user:pa#ss@host/'), ['user:pa#ss']);
  assert.deepEqual(found('ftp://user:pa/ss@host/'), ['user:pa/ss']);
});

test('what is no user-info is left', () => {
  for (const text of [
    'https://host/path?mail=a@b.c',
    'https://host:443/a@b',
    'https://[::1]:80/a@b',
    'https://[::1]/a@b',
    'mailto:a@b.c',
    '://a@b',
    'a@b://c',
    'https://host',
    'https://',
    'https://host a@b',
    '{"url":"https://host","mail":"a@b"}',
    'https://@host/',
  ]) {
    assert.deepEqual(found(text), [], text);
  }
});

test('a long text takes as long as it is', () => {
  const text = `${'a'.repeat(1 << 20)}@${'://a:'.repeat(50_000)}`;
  assert.ok(userInfoSpans(text).length >= 0);
});
