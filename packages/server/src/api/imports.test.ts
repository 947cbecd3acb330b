import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { asAdmin } from './fixtures.ts';
import { FORM, form, importing, LOG, raw, spooled, URL_PATH } from './imports-rig.ts';

test('an upload is answered with a preview; running it imports all and tells what became of it', async (t) => {
  const double = await importing(t);
  const answer = await raw(double, LOG);
  assert.equal(answer.statusCode, 201);
  const job = answer.json();
  assert.equal(answer.headers.location, `/rest/v1/imports/${job.id}`);
  assert.deepEqual(Object.keys(job), [
    'id',
    'state',
    'site',
    'created',
    'expires',
    'files',
    'progress',
    'links',
    'error',
  ]);
  assert.deepEqual([job.state, job.site, job.error], ['previewed', 'depot', null]);
  assert.deepEqual(job.files, [
    {
      file: 'upload',
      format: 'timed-frames',
      frames: 2,
      entries: { exchange: 2 },
      skipped: [{ line: 2, reason: job.files[0].skipped[0].reason }],
      from: '2026-01-05T10:00:00.000Z',
      to: '2026-01-05T10:00:00.250Z',
      chargers: ['CP_1'],
      evidence: job.files[0].evidence,
      guess: null,
      events: 0,
      accepted: 2,
      duplicates: 0,
      left_out_by_level: 0,
      skipped_lines: 1,
      skipped_reasons: [{ reason: job.files[0].skipped[0].reason, count: 1, lines: [2] }],
      failure: null,
      lacks: null,
      notes: [],
      partial: false,
      first_entries: [
        {
          time: '2026-01-05T10:00:00.000Z',
          charger: 'CP_1',
          direction: 'station_to_csms',
          action: 'Heartbeat',
        },
      ],
    },
  ]);
  assert.deepEqual(job.progress, { bytes: 0, total_bytes: LOG.length, frames: 0, entries_per_second: 0 });
  assert.equal(double.stored.lines.length, 0);

  const run = await double.app.inject({ method: 'POST', url: job.links.run, headers: asAdmin });
  assert.deepEqual([run.statusCode, run.json().state, run.json().expires], [202, 'running', null]);
  const events = await double.app.inject({ url: job.links.events, headers: asAdmin });
  const last = JSON.parse(/event: end\ndata: (.*)\n/.exec(events.body)?.[1] ?? '');
  assert.deepEqual([last.state, last.files[0].frames, last.progress.bytes], ['done', 2, LOG.length]);
  const { imports } = (await double.app.inject({ url: '/imports', headers: asAdmin })).json();
  assert.deepEqual(imports, [last]);
  assert.equal(double.stored.lines.length, 2);

  const again = await double.app.inject({ method: 'POST', url: job.links.run, headers: asAdmin });
  assert.equal(again.statusCode, 409);
  const removed = await double.app.inject({ method: 'DELETE', url: job.links.self, headers: asAdmin });
  assert.deepEqual([removed.statusCode, removed.body], [204, '']);
  assert.equal((await double.app.inject({ url: job.links.self, headers: asAdmin })).statusCode, 404);
});

test('a form has several files, packed or not', async (t) => {
  const double = await importing(t);
  const body = form([
    { name: 'file', filename: 'a.log', content: LOG },
    { name: 'file', filename: 'b.log.gz', content: gzipSync(LOG) },
  ]);
  const answer = await raw(double, body, { headers: FORM });
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(
    answer.json().files.map(({ file, frames }: { file: string; frames: number }) => [file, frames]),
    [
      ['a.log', 2],
      ['b.log.gz', 2],
    ],
  );
});

test('run=true imports without a preview; a packed body is one file', async (t) => {
  const double = await importing(t);
  const answer = await raw(double, gzipSync(LOG), {
    url: `${URL_PATH}&run=true`,
    headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
  });
  assert.deepEqual([answer.statusCode, answer.json().state], [201, 'running']);
  const { body } = await double.app.inject({ url: answer.json().links.events, headers: asAdmin });
  assert.match(body, /event: end\ndata: .*"state":"done"/);
  assert.equal(double.stored.lines.length, 2);
  const [told] = double.control.audited;
  assert.deepEqual(
    [told?.action, told?.site, told?.target, told?.name],
    ['import-run', 'depot', answer.json().id, 'OCPP_LOGS_ADMIN_TOKEN'],
  );
  // A preview is none.
  assert.equal((await raw(double, LOG)).statusCode, 201);
  assert.equal(double.control.audited.length, 1);
});

test('a key without the scope, without the site, or without credentials uploads nothing', async (t) => {
  const double = await importing(t);
  const reader = await double.key({ scopes: ['read'] });
  const elsewhere = await double.key({ scopes: ['ingest'], sites: ['elsewhere'] });
  const post = (headers: Record<string, string>, url = URL_PATH) =>
    double.app.inject({ method: 'POST', url, payload: LOG, headers });
  assert.equal((await post({})).statusCode, 401);
  assert.equal((await post({ authorization: `Bearer ${reader.bearer}` })).statusCode, 403);
  assert.equal((await post({ authorization: `Bearer ${elsewhere.bearer}` })).statusCode, 404);
  const { bearer } = await double.key({ scopes: ['ingest'] });
  const fresh = '/imports?site=fresh&charger_id=a';
  assert.equal((await post({ authorization: `Bearer ${bearer}` }, fresh)).statusCode, 404);
  assert.equal((await post(asAdmin, fresh)).statusCode, 201);
  assert.deepEqual(double.made, [], 'a preview makes no site');
});

test('imports are seen by the key that made them and by admins', async (t) => {
  const double = await importing(t);
  const [own, other] = [await double.key({ scopes: ['ingest'] }), await double.key({ scopes: ['ingest'] })];
  const as = ({ bearer }: { bearer: string }) => ({ authorization: `Bearer ${bearer}` });
  const answer = await double.app.inject({ method: 'POST', url: URL_PATH, payload: LOG, headers: as(own) });
  const { self, run, events } = answer.json().links;
  for (const [method, url] of [
    ['GET', self],
    ['GET', events],
    ['POST', run],
    ['DELETE', self],
  ] as const) {
    assert.equal((await double.app.inject({ method, url, headers: as(other) })).statusCode, 404, url);
  }
  assert.deepEqual((await double.app.inject({ url: '/imports', headers: as(other) })).json(), {
    imports: [],
  });
  assert.equal((await double.app.inject({ url: '/imports', headers: asAdmin })).json().imports.length, 1);
  assert.equal((await double.app.inject({ url: self, headers: as(own) })).statusCode, 200);
  assert.equal((await double.app.inject({ url: '/imports/nonsense', headers: asAdmin })).statusCode, 404);
});

test('an upload has a bound, told beforehand or not; the form has one too', async (t) => {
  const double = await importing(t, { importBytes: 100_000 });
  const big = randomBytes(100_001);
  assert.equal((await raw(double, big)).statusCode, 413);
  const chunked = await double.app.inject({
    method: 'POST',
    url: URL_PATH,
    payload: big,
    headers: { ...asAdmin, 'content-length': '10', 'transfer-encoding': 'chunked' },
  });
  assert.equal(chunked.statusCode, 413);
  const body = form([
    { name: 'file', filename: 'a', content: randomBytes(60_000) },
    { name: 'file', filename: 'b', content: randomBytes(60_000) },
  ]);
  const parts = await raw(double, body, { headers: { ...FORM, 'content-length': '10' } });
  assert.equal(parts.statusCode, 413);
  assert.equal(spooled(double), 0);
});

test('places are few, and are given back by what is refused', async (t) => {
  const double = await importing(t, { importBytes: 1_000 });
  for (let tried = 0; tried < 5; tried += 1) {
    assert.equal((await raw(double, randomBytes(1_001))).statusCode, 413);
  }
  const jobs = [];
  for (let taken = 0; taken < 3; taken += 1) jobs.push((await raw(double, LOG)).json());
  const { imports } = (await double.app.inject({ url: '/imports', headers: asAdmin })).json();
  assert.deepEqual(
    imports.map(({ id }: { id: string }) => id),
    [jobs[2].id, jobs[1].id],
    'the oldest preview made room',
  );
  double.runner.hold();
  for (const { links } of jobs.slice(1)) {
    await double.app.inject({ method: 'POST', url: links.run, headers: asAdmin });
  }
  const refused = await raw(double, LOG);
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '30']);
});

test('who removes an import that is still previewed leaves 410 to its uploader', async (t) => {
  const double = await importing(t);
  double.runner.hold();
  const upload = raw(double, LOG);
  let job = double.jobs.list()[0];
  for (; job === undefined; job = double.jobs.list()[0]) await new Promise(setImmediate);
  const removed = await double.app.inject({ method: 'DELETE', url: `/imports/${job.id}`, headers: asAdmin });
  assert.equal(removed.statusCode, 204);
  const answer = await upload;
  assert.deepEqual([answer.statusCode, answer.json().detail], [410, 'The import was removed meanwhile.']);
});

test('HEAD of the events has their head and ends', async (t) => {
  const double = await importing(t);
  const { links } = (await raw(double, LOG)).json();
  const answer = await double.app.inject({ method: 'HEAD', url: links.events, headers: asAdmin });
  const { 'content-type': type } = answer.headers;
  assert.deepEqual([answer.statusCode, type, answer.body], [200, 'text/event-stream; charset=utf-8', '']);
});

test('events end when the key may no longer see them, also of a site that is only to come', async (t) => {
  const double = await importing(t);
  const key = await double.key({ scopes: ['admin'] });
  const headers = { authorization: `Bearer ${key.bearer}` };
  const answer = await raw(double, LOG, { url: '/imports?site=fresh&charger_id=CP_1', headers });
  const { links } = answer.json();
  await double.app.listen({ host: '127.0.0.1', port: 0 });
  // Safe: a server that listens on TCP has such an address.
  const { port } = double.app.server.address() as AddressInfo;
  const request = get({ port, path: links.events, headers });
  const [response]: IncomingMessage[] = await once(request, 'response');
  let text = '';
  for await (const chunk of response ?? []) {
    text += chunk;
    if (text.includes('"previewed"')) {
      await double.app.inject({ method: 'DELETE', url: `/keys/${key.id}`, headers: asAdmin });
      await double.app.inject({ method: 'POST', url: links.run, headers: asAdmin });
    }
  }
  assert.deepEqual(text.match(/"state":"[a-z]+"/g), ['"state":"previewed"']);
});

test('wrong parameters, types and forms are named', async (t) => {
  const double = await importing(t);
  const bad = await raw(double, LOG, {
    url: '/imports?format=steev&start=noon&time_zone=Mars&date=2026-02-30&ocpp_version=3&seen_from=moon&run=maybe&dry=1',
  });
  assert.equal(bad.statusCode, 400);
  assert.deepEqual(
    bad.json().errors.map(({ parameter }: { parameter: string }) => parameter),
    ['dry', 'site', 'run', 'start', 'format', 'time_zone', 'date', 'ocpp_version', 'seen_from'],
  );
  assert.equal((await raw(double, LOG, { url: '/imports?site=..' })).statusCode, 400);
  assert.equal((await raw(double, LOG, { headers: { 'content-encoding': 'br' } })).statusCode, 415);
  const field = await raw(double, form([{ name: 'site', content: 'depot' }]), { headers: FORM });
  assert.deepEqual(
    [field.statusCode, field.json().detail],
    [400, 'The part "site" is no file; options are parameters of the address.'],
  );
  assert.match((await raw(double, form([]), { headers: FORM })).json().detail, /no file|malformed/);
  const torn = form([{ name: 'file', filename: 'a.log', content: LOG }]).subarray(0, 150);
  assert.equal((await raw(double, torn, { headers: FORM })).statusCode, 400);
  const noBoundary = await raw(double, LOG, { headers: { 'content-type': 'multipart/form-data' } });
  assert.equal(noBoundary.statusCode, 400);
  assert.equal(spooled(double), 0);
  const { id } = (await raw(double, LOG)).json();
  const run = await double.app.inject({
    method: 'POST',
    url: `/imports/${id}/run?site=depot`,
    headers: asAdmin,
  });
  assert.equal(run.statusCode, 400);
});
