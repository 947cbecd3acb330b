/** Every route, by every role, on every kind of site: the table says what is needed, and none may be missing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPOT, server } from './fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

type Needed = 'nothing' | 'viewer' | 'operator' | 'admin' | 'admin of all';
type Outcome = 'in' | 'lacking' | 'no site';

/** Addresses stand as they are asked; those that name `depot` concern that site. */
const ROUTES: Readonly<Record<string, readonly [needed: Needed, url?: string]>> = {
  'get /ocpp-logs': ['viewer', '/ocpp-logs?site=depot'],
  'get /ocpp-logs/facets': ['viewer', '/ocpp-logs/facets?site=depot'],
  'get /ocpp-logs/histogram': ['viewer', '/ocpp-logs/histogram?site=depot'],
  'get /ocpp-logs/stream': ['viewer', '/ocpp-logs/stream?site=depot'],
  'get /ocpp-logs/site/{id}/entry/{entry_id}': ['viewer', '/ocpp-logs/site/depot/entry/1'],
  'get /ocpp-logs/site/{id}': ['viewer', '/ocpp-logs/site/depot'],
  'get /ocpp-logs/site/{id}/stream': ['viewer', '/ocpp-logs/site/depot/stream'],
  'post /ocpp-logs/site/{id}': ['operator', '/ocpp-logs/site/depot'],
  'get /sessions': ['viewer', '/sessions?site=depot'],
  'get /sessions/{id}': ['viewer', '/sessions/1.depot'],
  'get /sessions/{id}/signed-meter-values': ['viewer', '/sessions/1.depot/signed-meter-values'],
  'get /verdicts': ['viewer'],
  'get /fleet': ['viewer', '/fleet?site=depot'],
  'get /fleet/firmware-changes': ['viewer', '/fleet/firmware-changes?site=depot'],
  'get /fleet/noisy': ['viewer', '/fleet/noisy?site=depot'],
  'get /sites': ['viewer'],
  'post /sites': ['admin of all'],
  'get /sites/{id}': ['viewer', '/sites/depot'],
  'patch /sites/{id}': ['admin', '/sites/depot'],
  'get /sites/{id}/chargers/{charger}': ['viewer', '/sites/depot/chargers/CP-1'],
  'get /sites/{id}/chargers/{charger}/findings': ['viewer', '/sites/depot/chargers/CP-1/findings'],
  'post /sites/{id}/chargers/{charger}/commands': ['operator', '/sites/depot/chargers/CP-1/commands'],
  'put /sites/{id}/chargers/{charger}/password': ['admin', '/sites/depot/chargers/CP-1/password'],
  'delete /sites/{id}/chargers/{charger}/password': ['admin', '/sites/depot/chargers/CP-1/password'],
  'get /commands/{version}': ['viewer', '/commands/1.6'],
  'post /imports': ['operator', '/imports?site=depot'],
  'get /imports': ['operator'],
  'get /imports/{id}': ['operator', '/imports/x'],
  'delete /imports/{id}': ['operator', '/imports/x'],
  'post /imports/{id}/run': ['operator', '/imports/x/run'],
  'get /imports/{id}/events': ['operator', '/imports/x/events'],
  'post /exports': ['viewer'],
  'post /exports/estimate': ['viewer'],
  'get /exports': ['viewer'],
  'get /exports/{id}': ['viewer', '/exports/x'],
  'delete /exports/{id}': ['viewer', '/exports/x'],
  'get /exports/{id}/file': ['viewer', '/exports/x/file'],
  'get /exports/{id}/events': ['viewer', '/exports/x/events'],
  'get /metrics': ['viewer'],
  'get /status': ['operator'],
  'get /audit': ['admin of all'],
  'get /erasures': ['admin of all'],
  'post /erasures': ['admin of all'],
  'get /erasures/{id}': ['admin of all', '/erasures/x'],
  'get /saved-searches': ['viewer'],
  'post /saved-searches': ['viewer'],
  'put /saved-searches/{id}': ['viewer', '/saved-searches/x'],
  'delete /saved-searches/{id}': ['viewer', '/saved-searches/x'],
  'get /alarms': ['viewer'],
  'post /alarms': ['admin'],
  'get /alarms/{id}': ['viewer', '/alarms/x'],
  'put /alarms/{id}': ['admin', '/alarms/x'],
  'delete /alarms/{id}': ['admin', '/alarms/x'],
  'post /alarms/try': ['viewer'],
  'post /alarms/{id}/targets/{target}/test': ['admin', '/alarms/x/targets/y/test'],
  'post /alarms/{id}/keeper': ['admin', '/alarms/x/keeper'],
  'get /alarms/firings': ['viewer', '/alarms/firings?site=depot'],
  'get /alarms/events': ['viewer'],
  'get /users': ['admin of all'],
  'post /users': ['admin of all'],
  'get /users/{id}': ['admin of all', '/users/x'],
  'patch /users/{id}': ['admin of all', '/users/x'],
  'delete /users/{id}': ['admin of all', '/users/x'],
  'post /users/{id}/link': ['admin of all', '/users/x/link'],
  'get /keys': ['admin of all'],
  'post /keys': ['admin of all'],
  'delete /keys/{id}': ['admin of all', '/keys/x'],
  'post /session': ['nothing'],
  'get /session': ['nothing'],
  'patch /session': ['nothing'],
  'get /session/preferences': ['viewer'],
  'put /session/preferences': ['viewer'],
  'delete /session': ['nothing'],
  'get /session/methods': ['nothing'],
  'get /session/oidc/start': ['nothing'],
  'get /session/oidc/callback': ['nothing'],
  'get /livez': ['nothing'],
  'get /readyz': ['nothing'],
  'get /openapi.json': ['nothing'],
  'get /reference': ['nothing'],
  'get /': ['nothing'],
  // Last: who is let in leaves no site to the others.
  'delete /sites/{id}': ['admin of all', '/sites/depot'],
};

const RANKS = ['viewer', 'operator', 'admin'] as const;
type Rank = (typeof RANKS)[number];
const includes = (role: Rank, needed: Rank) => RANKS.indexOf(role) >= RANKS.indexOf(needed);

const PEOPLE = [
  [],
  ...RANKS.flatMap((role) => [null, 'depot', 'other'].map((site) => [{ site, role }])),
  [
    { site: 'depot', role: 'viewer' },
    { site: 'other', role: 'admin' },
  ],
  [
    { site: null, role: 'viewer' },
    { site: 'depot', role: 'operator' },
  ],
] as const satisfies readonly (readonly { readonly site: string | null; readonly role: Rank }[])[];
type Roles = (typeof PEOPLE)[number];

function expected(roles: Roles, needed: Exclude<Needed, 'nothing'>, atDepot: boolean): Outcome {
  const least = needed === 'admin of all' ? 'admin' : needed;
  const fitting = roles.filter(({ role }) => includes(role, least));
  if (needed === 'admin of all') return fitting.some(({ site }) => site === null) ? 'in' : 'lacking';
  if (fitting.some(({ site }) => !atDepot || site === null || site === 'depot')) return 'in';
  const known = roles.some(({ site }) => site === null || site === 'depot');
  return known || fitting.length === 0 ? 'lacking' : 'no site';
}

function outcome(body: string): Outcome {
  if (body.includes('urn:ocpp-logs:problem:scope-missing')) return 'lacking';
  return body.includes('urn:ocpp-logs:problem:site-not-found') ? 'no site' : 'in';
}

test('every route is in the table', async (t) => {
  const { app } = server(t);
  const { paths } = (await app.inject('/openapi.json')).json();
  const served = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(served.sort(), Object.keys(ROUTES).sort());
});

for (const roles of PEOPLE) {
  const told = roles.map(({ site, role }) => `${role} of ${site ?? 'all'}`).join(' and ');
  test(`${told || 'without a role'}: what is let in, lacks a role, or knows no site`, async (t) => {
    const { app, control } = server(t);
    control.sites = new Map([
      [DEPOT.id, DEPOT],
      ['other', { ...DEPOT, id: 'other' }],
    ]);
    await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
    await addUser(control, 'ada', roles);
    const browser = new Browser(app);
    await browser.signIn('ada');
    for (const [route, [needed, asked]] of Object.entries(ROUTES)) {
      if (needed === 'nothing') continue;
      const [method = '', path = ''] = route.split(' ');
      const url = asked ?? path;
      const atDepot = url.includes('depot');
      // A tail and an upload that are let in go no further; nothing here is a filled-in body.
      const headers = { accept: 'text/x-none' };
      // Safe: OpenAPI names methods as HTTP does, in lower case.
      const upper = method.toUpperCase() as 'GET';
      const answer = await browser.send(upper, url, method === 'get' ? undefined : {}, headers);
      assert.notEqual(answer.statusCode, 401, route);
      // Uploads have nowhere to go here.
      if (route !== 'post /imports') assert.notEqual(answer.statusCode, 500, `${route} ${answer.body}`);
      const due = expected(roles, needed, atDepot);
      // Of a command, who may only read is told by the route: the site is looked for first.
      const lax = route.endsWith('/commands') && due === 'lacking' ? ['lacking', 'no site'] : [due];
      assert.ok(lax.includes(outcome(answer.body)), `${route}: ${outcome(answer.body)}, not ${due}`);
    }
  });
}
