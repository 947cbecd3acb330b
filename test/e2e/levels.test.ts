/** The level of a site on the program itself: without a server, beside one, and over a change that no server saw. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADMIN_TOKEN, eventually, run, startServer, temporaryFolder } from './running-server.ts';

const LOG = [
  '2026-01-06T10:00:00Z >> [2,"1","Authorize",{"idTag":"T"}]',
  '2026-01-06T10:00:01Z << [3,"1",{"idTagInfo":{"status":"Accepted"}}]',
  '2026-01-06T10:00:02Z >> [2,"2","DataTransfer",{"vendorId":"LeftOutByLevel"}]',
  '2026-01-06T10:00:03Z << [3,"2",{"status":"Accepted"}]',
].join('\n');
const ALL = 'from=2020-01-01&to=2100-01-01';

test('a level holds for imports with and without a server, is counted, and its changes are told at the next start', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = ['--data', folder];
  const add = (level: string) => run(['site', 'add', 'depot', '--level', level, ...data]);
  const from = ['import', '-', '--charger', 'CP1', '--site', 'depot', ...data];
  assert.equal((await add('info')).code, 0);
  const dry = JSON.parse((await run([...from, '--dry-run', '--json'], {}, LOG)).stdout);
  assert.deepEqual([dry.entries, dry.left_out_by_level], [1, 2]);
  const alone = await run(from, {}, LOG);
  assert.equal(alone.code, 0, alone.stderr);
  assert.match(alone.stdout, /left out +2 by the level of the site/);

  const first = await startServer({ folder });
  t.after(() => first.stop('SIGKILL'));
  const beside = JSON.parse((await run([...from, '--json'], {}, LOG)).stdout);
  assert.deepEqual([beside.accepted, beside.duplicates, beside.left_out_by_level], [0, 2, 2]);
  const pushed = await fetch(`${first.url}/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({
      charger_id: 'CP1',
      occurrence_time: '2026-01-07T10:00:00Z',
      direction: 'station_to_csms',
      frame: '[2,"3","DataTransfer",{"vendorId":"LeftOutByLevel"}]',
    }),
  });
  assert.deepEqual(await pushed.json(), { accepted: 0, duplicates: 0, rejected: [], left_out_by_level: 1 });
  await eventually(
    async () => await (await first.get('/metrics')).text(),
    (metrics) => /^ocpp_logs_left_out_by_level_total 3$/m.test(metrics),
  );
  assert.equal(await first.stop(), 0);
  for (const name of readdirSync(join(folder, 'logs')))
    assert.ok(!readFileSync(join(folder, 'logs', name), 'latin1').includes('LeftOutByLevel'), name);

  assert.equal((await add('debug')).code, 0);
  const second = await startServer({ folder });
  t.after(() => second.stop('SIGKILL'));
  const path = `/rest/v1/ocpp-logs/site/depot?${ALL}&kinds=setting&include=exchange`;
  const told = (await (await second.get(path)).json()) as {
    ocpp_logs: readonly { exchange: { event: object } }[];
  };
  assert.deepEqual(
    told.ocpp_logs.map(({ exchange }) => exchange.event),
    [{ event: 'setting', setting: 'level', from: 'info', to: 'debug', by: 'command line' }],
  );
  const again = JSON.parse((await run([...from, '--json'], {}, LOG)).stdout);
  assert.deepEqual([again.accepted, again.duplicates, again.left_out_by_level], [2, 2, 0]);
  assert.equal(await second.stop(), 0);
});
