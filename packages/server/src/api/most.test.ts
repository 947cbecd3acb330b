import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKey } from '../auth/keys.ts';
import { site } from '../store/control/fixtures.ts';
import { asAdmin, NOW, SECRET_KEY, server } from './fixtures.ts';

const MOST = 10_000;

test('of keys and sites there are ten thousand each; one more is 409', async (t) => {
  const { app, control } = server(t);
  const post = (url: string, body: object) =>
    app.inject({
      method: 'POST',
      url,
      headers: { ...asAdmin, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
  const { record } = createKey(
    { name: 'many', scopes: ['read'], sites: null, expires: null },
    SECRET_KEY,
    NOW,
  );
  control.keys = Array.from({ length: MOST - 1 }, (_, n) => ({ ...record, id: `key_${n}`, revoked: true }));
  control.sites = new Map(
    Array.from({ length: MOST - 1 }, (_, n) => [`site-${n}`, site({ id: `site-${n}` })] as const),
  );
  const told = async (url: string, body: object) => {
    const answer = await post(url, body);
    return answer.statusCode === 409 ? answer.json().type : answer.statusCode;
  };
  assert.equal(await told('/keys', { name: 'last' }), 201);
  assert.equal(await told('/keys', { name: 'one more' }), 'urn:ocpp-logs:problem:too-many');
  assert.equal(await told('/sites', { id: 'last' }), 201);
  assert.equal(await told('/sites', { id: 'one-more' }), 'urn:ocpp-logs:problem:too-many');
});
