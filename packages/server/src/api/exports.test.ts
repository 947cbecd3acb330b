import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { sourceOf, textsOf, VARIED } from '../export/fixtures.ts';
import { type Desk, desk } from '../export/jobs/fixtures.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { exportBody } from './export-body.ts';
import { asAdmin, DEPOT, type ServerDouble, server } from './fixtures.ts';

const WISH = { site: 'depot', from: '2026-05-01', to: '2026-06-01' };
const ALL_KINDS = { ...WISH, kinds: ['exchange', 'gap'] };
const JSON_TYPE = { 'content-type': 'application/json' };

interface Double extends ServerDouble, Desk {}

async function exporting(t: TestContext): Promise<Double> {
  const made = await desk(t);
  const double = server(t, { exports: made.jobs });
  double.clock.now = DEPOT_TIME + 86_400_000;
  return { ...double, ...made };
}

function post(
  { app }: ServerDouble,
  body: object | string,
  headers: Record<string, string> = asAdmin,
  url = '/rest/v1/exports',
) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  return app.inject({ method: 'POST', url, headers: { ...JSON_TYPE, ...headers }, payload });
}

function fetched({ app }: ServerDouble, url: string, headers: Record<string, string> = {}, method = 'GET') {
  return app.inject({ method: method as 'GET', url, headers: { ...asAdmin, ...headers } });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a small export is done when it is answered, and its file is as it says', async (t) => {
  const double = await exporting(t);
  const answer = await post(double, ALL_KINDS);
  assert.equal(answer.statusCode, 201, answer.body);
  const job = answer.json();
  assert.equal(answer.headers.location, `/rest/v1/exports/${job.id}`);
  assert.deepEqual(
    [job.state, job.site, job.format, job.progress.percent, job.file_name, job.error],
    ['done', 'depot', 'csv', 100, 'ocpp-logs-depot-20260501-20260601.csv', null],
  );
  assert.deepEqual(job.estimate.entries, 3);
  assert.equal(job.links.file, `/rest/v1/exports/${job.id}/file`);
  assert.equal(Date.parse(job.expires) - Date.parse(job.created), 86_400_000);
  const file = await fetched(double, job.links.file);
  assert.equal(file.statusCode, 200);
  assert.equal(sha256(file.rawPayload), job.sha256);
  assert.equal(file.rawPayload.length, job.size);
  assert.equal(file.headers.etag, `"${job.sha256}"`);
  assert.equal(file.headers['x-sha256'], job.sha256);
  assert.equal(file.headers['repr-digest'], `sha-256=:${Buffer.from(job.sha256, 'hex').toString('base64')}:`);
  assert.equal(file.headers['accept-ranges'], 'bytes');
  assert.equal(file.headers['content-type'], 'text/csv; charset=utf-8; header=present');
  assert.equal(file.headers['content-disposition'], `attachment; filename="${job.file_name}"`);
  assert.match(file.body, /^occurrence_time,/);
  assert.deepEqual((await fetched(double, '/exports')).json(), { exports: [job] });
  assert.deepEqual((await fetched(double, `/exports/${job.id}`)).json(), job);
});

test('parts of the file make the file; HEAD tells its length', async (t) => {
  const double = await exporting(t);
  const { size, links, sha256: hash } = (await post(double, WISH)).json();
  const head = await fetched(double, links.file, {}, 'HEAD');
  assert.deepEqual([head.statusCode, head.headers['content-length'], head.body], [200, String(size), '']);
  const first = await fetched(double, links.file, { range: 'bytes=0-99' });
  assert.equal(first.statusCode, 206);
  assert.equal(first.headers['content-range'], `bytes 0-99/${size}`);
  assert.equal(first.headers['content-length'], '100');
  const rest = await fetched(double, links.file, { range: 'bytes=100-', 'if-range': `"${hash}"` });
  assert.equal(sha256(Buffer.concat([first.rawPayload, rest.rawPayload])), hash);
  const other = await fetched(double, links.file, { range: 'bytes=100-', 'if-range': '"another"' });
  assert.deepEqual([other.statusCode, other.rawPayload.length], [200, size]);
  const beyond = await fetched(double, links.file, { range: `bytes=${size}-` });
  assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, `bytes */${size}`]);
});

test('an export of many is answered with where to ask; its file is not there before it is done', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 2_000_000, bytes: 9 };
  double.runner.hold();
  const answer = await post(double, WISH);
  assert.equal(answer.statusCode, 202);
  const { id, state, links } = answer.json();
  assert.equal(state, 'running');
  const early = await fetched(double, links.file);
  assert.deepEqual([early.statusCode, early.json().type], [409, 'urn:ocpp-logs:problem:not-finished']);
  double.runner.release();
  await double.jobs.ended(id, new AbortController().signal);
  assert.equal((await fetched(double, links.file)).statusCode, 200);
});

test('removing cancels; then it is gone', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 2_000_000, bytes: 9 };
  double.runner.hold();
  const { links } = (await post(double, WISH)).json();
  assert.equal((await fetched(double, links.self, {}, 'DELETE')).statusCode, 204);
  for (const url of [links.self, links.file, links.events]) {
    assert.equal((await fetched(double, url)).statusCode, 410);
  }
  assert.deepEqual((await fetched(double, '/exports')).json(), { exports: [] });
  assert.equal((await fetched(double, '/exports/000000000000000000000000')).statusCode, 404);
  assert.equal((await fetched(double, '/exports/nonsense')).statusCode, 404);
});

test('a small file is the answer itself where Accept names its type', async (t) => {
  const double = await exporting(t);
  const ndjson = await post(double, WISH, { ...asAdmin, accept: 'application/x-ndjson' });
  assert.equal(ndjson.statusCode, 200);
  assert.equal(ndjson.headers['content-type'], 'application/x-ndjson');
  assert.match(
    String(ndjson.headers['content-disposition']),
    /^attachment; filename="ocpp-logs-depot-.*\.ndjson"$/,
  );
  assert.equal(ndjson.body.trim().split('\n').length, 2);
  assert.equal(sha256(ndjson.rawPayload), ndjson.headers['x-sha256']);
  const resumed = await fetched(double, String(ndjson.headers['content-location']), { range: 'bytes=10-' });
  assert.deepEqual(resumed.rawPayload, ndjson.rawPayload.subarray(10));
  const wrong = await post(double, { ...WISH, format: 'csv' }, { ...asAdmin, accept: 'image/png' });
  assert.equal(wrong.statusCode, 406);
  double.runner.estimated = { entries: 50_001, bytes: 9 };
  const large = await post(double, { ...WISH, format: 'csv' }, { ...asAdmin, accept: 'text/csv' });
  assert.equal(large.statusCode, 202);
});

test('an estimate begins nothing', async (t) => {
  const double = await exporting(t);
  const bodies = [
    await post(double, { ...ALL_KINDS, estimate_only: true }),
    await post(double, ALL_KINDS, asAdmin, '/exports/estimate'),
  ];
  for (const { statusCode, body } of bodies) {
    assert.equal(statusCode, 200);
    const { entries, bytes } = JSON.parse(body);
    assert.equal(entries, 3);
    assert.ok(bytes > 100);
  }
  assert.deepEqual(double.runner.runs, []);
  double.runner.estimated = { entries: 20_000, bytes: 1 };
  assert.equal((await post(double, { ...WISH, format: 'bundle' })).statusCode, 202);
  double.runner.estimated = { entries: 20_001, bytes: 1 };
});

test('while names are looked for, nothing is told as written; such an export of a large site is not waited for', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 2, bytes: 9, names: 2_000_000 };
  double.runner.hold();
  const asked = { ...WISH, pseudonymise: true };
  const estimate = await post(double, asked, asAdmin, '/exports/estimate');
  assert.deepEqual(estimate.json(), { entries: 2, bytes: 9 });
  const answer = await post(double, asked);
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json().estimate, { entries: 2, bytes: 9 });
  const told: { pass: number; entries: number }[] = [];
  double.jobs.follow(answer.json().id, (job) => {
    const { entries } = exportBody(job, '').progress;
    if (job.progress !== null) told.push({ pass: job.progress.pass, entries });
  });
  double.runner.release();
  await double.jobs.ended(answer.json().id, new AbortController().signal);
  assert.deepEqual(told[0], { pass: 1, entries: 0 });
  assert.equal(told.at(-1)?.entries, 2);
});

test('what is asked for arrives as it was asked for', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 1, bytes: 1 };
  await post(double, {
    ...WISH,
    from: '2026-05-01T02:00:00+02:00',
    actions: ['Heartbeat', 'MeterValues'],
    charger_id: ['CP,1', 'CP 2'],
    connector_id: [1, 2],
    q: 'Faulted',
    kinds: 'gap,exchange',
    include: ['raw'],
    sort_order: 'asc',
    take: 5_000_000,
    format: 'parquet',
    guard: 'none',
    pseudonymise: true,
  });
  const { query, form, format, pseudonymKey } = double.runner.runs[0]?.wish ?? assert.fail();
  assert.deepEqual(query, {
    filters: [
      {
        site: 'depot',
        from: Date.parse('2026-05-01'),
        to: Date.parse('2026-06-01'),
        kinds: ['exchange', 'gap'],
        actions: ['Heartbeat', 'MeterValues'],
        chargers: ['CP,1', 'CP 2'],
        connectors: [1, 2],
        query: { kind: 'words', pattern: { pieces: [{ text: 'Faulted' }] } },
      },
    ],
    order: 'asc',
    take: 5_000_000,
    only: null,
  });
  assert.deepEqual(form, {
    sites: [{ id: 'depot', name: DEPOT.name }],
    exchange: false,
    raw: true,
    guard: false,
    columns: null,
  });
  assert.equal(format, 'parquet');
  assert.equal(pseudonymKey?.length, 32);
});

test('a trace has answers without a call and malformed frames too, unless kinds are named', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 1, bytes: 1 };
  await post(double, { ...WISH, format: 'trace' });
  await post(double, { ...WISH, format: 'trace', kinds: 'exchange' });
  assert.deepEqual(
    double.runner.runs.map(({ wish }) => wish.query.filters[0]?.kinds),
    [['exchange', 'orphan', 'malformed'], ['exchange']],
  );
});

test('a bundle has every kind but settings, replaces ids unless it is told not to, and is none by what browsers accept', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 3, bytes: 1 };
  await post(double, { ...WISH, format: 'bundle' });
  await post(double, { ...WISH, format: 'bundle', kinds: 'exchange', pseudonymise: false });
  await post(double, WISH, { ...asAdmin, accept: 'text/html,application/json;q=0.9' });
  assert.deepEqual(
    double.runner.runs.map(({ wish }) => [
      wish.format,
      wish.query.filters[0]?.kinds,
      wish.pseudonymKey !== null,
    ]),
    [
      ['bundle', ['exchange', 'connection', 'gap', 'orphan', 'malformed'], true],
      ['bundle', ['exchange'], false],
      ['csv', ['exchange'], false],
    ],
  );
});

test('more entries than a bundle holds are refused before anything is made, but counted where that is asked', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 20_001, bytes: 1 };
  const answer = await post(double, { ...WISH, format: 'bundle' });
  assert.equal(answer.statusCode, 400);
  const [fault] = answer.json().errors;
  assert.equal(fault.parameter, 'format');
  assert.match(fault.message, /at most 20,000 entries, and 20,001 match; narrow/);
  assert.deepEqual(double.runner.runs, []);
  double.runner.estimated = { entries: 20_000, bytes: 1 };
  assert.equal((await post(double, { ...WISH, format: 'bundle' })).statusCode, 202);
  double.runner.estimated = { entries: 20_001, bytes: 1 };
  const counted = await post(double, { ...WISH, format: 'bundle', estimate_only: true });
  assert.deepEqual([counted.statusCode, counted.json().entries], [200, 20_001]);
});

const refused = [
  [{ from: '2026-05-01', to: '2026-06-01' }, 'site', /required/],
  [{ site: 'depot', from: '2026-05-01' }, 'to', /required/],
  [{ ...WISH, to: '2026-04-01' }, 'to', /after from/],
  [{ ...WISH, from: 5 }, 'from', /must be a text/],
  [{ ...WISH, formats: 'csv' }, 'formats', /did you mean format\?/],
  [{ ...WISH, format: 'cvs' }, 'format', /did you mean csv\?/],
  [{ ...WISH, actions: ['Heartbeats'] }, 'actions', /did you mean Heartbeat\?/],
  [{ ...WISH, actions: [] }, 'actions', /names nothing/],
  [{ ...WISH, actions: '' }, 'actions', /names nothing/],
  [{ ...WISH, charger_id: [] }, 'charger_id', /names nothing/],
  [{ ...WISH, charger_id: [{}] }, 'charger_id', /texts or numbers/],
  [{ ...WISH, connector_id: 1.5 }, 'connector_id', /whole numbers/],
  [{ ...WISH, take: 0 }, 'take', /1 or more/],
  [{ ...WISH, take: '5' }, 'take', /1 or more/],
  [{ ...WISH, sort_order: 'up' }, 'sort_order', /asc, desc/],
  [{ ...WISH, guard: false }, 'guard', /must be a text/],
  [{ ...WISH, pseudonymise: 'yes' }, 'pseudonymise', /true or false/],
  [{ ...WISH, skip: 3 }, 'skip', /no parameter/],
  [{ ...WISH, format: 'trace', include: 'raw' }, 'include', /^is not for trace: /],
  [{ ...WISH, format: 'trace', include: ['exchange'] }, 'include', /^is not for trace: /],
  [{ ...WISH, format: 'bundle', columns: ['action'] }, 'columns', /^is not for bundle: /],
] as const;

test('what is not understood is refused, with the name of the parameter', async (t) => {
  const double = await exporting(t);
  for (const [body, parameter, message] of refused) {
    const answer = await post(double, body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    const [fault] = answer.json().errors;
    assert.equal(fault.parameter, parameter);
    assert.match(fault.message, message);
  }
  const twice = `{"site":"empty",${JSON.stringify({ ...WISH, q: '{"to":1,"to":2}' }).slice(1, -1)},"\\u0074o":"2026-06-01"}`;
  const { errors } = (await post(double, twice)).json();
  assert.deepEqual(errors, [
    { parameter: 'site', message: 'is given twice' },
    { parameter: 'to', message: 'is given twice' },
  ]);
  for (const body of ['', '[]', '{"a":', 'null']) assert.equal((await post(double, body)).statusCode, 400);
  assert.equal((await post(double, WISH, { ...asAdmin, 'content-type': 'text/plain' })).statusCode, 415);
  assert.equal((await post(double, { ...WISH, actions: 'x'.repeat(300_000) })).statusCode, 413);
});

test('an export is there for its key and for admins, as long as the site is', async (t) => {
  const double = await exporting(t);
  const bearer = async (sites: readonly string[] | null = null) => {
    const key = await double.key({ sites });
    return { authorization: `Bearer ${key.bearer}` };
  };
  const [own, other, elsewhere] = [await bearer(['depot']), await bearer(), await bearer(['empty'])];
  assert.equal((await post(double, WISH, elsewhere)).statusCode, 404);
  const { links } = (await post(double, WISH, own)).json();
  const status = async (headers: Record<string, string>) =>
    (await double.app.inject({ url: links.file, headers })).statusCode;
  assert.deepEqual([await status(own), await status(other), await status(asAdmin)], [200, 404, 200]);
  const { exports: seen } = (await double.app.inject({ url: '/exports', headers: other })).json();
  assert.deepEqual(seen, []);
  double.control.sites = new Map();
  assert.deepEqual([await status(own), await status(asAdmin)], [404, 404]);
});

test('too many at a time are refused until there is room', async (t) => {
  const double = await exporting(t);
  double.runner.estimated = { entries: 2_000_000, bytes: 9 };
  double.runner.hold();
  for (let at = 0; at < 21; at++) assert.equal((await post(double, WISH)).statusCode, 202);
  const answer = await post(double, WISH);
  assert.equal(answer.statusCode, 429);
  assert.equal(answer.headers['retry-after'], '30');
});

test('why an export failed is told', async (t) => {
  const made = await desk(t, { maxBytes: 10 });
  const double = { ...server(t, { exports: made.jobs }), ...made };
  const answer = await post(double, WISH);
  assert.equal(answer.statusCode, 202);
  const { state, error, links } = answer.json();
  assert.equal(state, 'failed');
  assert.match(error, /exports\.max_bytes/);
  const file = await fetched(double, links.file);
  assert.deepEqual([file.statusCode, file.json().detail], [422, error]);
  const direct = await post(double, WISH, { ...asAdmin, accept: 'text/csv' });
  assert.equal(direct.statusCode, 422);
});

test('events tell how it goes and end with it', async (t) => {
  const double = await exporting(t);
  double.runner.source = sourceOf(textsOf(VARIED), 1);
  double.runner.estimated = { entries: 2_000_000, bytes: 9 };
  double.runner.hold();
  const { links } = (await post(double, WISH)).json();
  await double.app.listen({ host: '127.0.0.1', port: 0 });
  // Safe: a server that listens on TCP has such an address.
  const { port } = double.app.server.address() as AddressInfo;
  const request = get({ port, path: links.events, headers: asAdmin });
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.equal(response?.headers['content-type'], 'text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of response ?? []) {
    if (text === '') double.runner.release();
    text += chunk;
  }
  const events = text.split('\n\n').filter((event) => event.includes('event: '));
  assert.match(events[0] ?? '', /event: progress\ndata: .*"state":"running"/);
  assert.match(events.at(-1) ?? '', /event: end\ndata: .*"state":"done"/);
  const after = await fetched(double, links.events);
  assert.match(after.body, /^id: 1\nevent: end\n/);
});
