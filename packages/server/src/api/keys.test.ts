import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, NOW, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

test('a key is made by an admin, shown once, works, is listed without secrets, and is revoked', async (t) => {
  const { app, control, clock } = server(t);
  await addUser(control, 'ada', [{ site: null, role: 'admin' }]);
  const browser = new Browser(app);
  await browser.signIn('ada');
  const added = await browser.send('POST', '/sites', { id: 'b,c' });
  assert.equal(added.statusCode, 201, added.body);
  const made = await browser.send('POST', '/keys', {
    name: 'csms',
    scopes: ['ingest', 'read'],
    sites: ['depot', 'b,c'],
    expires: '2026-02-01',
  });
  assert.equal(made.statusCode, 201);
  const key = made.json();
  assert.deepEqual(Object.keys(key), ['id', 'api_key', 'secret', 'bearer', 'scopes', 'sites', 'expires']);
  assert.deepEqual(
    [key.scopes, key.sites, key.expires],
    [['read', 'ingest'], ['depot', 'b,c'], '2026-02-01T00:00:00.000Z'],
  );
  const asKey = { authorization: `Bearer ${key.bearer}` };
  assert.equal((await app.inject({ url: '/sites/depot', headers: asKey })).statusCode, 200);
  const listed = await browser.send('GET', '/keys');
  assert.deepEqual(listed.json(), {
    keys: [
      {
        id: key.id,
        name: 'csms',
        scopes: ['read', 'ingest'],
        sites: ['depot', 'b,c'],
        state: 'active',
        created: new Date(NOW).toISOString(),
        expires: key.expires,
        last_used: null,
      },
    ],
  });
  for (const secret of [key.api_key, key.secret, key.bearer]) assert.ok(!listed.body.includes(secret));
  assert.equal((await browser.send('DELETE', `/keys/${key.id}`)).statusCode, 204);
  assert.equal((await app.inject({ url: '/sites/depot', headers: asKey })).statusCode, 401);
  assert.equal((await browser.send('GET', '/keys')).json().keys[0].state, 'revoked');
  assert.equal((await browser.send('DELETE', '/keys/none')).statusCode, 404);
  clock.now += 1;
});

test('a key without more reads every site for ever', async (t) => {
  const { app } = server(t);
  const { scopes, sites, expires } = (
    await new Browser(app).send('POST', '/keys', { name: 'me' }, asAdmin)
  ).json();
  assert.deepEqual([scopes, sites, expires], [['read'], null, null]);
});

test('what cannot be a key is refused with the parameter, and none is made', async (t) => {
  const { app, control } = server(t);
  for (const [change, parameter] of [
    [{ name: undefined }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ scopes: ['write'] }, 'scopes'],
    [{ scopes: [] }, 'scopes'],
    [{ sites: [] }, 'sites'],
    [{ sites: ['depot', 'nowhere'] }, 'sites'],
    [{ sites: 'depot,nowhere' }, 'sites'],
    [{ sites: ['*'] }, 'sites'],
    [{ expires: 'soon' }, 'expires'],
    [{ expires: '2001-01-01' }, 'expires'],
    [{ bearer: 'mine' }, 'bearer'],
  ] as const) {
    const answer = await new Browser(app).send('POST', '/keys', { name: 'x', ...change }, asAdmin);
    assert.equal(answer.statusCode, 400, parameter);
    assert.equal(answer.json().errors[0].parameter, parameter);
    if (parameter === 'sites') assert.match(answer.body, /names (no site: \\"(nowhere|\*)|nothing)/);
  }
  assert.deepEqual(control.keys, []);
});

test('a key of the scope admin for some sites makes no keys and no users: they could see more than it', async (t) => {
  const { app, key } = server(t);
  const { bearer } = await key({ scopes: ['admin'], sites: ['depot'] });
  const headers = { authorization: `Bearer ${bearer}` };
  const browser = new Browser(app);
  for (const url of ['/keys', '/users', '/sites']) {
    assert.equal((await browser.send('POST', url, {}, headers)).statusCode, 403, url);
  }
  assert.equal((await browser.send('PATCH', '/sites/depot', {}, headers)).statusCode, 200);
});
