/** What does not belong into a data folder, or is broken there, is named and set aside; the rest goes on. */

import assert from 'node:assert/strict';
import { open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually, type RunningServer, run, startServer, temporaryFolder } from './running-server.ts';

const EVERYTHING = 'from=2020-01-01&to=2100-01-01';
const LINE = {
  charger_id: 'CP1',
  occurrence_time: '2026-01-05T10:00:00Z',
  direction: 'station_to_csms',
  frame: '[2,"1","Heartbeat",{}]',
};

async function push(server: RunningServer, site: string): Promise<void> {
  assert.equal((await sent(server, site)).status, 200);
}

async function count(server: RunningServer, site: string): Promise<number> {
  const answer = (await (await server.get(`/ocpp-logs/site/${site}?${EVERYTHING}`)).json()) as {
    count: number;
  };
  return answer.count;
}

async function overwrite(path: string, at: number, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(bytes, 0x5a), 0, bytes, at);
  await file.close();
}

const DAMAGES: readonly (readonly [what: string, named: RegExp, damage: (logs: string) => Promise<void>])[] =
  [
    ['a foreign file', /notes\.txt/, (logs) => writeFile(join(logs, 'notes.txt'), 'x')],
    ['a file named like ours', /00000099\.db/, (logs) => writeFile(join(logs, '00000099.db'), 'no database')],
    [
      'a file whose beginning is gone',
      /00000001\.db/,
      (logs) => overwrite(join(logs, '00000001.db'), 0, 4096),
    ],
    ['a file that is missing', /00000001\.db/, (logs) => rm(join(logs, '00000001.db'))],
    ['an index that is broken', /index\.db/, (logs) => overwrite(join(logs, 'index.db'), 0, 100)],
  ];

for (const [what, named, damage] of DAMAGES) {
  test(`${what} in the data folder is named and set aside, and the server starts`, async (t) => {
    const folder = await temporaryFolder();
    t.after(() => rm(folder, { recursive: true, force: true }));
    const config = 'sites:\n  - id: one\n  - id: two\n';
    const first = await startServer({ folder, config });
    await push(first, 'one');
    await push(first, 'two');
    assert.equal(await first.stop(), 0);

    await damage(join(folder, 'logs'));
    const second = await startServer({ folder, config });
    t.after(() => second.stop('SIGKILL'));
    assert.match(second.output(), named);
    assert.equal(await count(second, 'two'), 1, 'the other site keeps what it has');
    await push(second, 'one');
    await eventually(
      () => count(second, 'one'),
      (entries) => entries === 1,
    );
    const aside = await readdir(join(folder, 'set-aside')).catch(() => []);
    assert.equal(aside.length > 0, what !== 'a file that is missing', `set aside: ${aside.join(', ')}`);
    assert.equal(await second.stop(), 0);
  });
}

async function sent(server: RunningServer, site: string): Promise<Response> {
  return fetch(`${server.url}/ocpp-logs/site/${site}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer an-admin-token-for-tests-only',
      'content-type': 'application/x-ndjson',
    },
    body: JSON.stringify(LINE),
  });
}

test('a schema that is damaged under the running server is never answered with 500', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({ folder, config: 'sites:\n  - id: one\n  - id: two\n' });
  t.after(() => server.stop('SIGKILL'));
  await push(server, 'one');
  await push(server, 'two');
  assert.equal(await count(server, 'one'), 1);
  for (const file of ['00000001.db', '00000002.db']) {
    const db = new DatabaseSync(join(folder, 'logs', file));
    db.exec('ALTER TABLE entry RENAME COLUMN kind TO kynd');
    db.close();
  }
  const refused = await sent(server, 'one');
  assert.equal(refused.status, 503, await refused.clone().text());
  assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(refused.headers.get('retry-after'), '5');
  assert.equal((await sent(server, 'one')).status, 200);
  for (const query of ['', '&take=1&q=Heartbeat', '&include=exchange,raw']) {
    const read = await server.get(`/ocpp-logs/site/two?${EVERYTHING}${query}`);
    assert.equal(read.status, 200, await read.text());
  }
  await eventually(
    async () => readdir(join(folder, 'set-aside')),
    (aside) => ['00000001.db', '00000002.db'].every((file) => aside.includes(file)),
  );
  assert.equal(await count(server, 'two'), 0);
  await push(server, 'two');
  // The call before still waits for its answer: what becomes of it comes with an id of its own into the file that replaces that one.
  const read = await server.get(`/ocpp-logs/site/two?${EVERYTHING}&include=exchange`);
  const { ocpp_logs: entries } = (await read.json()) as {
    ocpp_logs: readonly { readonly exchange: { readonly id: string; readonly outcome: string } }[];
  };
  assert.deepEqual(
    entries.map(({ exchange }) => exchange.outcome),
    ['pending', 'resent'],
  );
  assert.equal(new Set(entries.map(({ exchange }) => exchange.id)).size, 2);
  assert.equal(await server.stop(), 0);
});

test('a damaged control.db stops the start with one clear line', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const first = await startServer({ folder });
  assert.equal(await first.stop(), 0);
  await overwrite(join(folder, 'control.db'), 0, 4096);
  const { code, stderr } = await run(['serve', '--port', '0', '--data', folder, '--log-level', 'silent']);
  assert.equal(code, 2);
  assert.match(stderr, /control\.db/);
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
});
