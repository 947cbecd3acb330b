import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeReturn } from './return-path.ts';

test('after signing in one comes back to a page of the dashboard, and to no other host', () => {
  const to = (path: string) => safeReturn(`?to=${encodeURIComponent(path)}`);
  assert.equal(to('/explore?q=a&live=1'), '/explore?q=a&live=1');
  assert.equal(to('/station/depot/CP1'), '/station/depot/CP1');
  assert.equal(to('/session/7.depot?zone=utc'), '/session/7.depot?zone=utc');
  assert.equal(to('/charging-sessions'), '/charging-sessions');
  for (const path of [
    '//evil.example/explore',
    'https://evil.example',
    '/\\evil.example',
    'javascript:1',
    '/session/oidc/start',
    '',
  ]) {
    assert.equal(to(path), '/explore', path);
  }
});
