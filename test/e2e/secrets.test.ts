/** Secrets by every way in: none of them is in any byte that the program writes, or in what it tells. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { EXPORT_FORMATS } from '../../packages/server/src/export/format.ts';
import { SECRETS_2, SECRETS_16, type SecretFrame, withSecret } from './listed-secrets.ts';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  run,
  startServer,
  temporaryFolder,
} from './running-server.ts';
import { textOfBlocks, textOfExport } from './unpacked.ts';

/** In every secret of these tests, and nowhere else. */
const MARK = 'nobodyMayReadThis';
const PIN = '735190';
const BASIC = Buffer.from(`CP:${MARK}`).toString('base64');
const TALKS = { 'ocpp1.6': SECRETS_16, 'ocpp2.1': SECRETS_2 } as const;
const ALL = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange,raw,validation';
const KINDS = 'exchange,orphan,malformed,connection,gap,setting';
const SITE_FILE = /\/logs\/\d+\.db$/;
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` };

const secretOf = (way: string) => `${MARK}-${way}`;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Fails where a secret stands in a text. */
function assertSilent(text: string, where: string): void {
  for (const secret of [MARK, PIN, BASIC]) {
    const at = text.indexOf(secret);
    if (at >= 0) assert.fail(`${where} holds a secret: ${text.slice(Math.max(0, at - 80), at + 40)}`);
  }
}

/** Returns what stands packed in it. */
function assertNowhere(folder: string, when: string): string {
  const files = filesOf(folder);
  assert.ok(files.some((name) => name.endsWith('.db')));
  let packed = '';
  for (const name of files) {
    assertSilent(readFileSync(name, 'latin1'), `${when}, ${name}`);
    if (SITE_FILE.test(name)) packed += textOfBlocks(name);
  }
  assertSilent(packed, `${when}, what is packed`);
  return packed;
}

async function logOf(server: RunningServer, site: string): Promise<string> {
  const path = `/rest/v1/ocpp-logs/site/${site}?${ALL}&kinds=${KINDS}`;
  return await (await server.get(path)).text();
}

/** Speaks a talk to its end: what the CSMS says comes from there. */
async function speak(url: string, protocol: string, frames: readonly SecretFrame[]): Promise<void> {
  const socket = new WebSocket(url, protocol, { headers: { authorization: `Basic ${BASIC}` } });
  const heard = new Map<string, string>();
  for (const { by, text, answer } of frames) if (by === 'csms' && answer) heard.set(idOf(text), answer);
  let waiting = heard.size;
  const asked = new Promise<void>((resolve) => {
    if (waiting === 0) resolve();
    socket.on('message', (data) => {
      const answer = heard.get(idOf(String(data)));
      if (answer === undefined) return;
      socket.send(answer);
      waiting -= 1;
      if (waiting === 0) resolve();
    });
  });
  await once(socket, 'open');
  for (const { by, text } of frames) if (by === 'station') socket.send(text);
  await asked;
  socket.close();
  await once(socket, 'close');
}

const idOf = (text: string) => /^\[\d,"([^"]*)"/.exec(text)?.[1] ?? '';

/** A CSMS that says its part as soon as a station is there. */
async function csms(t: TestContext, way: string): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    const talk = TALKS[socket.protocol === 'ocpp1.6' ? 'ocpp1.6' : 'ocpp2.1'];
    const frames = withSecret(talk, secretOf(way));
    const answers = new Map(
      frames.flatMap(({ by, text, answer }) => (by === 'station' && answer ? [[idOf(text), answer]] : [])),
    );
    socket.on('message', (data) => {
      const text = String(data);
      const answer = text.startsWith('[2') ? answers.get(idOf(text)) : undefined;
      if (answer !== undefined) socket.send(answer);
    });
    for (const { by, text } of frames) if (by === 'csms') socket.send(text);
  });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `ws://127.0.0.1:${address.port}/{charger}`;
}

/** Frames of both talks as they would stand in a log, a second apart. */
function* spoken(way: string) {
  let at = Date.UTC(2026, 0, 5, 10);
  for (const [protocol, talk] of Object.entries(TALKS)) {
    for (const { by, text, answer } of withSecret(talk, secretOf(way))) {
      const other = by === 'station' ? 'csms' : 'station';
      for (const [who, frame] of [
        [by, text],
        [other, answer],
      ] as const) {
        if (frame === undefined) continue;
        at += 1000;
        yield { who, frame, version: protocol.slice(4), time: new Date(at).toISOString() };
      }
    }
  }
}

const lines = (way: string) =>
  Array.from(spoken(way), ({ who, frame, version, time }) =>
    JSON.stringify({
      charger_id: `CP-${version}`,
      ocpp_version: version,
      occurrence_time: time,
      direction: who === 'station' ? 'station_to_csms' : 'csms_to_station',
      frame,
    }),
  ).join('\n');

const file = (way: string) =>
  Array.from(
    spoken(way),
    ({ who, frame, time }) => `${time} ${who === 'station' ? '>>' : '<<'} ${frame}\n`,
  ).join('');

/** A server of published pages that masks nothing. */
async function remote(t: TestContext, way: string): Promise<string> {
  const entries = Array.from(spoken(way)).flatMap(({ frame }, at) => {
    const [, , action, payload] = frame.startsWith('[2') && frame.endsWith(']') ? JSON.parse(frame) : [];
    if (payload === undefined) return [];
    const time = new Date(Date.now() - 3_600_000 + at * 1000).toISOString();
    return [{ occurrence_time: time, action, payload, charger_id: 'CP', connector_id: null }];
  });
  const server = createServer(({ url = '' }, response) => {
    const { searchParams } = new URL(url, 'http://x');
    if (searchParams.has('include')) response.statusCode = 400;
    const [from = '', to = ''] = ['from', 'to'].map((name) =>
      new Date(searchParams.get(name) ?? 0).toISOString(),
    );
    const found = entries.filter(({ occurrence_time: time }) => time >= from && time < to);
    response.end(JSON.stringify({ ocpp_logs: found, count: found.length }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

async function upload(server: RunningServer, way: string): Promise<void> {
  const body = new FormData();
  body.append('file', new Blob([file(way)]), 'station.log');
  const path = `/rest/v1/imports?site=uploaded&charger_id=CP`;
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers: HEADERS, body });
  assert.equal(answer.status, 201);
  const text = await answer.text();
  assertSilent(text, 'a preview');
  assertNowhere(server.folder, 'while an upload waits');
  const { links } = JSON.parse(text) as { links: { run: string; events: string } };
  assert.equal((await fetch(`${server.url}${links.run}`, { method: 'POST', headers: HEADERS })).status, 202);
  const told = await (await server.get(links.events)).text();
  assert.match(told, /"state":"done"/);
  assertSilent(told, 'an import');
}

/** A call to a station of the built-in CSMS, with a secret that somebody types. */
async function command(server: RunningServer, way: string): Promise<void> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/called`, 'ocpp1.6');
  await once(socket, 'open');
  socket.once('message', (data) => socket.send(`[3,"${idOf(String(data))}",{"status":"Accepted"}]`));
  const answer = await fetch(`${server.url}/rest/v1/sites/bench/chargers/called/commands`, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify({
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value: secretOf(way) },
    }),
  });
  assert.equal(answer.status, 200);
  socket.close();
  await once(socket, 'close');
}

async function exported(server: RunningServer, sites: readonly string[]): Promise<void> {
  for (const format of EXPORT_FORMATS) {
    const wish = { sites, from: '2020-01-01', to: '2100-01-01', format };
    // These have the text of every frame, and no columns beside.
    const isWhole = format === 'trace' || format === 'bundle';
    const columns = { include: ['exchange', 'raw', 'validation'], kinds: KINDS.split(',') };
    const asked = await fetch(`${server.url}/rest/v1/exports`, {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify(isWhole ? wish : { ...wish, ...columns }),
    });
    const told = await asked.text();
    assert.ok(asked.ok, told);
    const { links } = JSON.parse(told) as { links: { self: string; file: string } };
    await eventually(
      async () => (await (await server.get(links.self)).json()) as { state: string },
      ({ state }) => state === 'done',
    );
    const file = Buffer.from(await (await server.get(links.file)).arrayBuffer());
    const text = await textOfExport(format, file);
    assertSilent(text, `an export as ${format}`);
    assert.match(text, /OpenlySaid/, `${format}: what is no secret stays`);
  }
}

test('no listed secret is in any byte of the data folder, in no answer and in no line of the log, whatever way it came', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await csms(t, 'relay');
  const server = await startServer({
    folder,
    config: `log_level: debug\nredact: [MaintenancePin]\nsites:\n  - { id: relayed, upstream: "${upstream}" }\n  - { id: bench }\n  - { id: pushed }\n`,
  });
  t.after(() => server.stop('SIGKILL'));
  const socketUrl = server.url.replace('http', 'ws');
  for (const [protocol, talk] of Object.entries(TALKS)) {
    await speak(`${socketUrl}/ocpp/relayed/CP-${protocol}`, protocol, withSecret(talk, secretOf('relay')));
    const own = withSecret(talk, secretOf('bench')).filter(({ by }) => by === 'station');
    await speak(`${socketUrl}/ocpp/bench/CP-${protocol}`, protocol, own);
  }
  await command(server, 'command');
  const pushed = await fetch(`${server.url}/ocpp-logs/site/pushed`, {
    method: 'POST',
    headers: {
      ...HEADERS,
      'content-type': 'application/x-ndjson',
      'x-ocpp-logs-end': '1',
      'idempotency-key': 'once',
    },
    body: lines('push'),
  });
  assert.equal(pushed.status, 200);
  const imported = await run(
    ['import', '-', '--charger', 'CP', '--site', 'imported', '--data', folder],
    {},
    file('import'),
  );
  assert.equal(imported.code, 0, imported.stderr);
  await upload(server, 'upload');
  const keys = { OCPP_LOGS_PULL_API_KEY: `${MARK}-key`, OCPP_LOGS_PULL_SECRET: `${MARK}-signing` };
  const from = ['--site', '1', '--into', 'pulled', '--from', '-2h', '--rate', '100', '--data', folder];
  const pulled = await run(['pull', await remote(t, 'pull'), ...from], keys);
  assert.equal(pulled.code, 0, pulled.stderr);

  const least = {
    relayed: 25,
    bench: 8,
    pushed: 25,
    imported: 20,
    uploaded: 20,
    pulled: 10,
  };
  for (const [site, masked] of Object.entries(least)) {
    const log = await eventually(
      () => logOf(server, site),
      (text) => text.split('***').length > masked,
    );
    assertSilent(log, `the log of ${site}`);
    assert.match(log, /OpenlySaid/, `${site}: what is no secret stays`);
  }
  await exported(server, Object.keys(least));
  for (const path of ['/metrics', '/rest/v1/status', '/rest/v1/sites', '/rest/v1/imports'])
    assertSilent(await (await server.get(path)).text(), path);
  assertNowhere(folder, 'beside a running server');
  assert.equal(await server.stop(), 0);
  assertSilent(server.output(), 'the output of the server');
  assertSilent(imported.stdout + imported.stderr + pulled.stdout + pulled.stderr, 'the output of a command');
  assert.match(assertNowhere(folder, 'after the server has stopped'), /OpenlySaid/, 'something was packed');
});

test('the search of this test finds what is no secret', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'x.db'), Buffer.concat([Buffer.alloc(3), Buffer.from(secretOf('x'))]));
  assert.throws(() => assertNowhere(folder, 'now'), /x\.db holds a secret/);
});
