/** Signing in by a provider that runs here: real redirects, real cookies. */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { OidcSettings } from '../auth/oidc-sign-in.ts';
import { asAdmin, NOW, server } from './fixtures.ts';
import { CLIENT, FollowingBrowser, type Person, ProviderDouble } from './oidc-provider-double.ts';
import { addUser, Browser, PASSWORD } from './people-fixtures.ts';

const ADA: Person = { sub: 'ada-7', preferred_username: 'ada', groups: ['grid-ops', 'all'] };
const PAGE = '<!doctype html><meta name="base-path" content="">';

async function setUp(t: TestContext, change: Partial<OidcSettings> = {}) {
  const provider = await ProviderDouble.listening(t);
  provider.person = ADA;
  const doubles = server(t, {
    oidc: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      scopes: ['openid', 'profile', 'groups'],
      nameClaim: 'preferred_username',
      roleClaim: null,
      roles: [],
      autoCreate: false,
      redirectUri: null,
      ...change,
    },
    dashboard: { page: PAGE, assets: new Map() },
    now: () => Date.now(),
  });
  await doubles.app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = doubles.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  provider.serve(`${url}/rest/v1/session/oidc/callback`);
  const browser = new FollowingBrowser();
  const isBack = (at: string) => at.startsWith(`${url}/rest/v1/session/oidc/callback`);
  const isHere = (at: string) => at.startsWith(url) && !isBack(at);
  /** From the start to a page of the dashboard, or what was answered instead. */
  const signIn = (query = '', accept?: string) =>
    browser.follow(`${url}/session/oidc/start${query}`, isHere, accept);
  /** As far as the redirect that leads back. */
  const untilBack = async () => (await browser.follow(`${url}/session/oidc/start`, isBack)).url;
  const session = async () =>
    (await browser.get(`${url}/session`)).json() as Promise<{
      user: { name: string };
      roles: unknown;
      methods: string[];
    }>;
  return { ...doubles, provider, browser, url, signIn, untilBack, session };
}

async function refusal(response: Response): Promise<readonly [number, string]> {
  const { type, detail } = (await response.json()) as { type: string; detail: string };
  assert.ok(detail.length > 0);
  return [response.status, type.replace('urn:ocpp-logs:problem:', '')];
}

test('who is known to the provider is signed in, made a user with the roles of the groups, and led on', async (t) => {
  const { browser, control, provider, signIn, session, url } = await setUp(t, {
    autoCreate: true,
    roleClaim: 'groups',
    roles: [
      { value: 'all', role: 'viewer', site: null },
      { value: 'grid-ops', role: 'viewer', site: 'depot' },
      { value: 'grid-ops', role: 'operator', site: 'depot' },
      { value: 'admins', role: 'admin', site: null },
    ],
  });
  const landed = await signIn('?to=/station/depot/CP-1');
  assert.equal(landed.url, `${url}/station/depot/CP-1`);
  const { user, roles, methods } = await session();
  assert.equal(user.name, 'ada');
  assert.deepEqual(methods, ['password', 'oidc']);
  assert.deepEqual(roles, [
    { site: null, role: 'viewer' },
    { site: 'depot', role: 'operator' },
  ]);
  const here = browser.set.filter((line) => line.startsWith('ocpp_logs_'));
  assert.match(here[0] ?? '', /^ocpp_logs_oidc=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
  assert.match(here[1] ?? '', /^ocpp_logs_oidc=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/);
  assert.match(
    here[2] ?? '',
    /^ocpp_logs_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
  );

  provider.person = { ...ADA, groups: ['all'] };
  await signIn();
  assert.deepEqual((await session()).roles, [{ site: null, role: 'viewer' }], 'as the provider says now');
  assert.equal(control.people.users().size, 1, 'the same person');
});

test('without auto_create a person is let in once an admin has added the subject', async (t) => {
  const { app, signIn, session } = await setUp(t);
  const unknown = await signIn();
  assert.deepEqual(await refusal(unknown.response), [403, 'user-unknown']);
  const body = { name: 'Ada', roles: [{ site: 'depot', role: 'viewer' }], oidc_subject: 'ada-7' };
  const made = await new Browser(app).send('POST', '/users', body, asAdmin);
  assert.deepEqual([made.statusCode, made.json().link, made.json().user.methods], [201, null, ['oidc']]);
  const twice = await new Browser(app).send('POST', '/users', { ...body, name: 'Eve' }, asAdmin);
  assert.deepEqual([twice.statusCode, twice.json().errors[0].parameter], [409, 'oidc_subject']);
  await signIn();
  assert.equal((await session()).user.name, 'Ada');
  const user = made.json().user.id;
  await new Browser(app).send('PATCH', `/users/${user}`, { disabled: true }, asAdmin);
  assert.deepEqual(await refusal((await signIn()).response), [403, 'user-unknown']);
});

test('a name that is like a local one gives no part in it', async (t) => {
  const { control, signIn, session } = await setUp(t, { autoCreate: true });
  const local = await addUser(control, 'Ada', [{ site: null, role: 'admin' }]);
  await signIn();
  const { user, roles } = await session();
  assert.match(user.name, /^ada \(user_/);
  assert.deepEqual(roles, []);
  assert.equal(control.people.users().get(local.id)?.oidc, null);
});

test('an answer for another attempt, a second time, or without an attempt is refused', async (t) => {
  const { browser, control, untilBack, url } = await setUp(t, { autoCreate: true });
  const back = await untilBack();
  const forged = new URL(back);
  forged.searchParams.set('state', 'x'.repeat(43));
  const other = new FollowingBrowser();
  assert.deepEqual(await refusal(await other.get(back)), [401, 'sign-in-refused'], 'another browser');
  assert.deepEqual(await refusal(await browser.get(forged.href)), [401, 'sign-in-refused']);
  assert.deepEqual(await refusal(await browser.get(back)), [401, 'sign-in-refused'], 'the attempt is over');
  const next = new URL(await untilBack());
  next.searchParams.set('code', 'made-up');
  assert.deepEqual(await refusal(await browser.get(next.href)), [401, 'sign-in-refused']);
  assert.deepEqual(await refusal(await browser.get(`${url}/session/oidc/callback`)), [
    401,
    'sign-in-refused',
  ]);
  assert.equal(control.people.sessions().size + control.people.users().size, 0);
});

test('a person who says no at the provider is told so; a browser is led to the page that asks', async (t) => {
  const { provider, signIn, url } = await setUp(t, { autoCreate: true });
  provider.person = null;
  assert.deepEqual(await refusal((await signIn()).response), [401, 'sign-in-refused']);
  const page = await signIn('', 'text/html,*/*;q=0.8');
  assert.equal(page.url, `${url}/sign-in?problem=sign-in-refused`);
});

test('a provider that is down is a clear problem, and passwords work as ever', async (t) => {
  const { app, control, provider, signIn, untilBack, browser, session, url } = await setUp(t, {
    autoCreate: true,
  });
  await signIn();
  const back = await untilBack();
  await provider.stop();
  assert.deepEqual(await refusal(await browser.get(back)), [503, 'provider-away'], 'midway');
  await addUser(control, 'eve', [{ site: null, role: 'viewer' }]);
  assert.equal((await new Browser(app).signIn('eve', PASSWORD)).statusCode, 201);
  assert.equal((await session()).user.name, 'ada', 'who is signed in stays so');

  const fresh = server(t, {
    oidc: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: null,
      scopes: ['openid'],
      nameClaim: 'sub',
      roleClaim: null,
      roles: [],
      autoCreate: true,
      redirectUri: `${url}/rest/v1/session/oidc/callback`,
    },
  });
  const away = await fresh.app.inject('/session/oidc/start');
  assert.deepEqual([away.statusCode, away.json().type], [503, 'urn:ocpp-logs:problem:provider-away']);
  assert.equal(away.headers['retry-after'], '30');
  assert.doesNotMatch(away.body, /ECONNREFUSED|127\.0\.0\.1/);
});

test('the way on is a page of the dashboard and no other host; parameters are read strictly', async (t) => {
  const { url, browser } = await setUp(t);
  for (const to of [
    '//evil.example',
    'https://evil.example',
    '/explore\\evil',
    '/explore\r\nSet-Cookie: evil=1',
    '/explore?q=\u65e5',
    '/sign-in',
    '/rest/v1/sites',
    '/explorer',
    '/session/oidc/start',
  ]) {
    const answer = await browser.get(`${url}/session/oidc/start?to=${encodeURIComponent(to)}`);
    assert.equal(answer.status, 400, to);
    await answer.arrayBuffer();
  }
  const answer = await browser.get(`${url}/session/oidc/start?too=/explore`);
  assert.equal(answer.status, 400);
});

test('by TLS what is known of an attempt lies in a cookie that no other host can put there', async (t) => {
  const { provider, url } = await setUp(t);
  const oidc = {
    ...{ issuer: provider.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['openid'] },
    ...{ nameClaim: 'sub', roleClaim: null, roles: [], autoCreate: true },
    redirectUri: `${url}/rest/v1/session/oidc/callback`,
  };
  const { app } = server(t, { oidc, trustProxy: true, now: () => Date.now() });
  const byTls = { 'x-forwarded-proto': 'https', accept: 'application/json' };
  const start = await app.inject({ url: '/session/oidc/start', headers: byTls });
  const set = String(start.headers['set-cookie']);
  assert.match(set, /^__Host-ocpp_logs_oidc=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
  const [cookie = ''] = set.split(';');
  const finish = async (pair: string) => {
    const headers = { ...byTls, cookie: pair };
    return (await app.inject({ url: '/session/oidc/callback?code=x&state=y', headers })).json().detail;
  };
  const none = 'This browser began no sign-in in the last 10 minutes; try again.';
  assert.equal(await finish(cookie.replace('__Host-', '')), none);
  assert.notEqual(await finish(cookie), none);
});

test('a subject cannot be given where there is no provider', async (t) => {
  const { app } = server(t, { now: () => NOW });
  const body = { name: 'Ada', roles: [], oidc_subject: 'ada-7' };
  const answer = await new Browser(app).send('POST', '/users', body, asAdmin);
  assert.deepEqual([answer.statusCode, answer.json().errors[0].parameter], [400, 'oidc_subject']);
});
