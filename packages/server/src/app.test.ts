/** The API on the real store, recorder and control data, in a folder of its own. */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { OcppLogSchema } from '@ocpp-logs/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { alarms } from './api/alarms-double.ts';
import { SignedValuesSchema } from './api/charging-session-schemas.ts';
import { ControlDouble } from './api/control-double.ts';
import { erasures, exportJobs, importJobs } from './api/fixtures.ts';
import { Follower } from './api/follower.ts';
import { buildApp } from './app.ts';
import { createKey } from './auth/keys.ts';
import { RecorderClient } from './capture/recorder/recorder-client.ts';
import { openControl } from './store/control/client.ts';
import type { Control } from './store/control.ts';
import { openReader } from './store/sqlite/reader-pool.ts';

const ADMIN = { authorization: 'Bearer admin-token-of-this-test-012345' };
const SECRET_KEY = new Uint8Array(32).fill(4);
const PATH = '/rest/v1/ocpp-logs/site/depot';
const DAY = 'from=2026-01-05&to=2026-01-06';

let folder: string;
let app: FastifyInstance;
let control: Control;
let closers: (() => unknown)[];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
  control = await openControl({ folder });
  const site = {
    name: 'Depot North',
    timezone: 'UTC',
    upstream: null,
    retentionDays: 0,
    retentionDaysInfo: 0,
    retentionDaysDebug: 0,
    level: 'debug',
    pseudonymiseIdTags: false,
    stationAuth: 'none',
    upstreamTrusted: true,
    origin: 'added',
    changedBy: null,
  } as const;
  await control.putSite({ id: 'depot', ...site });
  await control.putSite({ id: 'empty', ...site });
  const recorder = new RecorderClient({
    folder,
    timeoutMs: 60_000,
    redact: [],
    onReport: (line) => assert.fail(line),
    // A busy machine may keep it from answering for seconds, which would be told.
    watchMs: 3_600_000,
  });
  await recorder.ready();
  const reader = openReader(folder);
  app = buildApp({
    reader,
    recorder,
    control,
    csms: { connected: () => null },
    exports: exportJobs(),
    imports: importJobs(),
    alarms: alarms(),
    erasures: erasures(new ControlDouble()),
    unready: () => null,
    counters: () => ({}),
    auth: {
      secretKey: SECRET_KEY,
      adminToken: 'admin-token-of-this-test-012345',
      runToken: null,
      clockSkewSeconds: 300,
      publicPath: '',
    },
    own: { bound: '127.0.0.1', names: [] },
    version: '0',
    ingestBytes: 10_000_000,
    importBytes: 10_000_000,
    tails: 10,
  });
  closers = [() => app.close(), () => reader.close(), () => recorder.close(), () => control.close()];
  const answer = await push(lines());
  assert.deepEqual(JSON.parse(answer.body), { accepted: 601, duplicates: 0, rejected: [] });
});

after(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true });
});

function frame(time: string, direction: string, text: string, charger = 'CP-1'): string {
  return JSON.stringify({ charger_id: charger, occurrence_time: time, direction, frame: text });
}

/** 300 calls with their answers, ten in every second, and one of an action that OCPP does not know. */
function lines(): string {
  const all = [frame('2026-01-05T09:00:00Z', 'station_to_csms', '[2,"x","VendorThing",{"a": 1.50}]')];
  for (let n = 0; n < 300; n += 1) {
    const time = new Date(Date.UTC(2026, 0, 5, 10, 0, Math.floor(n / 10))).toISOString();
    const charger = `CP-${n % 3}`;
    const payload = `{"connectorId":${n % 2},"errorCode":"NoError","status":"Available"}`;
    all.push(frame(time, 'station_to_csms', `[2,"m${n}","StatusNotification",${payload}]`, charger));
    all.push(frame(time, 'csms_to_station', `[3,"m${n}",{}]`, charger));
  }
  return all.join('\n');
}

function push(payload: string) {
  return app.inject({ method: 'POST', url: PATH, payload, headers: ADMIN });
}

async function ask(query: string, headers: Record<string, string> = ADMIN) {
  const answer = await app.inject({ url: `${PATH}?${query}`, headers });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer;
}

test('a page fits its schema, counts all, and keeps payload text', async () => {
  const { body } = await ask(`${DAY}&take=1000&sort_order=asc`);
  const page = JSON.parse(body);
  assert.deepEqual([page.count, page.ocpp_logs.length], [301, 301]);
  const check = new Ajv2020({ strict: false, formats: { 'date-time': true } }).compile(OcppLogSchema);
  for (const entry of page.ocpp_logs) assert.ok(check(entry), JSON.stringify(check.errors));
  assert.ok(body.includes('"action":"VendorThing","payload":{"a": 1.50},'));
});

test('members are in the order of the contract, with every group', async () => {
  const { body } = await ask(`${DAY}&take=1&include=exchange,raw,validation,session`);
  const [entry] = JSON.parse(body).ocpp_logs;
  assert.deepEqual(Object.keys(entry), Object.keys(OcppLogSchema.properties));
  const check = new Ajv2020({ strict: false, formats: { 'date-time': true } }).compile(OcppLogSchema);
  assert.ok(check(entry), JSON.stringify(check.errors));
});

test('what is wrong with an entry is found when it is read, with its clause', async () => {
  const { body } = await ask(`${DAY}&take=1&sort_order=asc&include=validation`);
  const [entry] = JSON.parse(body).ocpp_logs;
  assert.equal(entry.action, 'VendorThing');
  const found = entry.validation.findings.find(({ code }: { code: string }) => code === 'action-unknown');
  assert.deepEqual([found.severity, found.path], ['violates', null]);
  assert.match(found.clause, /OCPP 1\.6 3\.12/);
});

test('what is found when entries are read is searched, too', async () => {
  const search = async (q: string) => {
    const { body } = await ask(`${DAY}&take=1000&q=${encodeURIComponent(q)}`);
    const { ocpp_logs, count } = JSON.parse(body);
    return [count, ...new Set(ocpp_logs.map(({ action }: { action: string }) => action))];
  };
  assert.deepEqual(await search('finding:action-unknown'), [1, 'VendorThing']);
  assert.deepEqual(await search('-finding:action-unknown'), [300, 'StatusNotification']);
  assert.deepEqual(await search('finding:action-unknown action:StatusNotification'), [0]);
});

test('walking by cursor and by skip give the same entries, in either order, none twice', async () => {
  for (const order of ['asc', 'desc']) {
    const whole = JSON.parse(
      (await ask(`${DAY}&take=1000&sort_order=${order}&include=exchange`)).body,
    ).ocpp_logs;
    const bySkip: unknown[] = [];
    for (let skip = 0; skip < 301; skip += 37) {
      const query = `${DAY}&take=37&skip=${skip}&sort_order=${order}&include=exchange`;
      bySkip.push(...JSON.parse((await ask(query)).body).ocpp_logs);
    }
    assert.deepEqual(bySkip, whole);
    const byCursor: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `${DAY}&take=37&cursor=${cursor}&sort_order=${order}&include=exchange`;
      const page = JSON.parse((await ask(query)).body);
      byCursor.push(...page.ocpp_logs);
      cursor = page.next_cursor;
    }
    assert.deepEqual(byCursor, whole);
  }
});

test('filters narrow entries and count alike', async () => {
  const counts = async (query: string) => JSON.parse((await ask(`${DAY}&take=1&${query}`)).body).count;
  assert.equal(await counts('actions=StatusNotification'), 300);
  assert.equal(await counts('actions=VendorThing'), 1);
  assert.equal(await counts('actions=Heartbeat'), 0);
  assert.equal(await counts('charger_id=CP-0,CP-2'), 200);
  assert.equal(await counts('connector_id=1&charger_id=CP-0'), 50);
  assert.equal(await counts('kinds=gap'), 0);
});

test('an action that was seen on no site of the key is unknown to it', async () => {
  const { record, shown } = createKey(
    { name: 'n', scopes: ['read'], sites: ['empty'], expires: null },
    SECRET_KEY,
    Date.now(),
  );
  await control.putKey(record);
  const headers = { authorization: `Bearer ${shown.bearer}` };
  const url = `/ocpp-logs/site/empty?${DAY}&actions=VendorThing`;
  assert.equal((await app.inject({ url, headers })).statusCode, 400);
  assert.equal((await app.inject({ url, headers: ADMIN })).statusCode, 200);
});

test('NDJSON and CSV have the entries of the page, in its order', async () => {
  const page = JSON.parse((await ask(`${DAY}&take=1000`)).body).ocpp_logs;
  const ndjson = await ask(DAY, { ...ADMIN, accept: 'application/x-ndjson' });
  assert.deepEqual(
    ndjson.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    page,
  );
  const csv = await ask(`${DAY}&take=5`, { ...ADMIN, accept: 'text/csv' });
  const [header, first, ...rest] = csv.body.trimEnd().split('\r\n');
  assert.equal(header?.split(',')[0], 'occurrence_time');
  assert.ok(first?.startsWith(page[0].occurrence_time));
  assert.equal(rest.length, 4);
});

test('the client of the published sample: secret hashed, path signed with or without the prefix', async () => {
  const { record, shown } = createKey(
    { name: 'n', scopes: ['read'], sites: null, expires: null },
    SECRET_KEY,
    Date.now(),
  );
  await control.putKey(record);
  for (const signedPath of [`${PATH}?${DAY}`, `/ocpp-logs/site/depot?${DAY}`]) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const key = createHash('sha256').update(shown.secret).digest('hex');
    const signature = createHmac('sha256', key).update(`GET:${signedPath}:${timestamp}:`).digest('hex');
    const headers = { 'x-api-key': shown.api_key, 'x-req-timestamp': timestamp, 'x-signature': signature };
    assert.equal(JSON.parse((await ask(DAY, headers)).body).count, 301);
  }
});

test('sending the same lines again adds nothing, with and without an Idempotency-Key', async () => {
  assert.deepEqual(JSON.parse((await push(lines())).body), { accepted: 0, duplicates: 601, rejected: [] });
  assert.equal(JSON.parse((await ask(`${DAY}&take=1`)).body).count, 301);
  const url = '/ocpp-logs/site/depot';
  const headers = { ...ADMIN, 'idempotency-key': 'once' };
  const payload = frame('2026-01-07T10:00:00Z', 'station_to_csms', '[2,"i","Heartbeat",{}]');
  const send = async () => (await app.inject({ method: 'POST', url, payload, headers })).body;
  assert.deepEqual(
    [await send(), await send()],
    Array(2).fill('{"accepted":1,"duplicates":0,"rejected":[]}'),
  );
});

test('what is ingested comes through the live tail: the call, then its answer', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  // Safe: it listens on TCP.
  const { port } = app.server.address() as AddressInfo;
  const request = get({ port, path: `${PATH}/stream?include=exchange&charger_id=CP-9`, headers: ADMIN });
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  const tail = new Follower(response);
  await tail.until(/alive/);
  await push(frame('2026-01-08T10:00:00Z', 'station_to_csms', '[2,"t","Heartbeat",{}]', 'CP-9'));
  await tail.until(/event: entry\ndata: .*"outcome":"pending".*\n\n/);
  const answer = '[3,"t",{"currentTime":"2026-01-08T10:00:00Z"}]';
  await push(frame('2026-01-08T10:00:01Z', 'csms_to_station', answer, 'CP-9'));
  await tail.until(/event: update\ndata: .*"outcome":"answered".*\n\n/);
  response.destroy();
  const entryIds = [...tail.text.matchAll(/"exchange":\{"id":"(\d+)"/g)].map((match) => match[1]);
  assert.equal(new Set(entryIds).size, 1);
});

test('sites tell their chargers', async () => {
  const { body } = await app.inject({ url: '/sites/depot', headers: ADMIN });
  const ids = JSON.parse(body).chargers.map(({ id }: { id: string }) => id);
  for (const id of ['CP-0', 'CP-1', 'CP-2']) assert.ok(ids.includes(id), id);
});

test('signed meter values of a session come out as they were pushed, by their schema', async () => {
  const text = 'OCMF|{"RD":[{"RV": 13.80}], "GI":"S\u00e4ule"}|{"SD":"3045"}';
  const [start, stop] = ['2026-01-20T10:00:00Z', '2026-01-20T11:00:00Z'];
  const signed = { value: text, format: 'SignedData', context: 'Transaction.End' };
  const frames = [
    [
      start,
      'station_to_csms',
      [2, 's', 'StartTransaction', { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: start }],
    ],
    [start, 'csms_to_station', [3, 's', { transactionId: 7, idTagInfo: { status: 'Accepted' } }]],
    [
      stop,
      'station_to_csms',
      [
        2,
        'e',
        'StopTransaction',
        {
          transactionId: 7,
          meterStop: 13800,
          timestamp: stop,
          transactionData: [{ timestamp: stop, sampledValue: [signed] }],
        },
      ],
    ],
    [stop, 'csms_to_station', [3, 'e', {}]],
  ] as const;
  const body = frames.map(([time, way, one]) => frame(time, way, JSON.stringify(one), 'CP-S')).join('\n');
  assert.equal((await push(body)).statusCode, 200);
  const told = (url: string) => app.inject({ url, headers: ADMIN });
  const { sessions } = (await told('/sessions?from=2026-01-20&to=2026-01-21')).json();
  const answer = await told(`/sessions/${encodeURIComponent(sessions[0].id)}/signed-meter-values`);
  assert.equal(answer.statusCode, 200, answer.body);
  const check = new Ajv2020({ strict: false }).compile(SignedValuesSchema);
  assert.ok(check(answer.json()), JSON.stringify(check.errors));
  const { values, ...rest } = answer.json();
  assert.deepEqual(rest, { session_id: sessions[0].id, charger_id: 'CP-S', transaction_id: '7', cut: false });
  assert.deepEqual(
    values.map((value: { text: string; format: string; encoding: string; public_key: null }) => [
      value.text,
      value.format,
      value.encoding,
      value.public_key,
    ]),
    [[text, 'OCMF', 'plain', null]],
  );
});
