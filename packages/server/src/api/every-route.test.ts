/**
 * Every route by everybody who must not pass, as the OpenAPI document says who may. The routes come from the document and
 * from Fastify itself: one that nobody thought of here fails.
 */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { KeyWish } from '../auth/keys.ts';
import { PREFIX } from '../auth/signature.ts';
import type { Scope } from '../store/control.ts';
import { ROLES, type Role } from '../store/people.ts';
import { DEPOT } from './control-double.ts';
import { asAdmin, NOW, type ServerDouble, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

interface Described {
  readonly operationId: string;
  readonly 'x-scope'?: string;
  readonly 'x-role'?: Role;
  readonly 'x-all-sites'?: true;
  readonly security: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly method: string;
  /** As the document has it. */
  readonly path: string;
  /** With something in the place of each parameter. */
  readonly url: string;
  readonly described: Described;
  /** Whether it concerns one site by its address. */
  readonly ofSite: boolean;
  readonly writes: boolean;
}

/** Open to everyone, and why. A new one belongs here only with a reason. */
const OPEN: Readonly<Record<string, string>> = {
  livez: 'an orchestrator asks, and it tells one word',
  readyz: 'an orchestrator asks, and it tells one word',
  openapi: 'the description of the API is no secret',
  reference: 'the description of the API is no secret',
  root: 'leads to the page or the reference',
  signIn: 'who signs in has nothing to show yet; guessing is bounded',
  getSession: 'tells a session of itself, and refuses where there is none',
  changeOwnUser: 'refuses where there is no session, checks csrf itself',
  signOut: 'signing out twice is no error, checks csrf itself',
  listSignInMethods: 'the sign-in page asks',
  startOidc: 'leads to the provider',
  finishOidc: 'the provider leads back here',
};

/** Served and not in the document, and why. */
const UNDESCRIBED: Readonly<Record<string, string>> = {
  '/explore': 'the page of the dashboard, the same for everyone',
  '/stations': 'the page',
  '/station/*': 'the page',
  '/charging-sessions': 'the page',
  '/fleet-overview': 'the page',
  '/alarm-overview': 'the page',
  '/session/*': 'the page',
  '/settings': 'the page',
  '/settings/*': 'the page',
  '/sign-in': 'the page',
  '/assets/{name}': 'scripts, styles and fonts of the page',
};

const PARAMETERS: Readonly<Record<string, string>> = {
  charger: 'CP-1',
  entry_id: '1',
  target: 'y',
  version: '1.6',
};
const SITE_PATH = /\/sites?\/\{id\}/;
/** Tails and events that are let in go no further. */
const ACCEPT = { accept: 'text/x-none' };
const LESSER: Readonly<Record<string, readonly Scope[]>> = {
  read: ['ingest'],
  ingest: ['read'],
  admin: ['read', 'ingest'],
};

function filled(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'id') return SITE_PATH.test(path) ? 'depot' : 'x';
    const value = PARAMETERS[name];
    assert.ok(value !== undefined, `say here what stands for {${name}} of ${path}`);
    return value;
  });
}

async function routesOf({ app }: ServerDouble): Promise<readonly Route[]> {
  const { paths } = (await app.inject('/openapi.json')).json();
  return Object.entries<Readonly<Record<string, Described>>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lower, described]) => {
      const method = lower.toUpperCase();
      const ofSite = SITE_PATH.test(path);
      return { method, path, url: filled(path), described, ofSite, writes: method !== 'GET' };
    }),
  );
}

async function closedRoutes(double: ServerDouble): Promise<readonly Route[]> {
  return (await routesOf(double)).filter(({ described }) => described.security.length > 0);
}

function twoSites(t: TestContext): ServerDouble {
  const double = server(t, { requestsPerMinute: 1_000_000 });
  double.control.sites = new Map([
    [DEPOT.id, DEPOT],
    ['other', { ...DEPOT, id: 'other', name: 'Other' }],
  ]);
  return double;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(
  { app }: ServerDouble,
  { method, url, writes }: Route,
  headers: Readonly<Record<string, string>>,
  prefix = '',
): Promise<Answer> {
  const body = writes ? { payload: '{}' } : {};
  const typed = writes ? { 'content-type': 'application/json' } : {};
  // Safe: the methods of an OpenAPI document are those of HTTP.
  const verb = method as 'GET';
  const answer = await app.inject({
    method: verb,
    url: prefix + url,
    headers: { ...ACCEPT, ...typed, ...headers },
    ...body,
  });
  return { status: answer.statusCode, body: answer.body };
}

const name = ({ method, path }: Route) => `${method} ${path}`;
const needs = ({ described }: Route) => described['x-scope'] ?? 'none';

test('every route is in the document, or here with a reason', async (t) => {
  const double = server(t, { dashboard: { page: '<p>page</p>', assets: new Map() } });
  const described = new Set((await routesOf(double)).map(({ method, path }) => `${method} ${path}`));
  for (const { method, url } of double.routes) {
    const bare = url.startsWith(PREFIX) ? url.slice(PREFIX.length) || '/' : url;
    const path = bare.replaceAll(/:(\w+)/g, '{$1}');
    const known = described.has(`${method} ${path}`) || (method === 'HEAD' && described.has(`GET ${path}`));
    assert.ok(known || Object.hasOwn(UNDESCRIBED, path), `${method} ${url}`);
  }
});

test('a route is open only where it says why, and a closed one says what it needs', async (t) => {
  const all = await routesOf(server(t));
  const open = all.filter(({ described }) => described.security.length === 0);
  assert.deepEqual(open.map(({ described }) => described.operationId).sort(), Object.keys(OPEN).sort());
  for (const route of all) {
    if (route.described.security.length === 0) continue;
    assert.ok(Object.hasOwn(LESSER, needs(route)), `${name(route)} needs ${needs(route)}`);
    assert.ok(
      ROLES.some((role) => role === route.described['x-role']),
      name(route),
    );
  }
});

test('nobody passes without a key, with one that is unknown, revoked, expired, or wrongly signed', async (t) => {
  const double = twoSites(t);
  const { key, control, clock } = double;
  const all: Partial<KeyWish> = { scopes: ['admin'] };
  const [revoked, expired, signing] = [
    await key(all),
    await key({ ...all, expires: NOW - 1 }),
    await key(all),
  ];
  await control.revokeKey(revoked.id);
  const bearers = [revoked.bearer, expired.bearer, 'olk_unknown'].map((each) => ({
    authorization: `Bearer ${each}`,
  }));
  const signed = {
    'x-api-key': signing.api_key,
    'x-req-timestamp': String(Math.floor(clock.now / 1000)),
    'x-signature': 'ab'.repeat(32),
  };
  const credentials = [
    {},
    ...bearers,
    { authorization: 'Basic YTpi' },
    signed,
    { cookie: 'ocpp_logs_session=x' },
  ];
  for (const route of await closedRoutes(double)) {
    for (const [at, headers] of credentials.entries()) {
      for (const prefix of ['', PREFIX]) {
        const { status, body } = await ask(double, route, headers, prefix);
        assert.equal(status, 401, `${prefix}${name(route)} with credentials ${at}: ${body}`);
      }
    }
    if (!route.writes) {
      const { status } = await ask(double, { ...route, method: 'HEAD' }, {});
      assert.equal(status, 401, `HEAD ${route.path}`);
    }
  }
  assert.deepEqual(control.used, []);
});

test('a key of lesser scope is refused everywhere, one that has all of it nowhere', async (t) => {
  const double = twoSites(t);
  for (const route of await closedRoutes(double)) {
    const scopes = LESSER[needs(route)] ?? [];
    const { bearer } = await double.key({ scopes });
    const lesser = await ask(double, route, { authorization: `Bearer ${bearer}` });
    assert.equal(lesser.status, 403, `${name(route)} with ${scopes}: ${lesser.body}`);
    assert.match(lesser.body, /urn:ocpp-logs:problem:scope-missing/);
    const all = await ask(double, route, asAdmin);
    assert.ok(![401, 403].includes(all.status), `${name(route)} as admin: ${all.status}`);
  }
});

test('a key of another site finds no site, and nothing of it', async (t) => {
  const double = twoSites(t);
  const { bearer } = await double.key({ scopes: ['admin'], sites: ['other'] });
  for (const route of await closedRoutes(double)) {
    const { status, body } = await ask(double, route, { authorization: `Bearer ${bearer}` });
    if (route.described['x-all-sites']) assert.equal(status, 403, name(route));
    else if (route.ofSite) {
      assert.equal(status, 404, `${name(route)}: ${body}`);
      assert.match(body, /urn:ocpp-logs:problem:site-not-found/);
    }
    assert.ok(!body.includes(DEPOT.name), name(route));
  }
  const { body: unknown } = await double.app.inject({
    url: '/sites/nowhere',
    headers: { authorization: `Bearer ${bearer}` },
  });
  const { body: hidden } = await double.app.inject({
    url: '/sites/depot',
    headers: { authorization: `Bearer ${bearer}` },
  });
  const told = (text: string) => ({ ...JSON.parse(text), instance: '' });
  assert.deepEqual(told(hidden), told(unknown));
});

test('a key of another site gets nothing by naming the site in a parameter or in a body', async (t) => {
  const double = twoSites(t);
  const { app } = double;
  const { components } = (await app.inject('/openapi.json')).json();
  const own = await double.key({ scopes: ['admin'], sites: ['other'] });
  const headers = { ...ACCEPT, authorization: `Bearer ${own.bearer}` };
  let asked = 0;
  for (const route of await closedRoutes(double)) {
    const { described, path } = route;
    if (route.ofSite || described['x-all-sites']) continue;
    for (const { url, body } of naming(route, components)) {
      asked += 1;
      // Safe: the methods of an OpenAPI document are those of HTTP.
      const method = route.method as 'GET';
      const payload = body === null ? {} : { payload: body };
      const accept = path.endsWith('/stream') ? 'text/event-stream' : 'application/json';
      const answer = await app.inject({ method, url, headers: { ...headers, accept }, ...payload });
      assert.equal(
        answer.statusCode,
        404,
        `${name(route)} as ${url} with ${JSON.stringify(body)}: ${answer.body}`,
      );
      assert.match(answer.body, /urn:ocpp-logs:problem:site-not-found/, name(route));
    }
  }
  assert.ok(asked >= 11, `${asked} ways to name a site`);
});

/** Under which names parameters and bodies speak of sites, with values that name the site of somebody else. */
const NAMING: Readonly<Record<string, readonly unknown[]>> = {
  site: ['depot'],
  sites: [['depot'], ['other', 'depot']],
  entries: [[{ site_id: 'depot', id: '1' }]],
};
const SPAN = { from: '2026-01-05', to: '2026-01-06' };

/** The requests that name it: once by each parameter and each property of a body that can. */
function naming(
  { described, url }: Route,
  components: { readonly schemas: Readonly<Record<string, Schema>> },
): readonly { readonly url: string; readonly body: object | null }[] {
  const query = (described.parameters ?? []).flatMap((parameter) =>
    parameter.in === 'query' ? [parameter.name] : [],
  );
  const [content] = Object.values(described.requestBody?.content ?? {});
  const named = content?.schema.$ref?.split('/').at(-1);
  const schema = named === undefined ? content?.schema : components.schemas[named];
  const properties = Object.keys(schema?.properties ?? {});
  for (const key of [...query, ...properties]) {
    assert.ok(!/site/i.test(key) || Object.hasOwn(NAMING, key), `say here how ${key} of ${url} names a site`);
  }
  const spanOf = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(SPAN).filter(([key]) => names.includes(key)));
  const byQuery = Object.entries(NAMING)
    .filter(([key]) => query.includes(key))
    .flatMap(([key, values]) =>
      values.map((value) => {
        const given = new URLSearchParams({ ...spanOf(query), [key]: [value].flat().join(',') });
        return { url: `${url}?${given}`, body: described.requestBody === undefined ? null : {} };
      }),
    );
  const byBody = Object.entries(NAMING)
    .filter(([key]) => properties.includes(key))
    .flatMap(([key, values]) =>
      values.map((value) => ({
        url,
        body: { ...(key === 'entries' ? {} : spanOf(properties)), [key]: value },
      })),
    );
  return [...byQuery, ...byBody];
}

test('a person of lesser role is refused everywhere', async (t) => {
  const double = twoSites(t);
  const { app, control } = double;
  const browsers = new Map<Role | 'none', Browser>();
  for (const role of ['none', ...ROLES] as const) {
    await addUser(control, role, role === 'none' ? [] : [{ site: null, role }]);
    const browser = new Browser(app);
    await browser.signIn(role);
    browsers.set(role, browser);
  }
  for (const route of await closedRoutes(double)) {
    const role = route.described['x-role'] ?? 'viewer';
    const below = (['none', ...ROLES] as const)[ROLES.indexOf(role)] ?? 'none';
    const browser = browsers.get(below);
    assert.ok(browser);
    // Safe: the methods of an OpenAPI document are those of HTTP.
    const verb = route.method as 'GET';
    const answer = await browser.send(verb, route.url, route.writes ? {} : undefined, ACCEPT);
    assert.equal(answer.statusCode, 403, `${name(route)} as ${below}: ${answer.body}`);
    assert.match(answer.body, /urn:ocpp-logs:problem:scope-missing/, name(route));
  }
});

test('a write from another page, or with a cookie and no token against it, does nothing', async (t) => {
  const double = twoSites(t);
  const { app, control, recorder } = double;
  await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  const browser = new Browser(app);
  await browser.signIn('boss');
  const before = control.audited.length;
  const cookie = { cookie: browser.cookie ?? '' };
  for (const route of await routesOf(double)) {
    if (!route.writes) continue;
    for (const origin of ['https://evil.example', 'null']) {
      const foreign = await ask(double, route, { ...asAdmin, origin, host: 'localhost:9016' });
      assert.equal(foreign.status, 403, `${name(route)} from ${origin}`);
      assert.match(foreign.body, /urn:ocpp-logs:problem:origin-foreign/);
    }
    // Whoever signs in has no session yet that could be misused.
    if (route.described.operationId === 'signIn') continue;
    for (const csrf of [{}, { 'x-csrf-token': 'f'.repeat(64) }]) {
      const forged = await ask(double, route, { ...cookie, ...csrf });
      assert.equal(forged.status, 403, `${name(route)}: ${forged.body}`);
      assert.match(forged.body, /urn:ocpp-logs:problem:csrf/, name(route));
    }
  }
  assert.equal(control.audited.length, before);
  assert.equal(recorder.taken.length, 0);
  assert.equal((await browser.send('GET', '/session')).statusCode, 200);
});

test('under a name that is not this server’s nothing is answered, open or not', async (t) => {
  const double = twoSites(t);
  for (const route of await routesOf(double)) {
    const { status, body } = await ask(double, route, { ...asAdmin, host: 'rebound.example' });
    assert.equal(status, 403, name(route));
    assert.match(body, /urn:ocpp-logs:problem:host-unknown/);
  }
});
