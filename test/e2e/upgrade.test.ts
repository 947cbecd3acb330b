/** Data folders that versions wrote are opened by the program of today, with all that was in them; later ones are refused. */

import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { ControlDatabase } from '../../packages/server/src/store/control/database.ts';
import { INDEX_FILE, SITE_FILE } from '../../packages/server/src/store/sqlite/layout.ts';
import { type KeptFolder, keptFolders, layOut, tellAll } from './kept-folder.ts';
import { assertHolds, assertSound, databases, textsOf } from './kept-told.ts';
import { ADMIN_TOKEN, type RunningServer, run, startServer, temporaryFolder } from './running-server.ts';
import { signedHeaders } from './signed-headers.ts';

const KEPT = await keptFolders();

async function laidOut(t: TestContext, kept: KeptFolder): Promise<string> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  await layOut(kept, folder);
  return folder;
}

async function started(t: TestContext, folder: string, config: string): Promise<RunningServer> {
  // The records of the kept folder grow old.
  const server = await startServer({ folder, config: `${config}audit:\n  keep_days: 3650\n` });
  t.after(() => server.stop('SIGKILL'));
  return server;
}

function pragma(path: string, statement: string): unknown {
  const db = new DatabaseSync(path);
  try {
    return Object.values(db.prepare(`PRAGMA ${statement}`).get() ?? {})[0];
  } finally {
    db.close();
  }
}

async function siteFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'logs'));
  return names.filter((name) => /^\d+\.db$/.test(name)).map((name) => join(folder, 'logs', name));
}

async function assertSignsIn({ url }: RunningServer, { key, user }: KeptFolder): Promise<void> {
  const path = '/ocpp-logs/site/depot?from=2026-01-01&to=2026-01-02';
  for (const headers of [{ authorization: `Bearer ${key.bearer}` }, signedHeaders(path, key)]) {
    assert.equal((await fetch(`${url}${path}`, { headers })).status, 200);
  }
  const session = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: user.name, password: user.password }),
  });
  assert.equal(session.status, 201, await session.text());
}

async function assertStationsComeIn({ url }: RunningServer, { station }: KeptFolder): Promise<void> {
  const statuses = await Promise.all(
    [station.password, 'another one'].map((word) => upgraded(url, station, word)),
  );
  assert.deepEqual(statuses, [101, 401]);
}

async function upgraded(
  url: string,
  { site, charger }: KeptFolder['station'],
  word: string,
): Promise<number> {
  const auth = `${charger}:${word}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ocpp/${site}/${charger}`, 'ocpp1.6', { auth });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
    socket.on('error', () => resolve(0));
  });
}

async function pushed(server: RunningServer): Promise<void> {
  const line = { charger_id: 'CP_2', occurrence_time: '2026-01-03T13:00:00Z', direction: 'station_to_csms' };
  const response = await fetch(`${server.url}/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ ...line, frame: '[2,"later","Heartbeat",{}]' }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  const asked = await server.get('/ocpp-logs/site/depot?from=2026-01-03&to=2026-01-04&actions=Heartbeat');
  assert.equal(((await asked.json()) as { readonly count: number }).count, 1);
}

for (const [name, kept] of KEPT) {
  test(`a folder of ${name} is read by today's program with all that it held, and written on`, async (t) => {
    const folder = await laidOut(t, kept);
    const server = await started(t, folder, kept.config);
    const now = await tellAll(server, Object.keys(kept.told));
    for (const [path, then] of Object.entries(kept.told)) {
      const [answer = ''] = [now[path]];
      assertHolds(JSON.parse(answer), JSON.parse(then), path);
      assert.deepEqual(textsOf(answer), textsOf(then));
    }
    await assertSignsIn(server, kept);
    await assertStationsComeIn(server, kept);
    await assertSound(folder);
    await pushed(server);
    assert.equal(await server.stop(), 0);
    await assertSound(folder);
    assert.deepEqual(await readdir(join(folder, 'set-aside')).catch(() => []), []);
  });
}

test('a folder is kept of the layout that is written today, and it holds what is told of it', async (t) => {
  const marks = new Set<unknown>();
  for (const [, kept] of KEPT) {
    const folder = await laidOut(t, kept);
    for (const path of await siteFiles(folder)) marks.add(pragma(path, 'application_id'));
    marks.add(pragma(join(folder, 'logs', 'index.db'), 'application_id'));
    const texts = Object.values(kept.told).flatMap(textsOf);
    assert.ok(
      texts.some((text) => text.includes('9007199254740993')),
      'numbers as they were written',
    );
    const db = new DatabaseSync((await siteFiles(folder))[1] ?? '');
    assert.notEqual(db.prepare('SELECT count(*) AS n FROM block').get()?.n, 0, 'packed entries');
    db.close();
  }
  const added = 'keep a folder: docs/data-folder.md, Upgrade';
  assert.ok(marks.has(SITE_FILE) && marks.has(INDEX_FILE), added);
});

for (const [file, statement] of [
  ['control.db', 'user_version = 1000000'],
  ['logs/00000001.db', 'application_id = 0x6f6c6b7a'],
  ['logs/index.db', 'application_id = 0x6f6c697a'],
] as const) {
  test(`a folder whose ${file} is of a later version is refused in one line, and left as it is`, async (t) => {
    const [, kept] = KEPT.at(-1) ?? assert.fail('no folder is kept');
    const folder = await laidOut(t, kept);
    pragma(join(folder, file), statement);
    const before = await databases(folder);
    const search = ['search', '--site', 'depot', '--from', '2026-01-01'];
    for (const args of [['serve', '--port', '0'], search]) {
      const { code, stderr } = await run([...args, '--data', folder]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^[^\n]*(later version|start a newer one)[^\n]*\n$/);
    }
    assert.equal((await run(['check', '--data', folder])).code, 1);
    assert.deepEqual(await databases(folder), before);
  });
}

const CONTROL_2 = fileURLToPath(new URL('../fixtures/folders/control-2.sql', import.meta.url));

/** What {@link CONTROL_2} holds: the folder that is kept, by the tables of the second version. */
test('a control.db of an early version is brought up to date with what it held', async (t) => {
  const [, kept] = KEPT[0] ?? assert.fail('no folder is kept');
  const folder = await laidOut(t, kept);
  const path = join(folder, 'control.db');
  const anew = await temporaryFolder();
  t.after(() => rm(anew, { recursive: true, force: true }));
  for (const each of [anew, folder]) new ControlDatabase(each).close();
  const today = schemaOf(join(anew, 'control.db'));
  assert.deepEqual(schemaOf(path), today, 'of the folder that is kept');
  await rm(path);
  const db = new DatabaseSync(path);
  db.exec(await readFile(CONTROL_2, 'utf8'));
  db.close();
  const server = await started(t, folder, kept.config);
  assert.deepEqual(schemaOf(path), today);
  const now = await tellAll(server, ['/users', '/keys', '/saved-searches']);
  for (const [asked, answer] of Object.entries(now)) {
    assertHolds(JSON.parse(answer), JSON.parse(kept.told[asked] ?? ''), asked);
  }
  const sites = (await (await server.get('/sites?chargers=none')).json()) as readonly Record<
    string,
    unknown
  >[];
  assert.deepEqual(
    sites.map((site) => [site.id, site.timezone, site.upstream, site.level, site.station_auth]),
    [
      ['depot', 'Europe/Berlin', null, 'debug', 'none'],
      ['fixed', 'UTC', null, 'debug', 'none'],
      ['relayed', 'UTC', 'wss://csms.example/ocpp/{charger}', 'debug', 'none'],
      ['yard', 'America/New_York', null, 'debug', 'none'],
    ],
  );
  await assertSignsIn(server, kept);
});

function schemaOf(path: string): readonly unknown[] {
  const db = new DatabaseSync(path);
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    return tables.flatMap(({ name }) =>
      db.prepare(`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)`).all(String(name)),
    );
  } finally {
    db.close();
  }
}
