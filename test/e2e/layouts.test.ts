/** Data folders that the first program of each layout wrote: today's program reads what it can, and leaves the others as they are. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { OLDER_SITE_FILES, SITE_FILE } from '../../packages/server/src/store/sqlite/layout.ts';
import { layOut } from './kept-folder.ts';
import { ALL, type KeptLayout, keptLayouts } from './kept-layout.ts';
import { assertHolds, assertSound, databases, textsOf } from './kept-told.ts';
import { ADMIN_TOKEN, launch, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const KEPT = await keptLayouts();
const FIRST_FILE = 'logs/00000001.db';

async function laidOut(t: TestContext, kept: KeptLayout): Promise<string> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  await layOut(kept, folder);
  return folder;
}

function markOf(folder: string): unknown {
  const db = new DatabaseSync(join(folder, FIRST_FILE), { readOnly: true });
  try {
    return db.prepare('PRAGMA application_id').get()?.application_id;
  } finally {
    db.close();
  }
}

async function countOf(server: RunningServer, q: string): Promise<number> {
  const range = 'from=2026-01-01&to=2026-03-01';
  const answer = await server.get(`/ocpp-logs/site/depot?${range}&take=1&q=${encodeURIComponent(q)}`);
  assert.equal(answer.status, 200, await answer.clone().text());
  // Safe: a page has this.
  return ((await answer.json()) as { readonly count: number }).count;
}

async function push(server: RunningServer): Promise<void> {
  const response = await fetch(`${server.url}/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({
      charger_id: 'CP_1',
      occurrence_time: '2026-01-05T12:00:30Z',
      direction: 'station_to_csms',
      frame: '[2,"later","Heartbeat",{}]',
    }),
  });
  assert.equal(response.status, 200, await response.text());
}

const bytesOf = async (folder: string, names: readonly string[]) =>
  Promise.all(names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')]));

test('of every layout there was a folder is kept that a program of then has written', async (t) => {
  const marks: unknown[] = [];
  for (const [, kept] of KEPT) marks.push(markOf(await laidOut(t, kept)));
  assert.deepEqual(marks, [...OLDER_SITE_FILES, SITE_FILE]);
});

/** What it says on its way out; one that stays is ended with the test. */
async function refused(t: TestContext, args: readonly string[]) {
  const child = launch(args);
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout?.resume();
  const [code] = await once(child, 'close');
  return { code, said };
}

for (const [layout, kept] of KEPT.filter(([name]) => Number(name) <= OLDER_SITE_FILES.length)) {
  test(`a folder of layout ${layout} is refused in one line, and left as it is to the byte`, async (t) => {
    const folder = await laidOut(t, kept);
    const names = await databases(folder);
    const before = await bytesOf(folder, [FIRST_FILE, 'logs/00000002.db']);
    for (const args of [
      ['serve', '--port', '0'],
      ['search', '--site', 'depot', '--from', '2026-01-01'],
    ]) {
      const { code, said } = await refused(t, [...args, '--data', folder]);
      assert.equal(code, 2, said);
      assert.match(said, /^[^\n]*an earlier version[^\n]*\n$/);
    }
    assert.deepEqual(await databases(folder), names);
    assert.deepEqual(await bytesOf(folder, [FIRST_FILE, 'logs/00000002.db']), before);
  });
}

for (const [layout, kept] of KEPT.filter(([name]) => Number(name) > OLDER_SITE_FILES.length)) {
  test(`a folder of the first program of layout ${layout} is read with all that it held, searched, and written on`, async (t) => {
    const folder = await laidOut(t, kept);
    const server = await startServer({ folder, config: 'sites:\n  - id: depot\n' });
    t.after(() => server.stop('SIGKILL'));
    const now = await (await server.get(ALL)).text();
    const then: unknown = JSON.parse(kept.told);
    assertHolds(JSON.parse(now), then, 'the page');
    assert.deepEqual(textsOf(now), textsOf(kept.told));
    assert.ok(textsOf(now).some((text) => text.includes('9007199254740993')));
    for (const [q, count] of [
      ['action:MeterValues', 150],
      ['"149.50"', 1],
      ['action:StartTransaction id_tag:TAG-1', 1],
      ['kind:orphan', 1],
      ['', 154],
    ] as const) {
      assert.equal(await countOf(server, q), count, q);
    }
    await assertSound(folder);
    await push(server);
    assert.equal(await countOf(server, 'action:Heartbeat'), 1);
    assert.equal(await countOf(server, 'action:MeterValues'), 150);
    assert.equal(await server.stop(), 0, server.output());
    await assertSound(folder);
    assert.deepEqual(await readdir(join(folder, 'set-aside')).catch(() => []), []);
  });
}
