/** Exports over HTTP on the program itself: killed while one is made, cut while one is fetched, out of room. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  ADMIN_TOKEN,
  eventually,
  type RunningServer,
  startServer,
  temporaryFolder,
} from './running-server.ts';

const ENTRIES = 12_000;
const CHUNK = 5_000;
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
const WISH = { site: 'depot', from: '2026-01-05', to: '2026-01-07', include: ['exchange', 'raw'] };

interface Job {
  readonly id: string;
  readonly state: string;
  readonly size: number;
  readonly sha256: string;
  readonly error: string | null;
  readonly links: { readonly self: string; readonly file: string };
}

function line(at: number): string {
  const meter = [{ timestamp: '2026-01-05T00:00:00Z', sampledValue: [{ value: String(at), unit: 'Wh' }] }];
  const payload = { connectorId: 1, transactionId: at, meterValue: meter };
  return JSON.stringify({
    charger_id: `CP_${at % 7}`,
    occurrence_time: new Date(Date.UTC(2026, 0, 5) + at * 1000).toISOString(),
    direction: 'station_to_csms',
    frame: JSON.stringify([2, `m${at}`, 'MeterValues', payload]),
  });
}

async function filled(t: TestContext, env: Record<string, string> = {}): Promise<RunningServer> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ folder, config: 'sites: [{id: depot}]\n', env });
  t.after(() => server.stop('SIGKILL'));
  for (let at = 0; at < ENTRIES; at += CHUNK) {
    const lines = Array.from({ length: Math.min(CHUNK, ENTRIES - at) }, (_, more) => line(at + more));
    const body = `${lines.join('\n')}\n`;
    // What has ended does not change when the server does.
    const headers = { ...HEADERS, 'content-type': 'application/x-ndjson', 'x-ocpp-logs-end': '1' };
    const answer = await fetch(`${server.url}/ocpp-logs/site/depot`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
  }
  return server;
}

async function ask({ url }: RunningServer, wish: object): Promise<Job> {
  const answer = await fetch(`${url}/rest/v1/exports`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ ...WISH, ...wish }),
  });
  assert.ok([201, 202].includes(answer.status), await answer.clone().text());
  return (await answer.json()) as Job;
}

async function jobAt(server: RunningServer, { links }: Job): Promise<Job> {
  return (await (await server.get(links.self)).json()) as Job;
}

function ended(server: RunningServer, job: Job): Promise<Job> {
  return eventually(
    () => jobAt(server, job),
    ({ state }) => state !== 'waiting' && state !== 'running',
  );
}

function files({ folder }: RunningServer): Promise<readonly string[]> {
  return readdir(join(folder, 'exports'));
}

async function bytesOf(server: RunningServer, { links }: Job): Promise<Buffer> {
  return Buffer.from(await (await server.get(links.file)).arrayBuffer());
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('exports that were under way when the server was killed are whole after its next start', async (t) => {
  const first = await filled(t);
  const whole = await ended(first, await ask(first, { format: 'ndjson' }));
  assert.equal(whole.state, 'done');
  // They are made one after the other: when the first has begun, the last has not.
  const asked: Job[] = [];
  for (const format of ['xlsx', 'parquet', 'csv', 'ndjson']) asked.push(await ask(first, { format }));
  await eventually(
    () => files(first),
    (names) => names.some((name) => name.endsWith('.part')),
  );
  assert.equal(await first.stop('SIGKILL'), 'SIGKILL');
  const second = await startServer({ folder: first.folder, config: 'sites: [{id: depot}]\n' });
  t.after(() => second.stop('SIGKILL'));
  for (const job of asked) {
    const now = await ended(second, job);
    assert.equal(now.state, 'done', now.error ?? '');
    const bytes = await bytesOf(second, now);
    assert.deepEqual([sha256(bytes), bytes.length], [now.sha256, now.size]);
  }
  const last = await jobAt(second, asked[3] ?? assert.fail());
  assert.equal(last.sha256, whole.sha256);
  const kept = await jobAt(second, whole);
  assert.equal(sha256(await bytesOf(second, kept)), whole.sha256);
  assert.ok(!(await files(second)).some((name) => name.endsWith('.part')));
});

/** What arrives until the connection is cut behind `bytes`. */
function cutDownload(url: string, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: HEADERS }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= bytes) response.destroy();
      });
      response.on('error', () => {});
      response.on('close', () => resolve(Buffer.concat(chunks)));
    });
    request.on('error', reject);
  });
}

test('a download that was cut is resumed where it stopped, also after a restart', async (t) => {
  const first = await filled(t);
  const job = await ended(first, await ask(first, { format: 'csv' }));
  const begun = await cutDownload(`${first.url}${job.links.file}`, 300_000);
  assert.ok(begun.length >= 300_000 && begun.length < job.size);
  assert.equal(await first.stop('SIGKILL'), 'SIGKILL');
  const second = await startServer({ folder: first.folder, config: 'sites: [{id: depot}]\n' });
  t.after(() => second.stop('SIGKILL'));
  const headers = { range: `bytes=${begun.length}-`, 'if-range': `"${job.sha256}"` };
  const rest = await second.get(job.links.file, headers);
  assert.equal(rest.status, 206);
  assert.equal(rest.headers.get('content-range'), `bytes ${begun.length}-${job.size - 1}/${job.size}`);
  const all = Buffer.concat([begun, Buffer.from(await rest.arrayBuffer())]);
  assert.equal(sha256(all), job.sha256);
});

test('without room an export fails and says why; what is removed leaves nothing; the numbers are on /metrics', async (t) => {
  const server = await filled(t, { OCPP_LOGS_EXPORTS_MAX_BYTES: '1000000' });
  const failed = await ended(server, await ask(server, { format: 'ndjson' }));
  assert.equal(failed.state, 'failed');
  assert.match(failed.error ?? '', /exports\.max_bytes/);
  const metrics = await (await server.get('/metrics')).text();
  assert.match(metrics, /^ocpp_logs_exports_failed_total 1$/m);
  assert.match(metrics, /^ocpp_logs_exports_running 0$/m);
  const waiting = [await ask(server, { format: 'xlsx', take: 11_000 }), await ask(server, { format: 'csv' })];
  for (const job of waiting) {
    const answer = await fetch(`${server.url}${job.links.self}`, { method: 'DELETE', headers: HEADERS });
    assert.equal(answer.status, 204);
    assert.equal((await server.get(job.links.file)).status, 410);
  }
  assert.deepEqual(
    (await files(server)).filter((name) => !name.endsWith('.json')),
    [],
  );
});

test('an export for somebody else holds no id tag, and is the same for the same server', async (t) => {
  const server = await filled(t);
  const tag = 'CAFE0123';
  const frames = [
    [
      2,
      's1',
      'StartTransaction',
      { connectorId: 1, idTag: tag, meterStart: 0, timestamp: '2026-01-06T00:00:00Z' },
    ],
    [
      2,
      's2',
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status: 'Available', info: `card ${tag}` },
    ],
  ];
  const lines = frames.map((frame, at) =>
    JSON.stringify({
      charger_id: 'CP_9',
      occurrence_time: `2026-01-06T10:00:0${at}Z`,
      direction: 'station_to_csms',
      frame,
    }),
  );
  const headers = { ...HEADERS, 'content-type': 'application/x-ndjson' };
  await fetch(`${server.url}/ocpp-logs/site/depot`, { method: 'POST', headers, body: lines.join('\n') });
  const wish = { format: 'ndjson', charger_id: ['CP_9'], pseudonymise: true };
  const [one, two] = [
    await ended(server, await ask(server, wish)),
    await ended(server, await ask(server, wish)),
  ];
  const text = (await bytesOf(server, one)).toString();
  assert.ok(!text.includes(tag));
  const [pseudonym] = /"request_id_tag":"(p[0-9a-f]{15})"/.exec(text)?.slice(1) ?? [];
  assert.ok(pseudonym);
  assert.match(text, new RegExp(`"request_info":"card ${pseudonym}"`));
  assert.equal(one.sha256, two.sha256);
});
