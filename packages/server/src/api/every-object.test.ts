/**
 * Every route with an id, with the id of something that is there and is another site's: it is answered as one that never
 * was. The routes come from the OpenAPI document: one with an id that nobody thought of fails.
 */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { asAdmin } from './fixtures.ts';
import { hasId, type Inhabited, inhabited, MARK, nameOf, type Route, routesOf } from './object-fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

type Headers = Readonly<Record<string, string>>;
/** Streams that are let in go no further. */
const NO_FORM = 'text/x-none';

/** Another id of the same form. */
function neverWas(id: string): string {
  const other = id.replace(/[0-9a-f]{8,}/, (digits) => '0'.repeat(digits.length)).replace('depot', 'nowhere');
  assert.notEqual(other, id);
  return other;
}

async function signedIn(
  { app, control }: Inhabited,
  name: string,
  role: 'viewer' | 'admin',
): Promise<Headers> {
  await addUser(control, name, [{ site: 'other', role }]);
  const browser = new Browser(app);
  await browser.signIn(name);
  return { cookie: browser.cookie ?? '', 'x-csrf-token': browser.csrf ?? '' };
}

/** Who has nothing to do with the depot, each with what it may at another site. */
async function strangers(bench: Inhabited): Promise<readonly (readonly [who: string, headers: Headers])[]> {
  const key = async (scopes: readonly ('read' | 'ingest' | 'admin')[]) => ({
    authorization: `Bearer ${(await bench.key({ scopes, sites: ['other'] })).bearer}`,
  });
  return [
    ['a key that may all of another site', await key(['admin'])],
    ['a key that reads and writes another site', await key(['read', 'ingest'])],
    ['an admin of another site', await signedIn(bench, 'ada', 'admin')],
    ['a viewer of another site', await signedIn(bench, 'ben', 'viewer')],
  ];
}

async function closedRoutes(bench: Inhabited): Promise<readonly Route[]> {
  return (await routesOf(bench)).filter(({ described }) => described.security.length > 0);
}

function told(body: string): object {
  return { ...JSON.parse(body), instance: '' };
}

test('whatever has an id is to a stranger as if it never was, and stays as it is', async (t: TestContext) => {
  const bench = await inhabited(t);
  const routes = (await closedRoutes(bench)).filter(hasId);
  for (const { path } of routes) await bench.idFor(path);
  const callers = await strangers(bench);
  const before = await bench.state();
  for (const route of routes) {
    const id = await bench.idFor(route.path);
    for (const [who, headers] of callers) {
      const where = `${nameOf(route)} by ${who}`;
      const real = await bench.send(route, headers, { accept: NO_FORM });
      const never = await bench.send(route, headers, { accept: NO_FORM, id: neverWas(id) });
      assert.ok(!real.body.includes(MARK), `${where}: ${real.body}`);
      assert.deepEqual([real.status, told(real.body)], [never.status, told(never.body)], where);
      const everywhere = route.described['x-all-sites'] === true;
      if (everywhere) assert.equal(real.status, 403, where);
      else if (real.status !== 404) {
        assert.equal(real.status, 403, where);
        assert.match(real.body, /urn:ocpp-logs:problem:scope-missing/, where);
        assert.ok(!who.includes('all of') && !who.startsWith('an admin'), where);
      }
    }
  }
  assert.equal(await bench.state(), before);
  // Each of these would have done something, had it been let in.
  const admitted = [];
  for (const route of routes) {
    // What it is for may be gone by then.
    if (route.method === 'DELETE') continue;
    const { status, body } = await bench.send(route, asAdmin);
    if (status < 400) admitted.push(nameOf(route));
    else assert.ok([404, 406, 409].includes(status), `${nameOf(route)} as admin: ${status} ${body}`);
  }
  for (const route of ['PUT /alarms/{id}', 'GET /exports/{id}/file', 'GET /imports/{id}', 'GET /users/{id}'])
    assert.ok(admitted.includes(route), `${route} of ${admitted}`);
});

test("of the same site, exports, imports and searches of somebody else are nobody else's", async (t: TestContext) => {
  const bench = await inhabited(t);
  const ofOwner = ['/exports/', '/imports/', '/saved-searches/'];
  const routes = (await closedRoutes(bench)).filter(
    (route) => hasId(route) && ofOwner.some((each) => route.path.startsWith(each)),
  );
  assert.ok(routes.length >= 10, `${routes.length}`);
  for (const { path } of routes) await bench.idFor(path);
  const { bearer } = await bench.key({ scopes: ['read', 'ingest'], sites: ['depot'] });
  const before = await bench.state();
  for (const route of routes) {
    const headers = { authorization: `Bearer ${bearer}` };
    const { status, body } = await bench.send(route, headers, { accept: NO_FORM });
    assert.equal(status, 404, `${nameOf(route)}: ${body}`);
    assert.ok(!body.includes(MARK), nameOf(route));
  }
  assert.equal(await bench.state(), before);
});

test('no list tells a stranger of it, and the store is asked nothing about it', async (t: TestContext) => {
  const bench = await inhabited(t);
  const routes = await closedRoutes(bench);
  for (const { path } of routes.filter(hasId)) await bench.idFor(path);
  const { reader } = bench;
  // What it was asked for tells whether they would be of the depot.
  reader.sessionBodies = [];
  const lists = routes.filter((route) => !hasId(route) && (route.method === 'GET' || reads(route)));
  const asked = () =>
    JSON.stringify(
      [reader.asked, reader.counted, reader.sessionsAsked, reader.fleetAsked, reader.sizesAsked],
      (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
  for (const [who, headers] of await strangers(bench)) {
    for (const route of lists) {
      const accept = /\/(?:stream|events)$/.test(route.path) ? NO_FORM : 'application/json';
      const { status, body } = await bench.send(route, headers, { accept });
      const where = `${nameOf(route)} by ${who}: ${status} ${body.slice(0, 300)}`;
      assert.ok([200, 403, 406].includes(status), where);
      assert.ok(!body.includes(MARK) && !body.includes('depot'), where);
    }
  }
  assert.ok(!asked().includes('depot'), asked());
  // An admin sees it in these: the others could not tell anything.
  const telling = [];
  for (const route of lists) {
    const accept = /\/(?:stream|events)$/.test(route.path) ? NO_FORM : 'application/json';
    const { body } = await bench.send(route, asAdmin, { accept });
    if (body.includes(MARK) || body.includes('depot')) telling.push(route.described.operationId);
  }
  const known = ['listAlarms', 'listFirings', 'listExports', 'listImports', 'listSavedSearches', 'listSites'];
  for (const id of [...known, 'listKeys', 'listUsers', 'listErasures', 'listAudit', 'status', 'tryAlarm'])
    assert.ok(telling.includes(id), `${id} of ${telling}`);
  assert.ok(asked().includes('depot'));
});

/** Asks by a body. */
function reads({ described }: Route): boolean {
  return described.operationId === 'tryAlarm';
}
