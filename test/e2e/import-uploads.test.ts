/** Logs that are uploaded to the running program. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ADMIN_TOKEN, eventually, startServer, temporaryFolder } from './running-server.ts';

const AUTHORIZATION = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** Exchanges of one charger, a second apart. */
function log(from: number, count: number): string {
  const time = (second: number, ms: string) =>
    new Date(Date.UTC(2026, 0, 5) + second * 1000).toISOString().replace('000Z', `${ms}Z`);
  const lines = Array.from({ length: count }, (_, at) => [
    `${time(from + at, '100')} >> [2,"m${from + at}","Heartbeat",{}]`,
    `${time(from + at, '200')} << [3,"m${from + at}",{"currentTime":"2026-01-05T00:00:00Z"}]`,
  ]);
  return `${lines.flat().join('\n')}\n`;
}

interface Job {
  readonly state: string;
  readonly files: readonly {
    readonly file: string;
    readonly frames: number;
    readonly entries: Readonly<Record<string, number>>;
    readonly accepted: number;
    readonly duplicates: number;
  }[];
  readonly links: { readonly self: string; readonly run: string; readonly events: string };
}

/** The data of the last event; the connection closes behind it. */
function lastOf(events: string): Job {
  assert.match(events, /\nevent: end\n/);
  return JSON.parse(events.trim().split('data: ').at(-1) ?? '');
}

test('files are uploaded, looked at, imported and told of; a second time nothing is added', async () => {
  const server = await startServer();
  const form = () => {
    const body = new FormData();
    // The newer one first, as a glob gives it.
    body.append('file', new Blob([log(500, 500)]), 'station.log');
    body.append('file', new Blob([gzipSync(log(0, 500))]), 'station.log.1.gz');
    return body;
  };
  const post = (path: string, body: FormData | null) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: AUTHORIZATION, body });

  const answer = await post('/rest/v1/imports?site=depot&charger_id=CP_1', form());
  assert.equal(answer.status, 201);
  const previewed = (await answer.json()) as Job;
  assert.deepEqual(
    previewed.files.map(({ file, frames, entries, accepted }) => [file, frames, entries, accepted]),
    [
      ['station.log', 1000, { exchange: 500 }, 0],
      ['station.log.1.gz', 1000, { exchange: 500 }, 0],
    ],
  );
  const page = '/rest/v1/ocpp-logs/site/depot?from=2026-01-01&to=2026-02-01&take=1000&include=exchange';
  assert.equal((await server.get(page)).status, 404, 'a preview makes no site');

  assert.equal((await post(previewed.links.run, null)).status, 202);
  const done = lastOf(await (await server.get(previewed.links.events)).text());
  assert.deepEqual(
    [done.state, ...done.files.map(({ accepted, entries }) => [accepted, entries])],
    ['done', [1000, { exchange: 500 }], [1000, { exchange: 500 }]],
  );
  const { count, ocpp_logs } = (await (await server.get(page)).json()) as {
    count: number;
    ocpp_logs: readonly { exchange: { outcome: string; latency_ms: number } }[];
  };
  assert.equal(count, 1000);
  assert.ok(
    ocpp_logs.every(({ exchange }) => exchange.outcome === 'answered' && exchange.latency_ms === 100),
  );

  const again = (await (
    await post('/rest/v1/imports?site=depot&charger_id=CP_1&run=true', form())
  ).json()) as Job;
  const twice = lastOf(await (await server.get(again.links.events)).text());
  assert.deepEqual(
    twice.files.map(({ accepted, duplicates, entries }) => [accepted, duplicates, entries]),
    [
      [0, 1000, {}],
      [0, 1000, {}],
    ],
  );
  assert.equal(((await (await server.get(page)).json()) as { count: number }).count, 1000);
  assert.equal(await server.stop(), 0);
});

test('a server that is killed while it takes an upload leaves nothing that can be read, and clears it away', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ folder });
  const secret = 'SECRET-OF-THE-STATION';
  const upload = request(`${server.url}/rest/v1/imports?site=depot&charger_id=CP_1`, {
    method: 'POST',
    headers: AUTHORIZATION,
  });
  upload.on('error', () => undefined);
  upload.write(`${secret}\n`.repeat(50_000));
  const imports = join(folder, 'imports');
  const spools = () => (existsSync(imports) ? readdirSync(imports) : []);
  await eventually(
    async () => spools().map((name) => readFileSync(join(imports, name)).length),
    ([bytes = 0]) => bytes > 100_000,
  );
  await server.stop('SIGKILL');
  for (const name of spools()) assert.equal(readFileSync(join(imports, name)).includes(secret), false);
  assert.equal(spools().length, 1);
  const second = await startServer({ folder });
  assert.deepEqual(spools(), []);
  assert.equal(await second.stop(), 0);
});

test('an import that is running ends with the server, which stops in time; what is missing comes with the next', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ folder });
  const body = log(0, 40_000);
  const post = (url: string) =>
    fetch(`${url}/rest/v1/imports?site=depot&charger_id=CP_1&run=true`, {
      method: 'POST',
      headers: AUTHORIZATION,
      body,
    });
  await post(server.url);
  const page = '/rest/v1/ocpp-logs/site/depot?from=2026-01-01&to=2026-02-01&take=1';
  const count = async ({ get }: typeof server) =>
    ((await (await get(page)).json()) as { count?: number }).count ?? 0;
  await eventually(
    () => count(server),
    (stored) => stored > 0,
  );
  assert.equal(await server.stop(), 0);
  assert.deepEqual(readdirSync(join(folder, 'imports')), []);
  const second = await startServer({ folder });
  const { links } = (await (await post(second.url)).json()) as Job;
  assert.equal(lastOf(await (await second.get(links.events)).text()).state, 'done');
  assert.equal(await count(second), 40_000);
  assert.equal(await second.stop(), 0);
});
