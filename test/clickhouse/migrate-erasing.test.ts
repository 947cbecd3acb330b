/** The program itself: `migrate` beside a server that ships, with an erasure between what it reads and what it sends. */

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Outbox } from '../../packages/server/src/store/clickhouse/outbox.ts';
import { ADMIN_TOKEN, eventually, launch, type RunningServer, startServer } from '../e2e/running-server.ts';
import { filesWith } from './engine-files.ts';
import { HttpEngine } from './http-engine.ts';

const DATABASE = 'moved_and_erased';
const TAG = '04A2B3C4D5';
const ENTRIES = 40;

interface Erasure {
  readonly id: string;
  readonly state: string;
  readonly report: { readonly clickhouse: { readonly problem: string | null } | null } | null;
}

/** Of each ten entries one has the id tag. */
const LINES = Array.from({ length: ENTRIES }, (_, n) => {
  const occurrence_time = new Date(Date.UTC(2026, 2, 5, 5, 0, n)).toISOString();
  const of = { charger_id: 'CP1', occurrence_time };
  const call = [2, `m${n}`, 'Authorize', { idTag: n % 10 === 0 ? TAG : `OTHER${n}` }];
  const answer = [3, `m${n}`, { idTagInfo: { status: 'Accepted' } }];
  return [
    { ...of, direction: 'station_to_csms', frame: call },
    { ...of, direction: 'csms_to_station', frame: answer },
  ];
})
  .flat()
  .map((line) => JSON.stringify(line))
  .join('\n');

test('what migrate read before an erasure and sends after it is gone, too, when the erasure is done', {
  timeout: 280_000,
}, async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'olk-migrate-erasing-'));
  const [stored, folder] = [join(root, 'engine'), join(root, 'node')];
  await mkdir(folder);
  const http = new HttpEngine(stored);
  const url = await http.listen();
  const sent = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  let server: RunningServer | null = null;
  let moving: ChildProcess | null = null;
  t.after(async () => {
    taken.resolve();
    moving?.kill('SIGKILL');
    await server?.stop('SIGKILL');
    await http.close();
    await rm(root, { recursive: true, force: true });
  });
  const config = JSON.stringify({
    sites: [{ id: 'depot', retention_days: 0 }],
    store: { clickhouse: { url, database: DATABASE, spool_min_free_bytes: 0 } },
  });
  server = await startServer({ folder, config });
  const running = server;
  const post = (path: string, type: string, body: string) =>
    fetch(`${running.url}/rest/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type },
      body,
    });
  const ask = async (sql: string): Promise<string> => {
    const answer = await fetch(url, { method: 'POST', body: sql });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.text()).trim();
  };
  assert.equal((await post('ocpp-logs/site/depot', 'application/x-ndjson', LINES)).status, 200);
  const outbox = new Outbox(folder, { shipping: true });
  const { node } = outbox;
  await eventually(
    async () => outbox.isShipped('depot', 0n, 1n << 62n),
    (shipped) => shipped,
  );
  outbox.close();
  // Parts that were merged need not be waited for.
  await ask(`ALTER TABLE ${DATABASE}.entry MODIFY SETTING old_parts_lifetime = 1`);
  assert.ok(filesWith(stored, TAG).length > 0, 'it is found where it is');

  http.before = async (sql, token) => {
    if (!/^INSERT INTO \w+\.entry /.test(sql) || token === null || token.startsWith(`${node}:`)) return;
    sent.resolve();
    await taken.promise;
  };
  const to = ['--to', `${url.replace('http:', 'clickhouse:')}/${DATABASE}`];
  const child = launch([
    ...['migrate', ...to, '--data', folder],
    ...['--site', 'depot', '--from', '2026-03-01', '--until', '2026-04-01'],
  ]);
  moving = child;
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
  }
  const ended = once(child, 'close');
  await Promise.race([sent.promise, ended.then(() => assert.fail(`it sent nothing: ${told}`))]);

  const asked = await post('erasures', 'application/json', JSON.stringify({ site: 'depot', id_tag: TAG }));
  assert.equal(asked.status, 202, await asked.clone().text());
  const { id } = (await asked.json()) as Erasure;
  /** However long that takes: the test has a bound of its own. */
  const until = async (met: (erasure: Erasure) => boolean) => {
    for (;;) {
      const erasure = (await (await running.get(`/rest/v1/erasures/${id}`)).json()) as Erasure;
      if (met(erasure)) return;
      assert.ok(['running', 'shipping'].includes(erasure.state), `it is ${erasure.state}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await until(({ report }) => /^ocpp-logs migrate works on/.test(report?.clickhouse?.problem ?? ''));
  taken.resolve();
  const [code] = await ended;
  assert.equal(code, 0, told);
  await until(({ state }) => state === 'done');
  assert.deepEqual(filesWith(stored, TAG), []);
  assert.equal(
    await ask(`SELECT count() FROM ${DATABASE}.entry FINAL WHERE kind = 'exchange'`),
    String(ENTRIES),
  );
  assert.equal(await running.stop(), 0);
  server = null;
});
