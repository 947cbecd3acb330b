/** The page about limits tells what the program does: settings, their defaults, counts, and what is printed at the start. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { SPARE_MS } from '../../packages/server/src/capture/http-sockets.ts';
import { ITEM_COST } from '../../packages/server/src/capture/recorder/batch.ts';
import { CUT_PREFIX_BYTES } from '../../packages/server/src/capture/relay/gathering.ts';
import { readSettings } from '../../packages/server/src/config.ts';
import { TOLD } from './limit-numbers.ts';
import { REACHED } from './limit-tests.ts';
import { eventually, type RunningServer, startServer, temporaryFolder } from './running-server.ts';
import { byTens, same } from './told-number.ts';
import { inCore, inServer } from './written-number.ts';

const PAGE = new URL('../../docs/limits.md', import.meta.url);
const SITE = 'sites:\n  - id: depot\n';
/** What is shipped is counted too, where it is; that nothing answers there is no fault of this server's. */
const SHIPS = `${SITE}store: {clickhouse: {url: "http://127.0.0.1:9", database: logs}}\n`;

async function started(t: TestContext, config: string): Promise<RunningServer> {
  const server = await startServer({ config });
  t.after(() => server.stop());
  return server;
}

/** Cells of the rows, by the first. */
async function rows(): Promise<readonly (readonly string[])[]> {
  const lines = (await readFile(PAGE, 'utf8')).split('\n').filter((line) => /^\| (?!bound)/.test(line));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

async function counts(server: RunningServer): Promise<ReadonlyMap<string, number>> {
  const text = await (await server.get('/metrics')).text();
  return new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith('ocpp_logs_'))
      .map((line) => [/^\w+/.exec(line)?.[0] ?? '', Number(line.split(' ').at(-1))]),
  );
}

test('every count that the page names is there, and every limit that can be set is on the page', async (t) => {
  const server = await started(t, SHIPS);
  await server.get('/livez');
  // The thread that ships tells its counts a while after the start.
  const all = await eventually(
    () => counts(server),
    (counted) => counted.has('ocpp_logs_shipping_waiting_changes'),
  );
  const there = [...all.keys()];
  const named = (await rows()).flatMap(([, , , counted = '']) => counted.match(/ocpp_logs_\w+/g) ?? []);
  assert.ok(named.length > 20);
  for (const name of named)
    assert.ok(
      there.some((each) => each.startsWith(name)),
      name,
    );
  const settings = readSettings({ environment: {}, flags: {} });
  const table = await rows();
  for (const group of ['limits', 'imports', 'exports', 'audit'] as const) {
    for (const [key, preset] of Object.entries(settings[group])) {
      const row = table.find(([, , setting]) => setting === `\`${group}.${key}\``);
      assert.ok(row, `${group}.${key}`);
      assert.match(row[1] ?? '', new RegExp(`^${preset.toLocaleString('en')}\\b`), `${group}.${key}`);
    }
  }
});

test('of every bound it is told what counts it, or why nothing does', async () => {
  for (const [row = '', , , counted = ''] of await rows())
    assert.match(counted, /`ocpp_logs_\w+`|^none: \w/, row);
});

test('every bound on the page is reached by a test', async () => {
  const told = (await rows()).map(([row = '']) => row);
  assert.deepEqual(new Set(told).size, told.length);
  const missing = told.filter((row) => !REACHED.some(([named]) => named === row));
  assert.deepEqual(missing, [], 'rows of docs/limits.md that are not in test/e2e/limit-tests.ts');
  for (const [row, file, name] of REACHED) {
    assert.ok(told.includes(row), `there is no row ${row}`);
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    const tests = [...text.matchAll(/^\s*(?:test|it)\(\s*(['"`].*)$/gm)].map(([, title = '']) => title);
    assert.ok(
      tests.some((title) => title.includes(name)),
      `${file} has no test "${name}" of: ${row}`,
    );
  }
});

test('strangers fill neither the log nor the list of stations: refusals beyond those of a minute are one entry', async (t) => {
  const config =
    'sites:\n  - id: depot\n    station_auth: basic\n    retention_days: 30\nlimits:\n  refusals_per_minute: 2\n';
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const first = await startServer({ config, folder });
  t.after(() => first.stop('SIGKILL'));
  for (let n = 0; n < 5; n++) {
    const socket = new WebSocket(`${first.url.replace('http', 'ws')}/ocpp/depot/stranger-${n}`, 'ocpp1.6');
    await once(socket, 'error');
  }
  const counted = await counts(first);
  assert.equal(counted.get('ocpp_logs_capture_refused_total'), 5);
  assert.equal(counted.get('ocpp_logs_capture_refused_together_total'), 3);
  // What the minute has not told yet is told at the stop.
  await first.stop();
  const second = await startServer({ config, folder });
  t.after(() => second.stop());
  const page = await second.get(
    '/ocpp-logs/site/depot?from=2020-01-01&to=2100-01-01&kinds=connection&include=exchange',
  );
  // Safe: a page of entries has these.
  const { ocpp_logs: results } = (await page.json()) as {
    ocpp_logs: { exchange: { event: { event: string; reason: string } } }[];
  };
  const reasons = results.map(({ exchange }) => exchange.event.reason);
  assert.equal(reasons.length, 3, JSON.stringify(results));
  assert.equal(
    reasons.filter((reason) => /^3 more connections were refused within a minute/.test(reason)).length,
    1,
  );
  // Safe: the answer of a site has its chargers.
  const site = (await (await second.get('/sites/depot')).json()) as { chargers: unknown[] };
  assert.deepEqual(site.chargers, []);
});

test('of every bound the page tells the number that the code has', async () => {
  const table = await rows();
  const told = Object.fromEntries(table.map(([row = '', preset = '']) => [row, preset]));
  assert.deepEqual(told, TOLD);
});

test('other numbers on the page are those of the program', async () => {
  const text = (await readFile(PAGE, 'utf8')).replaceAll('\n', ' ');
  const told = [
    `the first ${CUT_PREFIX_BYTES / 1024} KiB`,
    `silent for ${SPARE_MS / 1000} s is ended`,
    `open files (${inServer('store/sqlite/file-access.ts', 'const OPEN_FILES = ')} a thread)`,
    `unpacked blocks (${inServer('store/sqlite/reader.ts', 'const BLOCKS_BYTES = ') / 1024 / 1024} MiB a reading thread`,
    `names and places of transactions (${byTens(same([inServer('store/sqlite/dictionary.ts', 'const CACHED = '), inServer('store/sqlite/transactions.ts', 'const REMEMBERED = ')]))} each)`,
    `need not be computed again (${byTens(inServer('auth/station-passwords.ts', 'const KNOWN_MOST = '))})`,
    `looked at for id tags (${byTens(inCore('erased-tags.ts', 'const CACHED_MAX = '))})`,
    `an answer may belong to (${byTens(inServer('capture/recorder/stored-calls.ts', 'const CALLS_MAX = '))} of ten minutes)`,
    `${byTens(ITEM_COST)} bytes for each message and ${inServer('capture/recorder/batch.ts', 'const BYTE_COST = ')} for each byte`,
    `Of ${byTens(inServer('auth/allowance.ts', 'const NAMES_MOST = '))} keys, people and addresses each`,
  ];
  for (const part of told) assert.ok(text.includes(part), part);
});

function upgrade(server: RunningServer, charger: string): Promise<WebSocket | number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/depot/${charger}`, ['ocpp1.6']);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}

test('the program bounds stations of a site, connections and requests as it is told to', async (t) => {
  const limits = '{stations_per_site: 1, connections_per_minute: 3, requests_per_minute: 12}';
  const server = await started(t, `${SITE}limits: ${limits}\n`);
  assert.match(server.output(), /\(at most [\d,]+ at once/);
  const first = await upgrade(server, 'CP1');
  assert.ok(first instanceof WebSocket);
  assert.equal(await upgrade(server, 'CP2'), 503);
  assert.equal(await upgrade(server, 'CP3'), 503);
  assert.equal(await upgrade(server, 'CP4'), 429);
  first.terminate();
  const found = await counts(server);
  assert.equal(found.get('ocpp_logs_capture_site_full_total'), 2);
  assert.equal(found.get('ocpp_logs_capture_too_often_total'), 1);
  const statuses = new Set<number>();
  for (let n = 0; n < 15; n += 1) statuses.add((await server.get('/sites')).status);
  assert.deepEqual([...statuses], [200, 429]);
});
