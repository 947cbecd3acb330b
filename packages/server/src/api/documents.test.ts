import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { KINDS } from '@ocpp-logs/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PROBLEMS } from '../errors.ts';
import { asAdmin, server } from './fixtures.ts';

type Json = Record<string, unknown>;

async function document(t: Parameters<typeof server>[0], publicPath = '') {
  const auth = {
    secretKey: new Uint8Array(32),
    adminToken: null,
    runToken: null,
    clockSkewSeconds: 300,
    publicPath,
  };
  const { app } = server(t, { auth });
  const { body, headers } = await app.inject('/openapi.json');
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  return { app, document: JSON.parse(body) };
}

test('the document has every route of the server, once', async (t) => {
  const { document: api } = await document(t);
  assert.equal(api.openapi, '3.1.1');
  assert.deepEqual(
    Object.entries<Json>(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    ),
    [
      'get /ocpp-logs/site/{id}',
      'post /ocpp-logs/site/{id}',
      'get /ocpp-logs',
      'get /ocpp-logs/facets',
      'get /ocpp-logs/histogram',
      'get /ocpp-logs/site/{id}/entry/{entry_id}',
      'get /ocpp-logs/site/{id}/stream',
      'get /ocpp-logs/stream',
      'get /sessions',
      'get /sessions/{id}',
      'get /sessions/{id}/signed-meter-values',
      'get /verdicts',
      'get /fleet',
      'get /fleet/firmware-changes',
      'get /fleet/noisy',
      'post /exports',
      'get /exports',
      'post /exports/estimate',
      'get /exports/{id}',
      'delete /exports/{id}',
      'get /exports/{id}/file',
      'get /exports/{id}/events',
      'get /sites',
      'post /sites',
      'get /sites/{id}',
      'patch /sites/{id}',
      'delete /sites/{id}',
      'get /sites/{id}/chargers/{charger}',
      'get /sites/{id}/chargers/{charger}/findings',
      'put /sites/{id}/chargers/{charger}/password',
      'delete /sites/{id}/chargers/{charger}/password',
      'post /session',
      'get /session',
      'patch /session',
      'delete /session',
      'get /session/methods',
      'get /session/oidc/start',
      'get /session/oidc/callback',
      'get /users',
      'post /users',
      'get /users/{id}',
      'patch /users/{id}',
      'delete /users/{id}',
      'post /users/{id}/link',
      'get /keys',
      'post /keys',
      'delete /keys/{id}',
      'get /saved-searches',
      'post /saved-searches',
      'put /saved-searches/{id}',
      'delete /saved-searches/{id}',
      'get /session/preferences',
      'put /session/preferences',
      'post /sites/{id}/chargers/{charger}/commands',
      'get /commands/{version}',
      'get /audit',
      'get /alarms',
      'post /alarms',
      'get /alarms/{id}',
      'put /alarms/{id}',
      'delete /alarms/{id}',
      'post /alarms/try',
      'post /alarms/{id}/targets/{target}/test',
      'post /alarms/{id}/keeper',
      'get /alarms/firings',
      'get /alarms/events',
      'get /erasures',
      'post /erasures',
      'get /erasures/{id}',
      'get /livez',
      'get /readyz',
      'get /metrics',
      'get /status',
      'get /openapi.json',
      'get /reference',
      'get /',
      'post /imports',
      'get /imports',
      'post /imports/{id}/run',
      'get /imports/{id}',
      'delete /imports/{id}',
      'get /imports/{id}/events',
    ],
  );
});

test('operations are named once, have answers, and their path parameters are declared', async (t) => {
  const { document: api } = await document(t);
  const names = new Set<unknown>();
  for (const [path, methods] of Object.entries<Record<string, Json>>(api.paths)) {
    for (const operation of Object.values(methods)) {
      names.add(operation.operationId);
      assert.ok(Object.keys(operation.responses as Json).some((status) => /^[23]/.test(status)));
      const parameters = operation.parameters as Json[];
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      assert.deepEqual(inPath, path.match(/\{\w+\}/g) ?? []);
      assert.equal(
        new Set(parameters.map(({ in: place, name }) => `${place} ${name}`)).size,
        parameters.length,
      );
    }
  }
  const all = Object.values<object>(api.paths).flatMap((methods) => Object.keys(methods));
  assert.equal(names.size, all.length);
});

test('every reference leads to a schema, and every schema is one', async (t) => {
  const { document: api } = await document(t);
  const text = JSON.stringify(api);
  const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
  assert.deepEqual([...referred].sort(), Object.keys(api.components.schemas).sort());
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'api', components: api.components });
  for (const name of referred) ajv.compile({ $ref: `api#/components/schemas/${name}` });
});

test('the documented parameters of the logs are those that are read', async (t) => {
  const { app, document: api } = await document(t);
  const { parameters } = api.paths['/ocpp-logs/site/{id}'].get;
  const query = parameters.filter((parameter: Json) => parameter.in === 'query');
  assert.deepEqual(
    query.map(({ name, required }: Json) => (required ? `${name}!` : name)),
    [
      'from!',
      'to!',
      'actions',
      'sort_order',
      'take',
      'skip',
      'cursor',
      'charger_id',
      'connector_id',
      'kinds',
      'q',
      'count',
      'include',
      'guard',
    ],
  );
  const take = query.find(({ name }: Json) => name === 'take').schema;
  assert.deepEqual([take.minimum, take.maximum, take.default], [1, 1000, 100]);
  assert.ok(app);
});

test('answers of the server fit the documented schemas', async (t) => {
  const double = server(t);
  const { app, reader } = double;
  reader.summaries = [
    {
      id: 'CP',
      vendor: null,
      model: 'M',
      firmware: null,
      protocol: null,
      connected: false,
      lastSeen: 5,
      capturedThrough: 6,
    },
  ];
  const api = JSON.parse((await app.inject('/openapi.json')).body);
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
  ajv.addSchema({ $id: 'api', components: api.components, paths: api.paths });
  const fits = (path: string, method: string, status: number, type: string, body: unknown) => {
    const at = [path, method, 'responses', String(status), 'content', type, 'schema'];
    const pointer = at
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const check = ajv.compile({ $ref: `api#/paths/${pointer}` });
    assert.ok(check(body), JSON.stringify(check.errors));
  };
  const get = async (url: string, headers = {}) => JSON.parse((await app.inject({ url, headers })).body);
  fits('/sites', 'get', 200, 'application/json', await get('/sites', asAdmin));
  fits('/sites/{id}', 'get', 200, 'application/json', await get('/sites/depot', asAdmin));
  fits('/livez', 'get', 200, 'application/json', await get('/livez'));
  fits('/sites', 'get', 401, 'application/problem+json', await get('/sites'));
  fits('/sites', 'get', 400, 'application/problem+json', await get('/sites?x=1', asAdmin));
  const page = await get('/ocpp-logs/site/depot?from=2026-01-05&to=2026-01-06&cursor=', asAdmin);
  fits('/ocpp-logs/site/{id}', 'get', 200, 'application/json', page);
  const posted = await app.inject({
    method: 'POST',
    url: '/ocpp-logs/site/depot',
    payload: '{}',
    headers: asAdmin,
  });
  fits('/ocpp-logs/site/{id}', 'post', 200, 'application/json', JSON.parse(posted.body));
});

test('what is our own is marked, in the document and on the page', async (t) => {
  const { app, document: api } = await document(t);
  assert.equal(api.paths['/ocpp-logs/site/{id}'].get['x-extension'], undefined);
  assert.equal(api.paths['/ocpp-logs/site/{id}'].post['x-extension'], true);
  const { parameters } = api.paths['/ocpp-logs/site/{id}'].get;
  const marked = parameters.filter(({ description }: { description: string }) =>
    /Extension/.test(description),
  );
  assert.deepEqual(
    marked.map(({ name }: Json) => name),
    ['cursor', 'charger_id', 'connector_id', 'kinds', 'q', 'count', 'include', 'guard'],
  );
  assert.match((await app.inject('/reference')).body, /Extension of this server/);
});

test('a prefix that a proxy cuts off is in the addresses', async (t) => {
  const { app, document: api } = await document(t, '/logs');
  assert.deepEqual(
    api.servers.map(({ url }: Json) => url),
    ['/logs/rest/v1', '/logs'],
  );
  assert.equal((await app.inject('/')).headers.location, '/logs/reference');
});

test('the root leads to the reference', async (t) => {
  const { app } = server(t);
  const answer = await app.inject('/');
  assert.deepEqual([answer.statusCode, answer.headers.location], [302, '/reference']);
});

test('the page loads nothing: no script, no address of another server, its own style by its hash', async (t) => {
  const { app } = server(t);
  const { body, headers } = await app.inject('/reference');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(/<script|<link|<img|@import|url\(|\son\w+=|\sstyle=/i.test(body), false);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none';/);
  const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? '';
  assert.ok(policy.includes(`'sha256-${createHash('sha256').update(style).digest('base64')}'`));
});

test('the page can be read by everyone: language, landmarks, headings, links that lead somewhere', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject('/reference');
  assert.match(body, /<html lang="en">/);
  assert.match(body, /prefers-color-scheme: dark/);
  assert.match(body, /<nav aria-label=/);
  assert.equal(body.match(/<h1>/g)?.length, 1);
  const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  assert.equal(new Set(ids).size, ids.length);
  const targets = [...body.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
  assert.ok(targets.length > 15);
  for (const target of targets) assert.ok(ids.includes(target), target);
});

test('the page tells of every operation and every parameter, and shows how to call them', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject('/reference');
  for (const text of [
    'sort_order',
    'last-event-id',
    'idempotency-key',
    'application/x-ndjson',
    'OCPPLog',
    ...KINDS,
  ]) {
    assert.ok(body.includes(text), text);
  }
  assert.match(body, /curl[^<]*from=2026-01-05T00:00:00Z&amp;to=/);
});

test('the page leaves out the ways to itself, and says what every parameter means', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject('/reference');
  assert.equal(/Leads to the reference|The API as a page to read/.test(body), false);
  const rows = [...body.matchAll(/<tr>((?:(?!<\/tr>).)*data-head="In"(?:(?!<\/tr>).)*)<\/tr>/gs)];
  assert.ok(rows.length > 15);
  for (const [, row = ''] of rows) assert.match(row, /data-head="Meaning">\s*[^\s<]/, row);
});

test('on a small screen the contents are folded and every cell bears its head', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject('/reference');
  assert.match(body, /<nav aria-label="Contents"><details><summary>/);
  assert.equal(/<td>/.test(body), false);
});

test('a call to copy stands before the tables of an operation', async (t) => {
  const { app } = server(t);
  const { body } = await app.inject('/reference');
  const section = body.slice(body.indexOf('/ocpp-logs/site/{id}</code>'));
  assert.ok(section.indexOf('curl') > 0 && section.indexOf('curl') < section.indexOf('Parameters'));
});

test('statuses of problems are those of the contract', () => {
  const statuses = new Set(Object.values(PROBLEMS).map(({ status }) => status));
  for (const status of [400, 401, 403, 404, 405, 406, 413, 415, 429, 503])
    assert.ok(statuses.has(status as 400));
});
