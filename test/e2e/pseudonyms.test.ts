/** Id tags of a site that asks for pseudonyms: in no byte of the folder, and found by what stands for them. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectStation } from './ocpp-rpc-peers.ts';
import { ADMIN_TOKEN, eventually, run, startServer, temporaryFolder } from './running-server.ts';

const TAG = 'Driver4711Secret';
const ALL = 'from=2020-01-01&to=2100-01-01&include=exchange,raw';

test('id tags of stations, pushed and imported frames are pseudonyms everywhere, the same as the command tells', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = 'sites: [{ id: depot, pseudonymise_id_tags: true }]\n';
  const server = await startServer({ folder, config });
  t.after(() => server.stop('SIGKILL'));
  const station = await connectStation(`${server.url.replace('http', 'ws')}/ocpp/depot`, 'CP1', 'ocpp1.6');
  const start = { connectorId: 1, idTag: TAG, meterStart: 0, timestamp: '2026-01-05T10:00:00Z' };
  const { transactionId } = await station.call('StartTransaction', start);
  assert.equal(typeof transactionId, 'number');
  await station.close();
  const pushed = await fetch(`${server.url}/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({
      charger_id: 'CP2',
      occurrence_time: '2026-01-05T10:00:00Z',
      direction: 'station_to_csms',
      frame: `[2,"1","Authorize",{"idTag":"${TAG}"}]`,
    }),
  });
  assert.equal(pushed.status, 200);
  const told = await run(['pseudonym', TAG, TAG.toUpperCase(), '--data', folder]);
  const [stands, again] = told.stdout.split('\n');
  assert.deepEqual([told.code, again], [0, stands]);
  const find = async (q: string) =>
    (await (await server.get(`/rest/v1/ocpp-logs/site/depot?${ALL}&q=${encodeURIComponent(q)}`)).json()) as {
      count: number;
    };
  await eventually(
    () => find(`id_tag:${stands}`),
    ({ count }) => count === 2,
  );
  assert.equal((await find(TAG)).count, 0);
  assert.equal(await server.stop(), 0);

  // Into the folder itself, without a server.
  const log = `2026-01-06T10:00:00Z >> [2,"9","Authorize",{"idTag":"${TAG}"}]\n`;
  const imported = await run(
    ['import', '-', '--charger', 'CP3', '--site', 'depot', '--data', folder],
    {},
    log,
  );
  assert.equal(imported.code, 0, imported.stderr);
  const found = await run([
    'search',
    `id_tag:${stands}`,
    '--site',
    'depot',
    '--from',
    '2026-01-01',
    '--data',
    folder,
  ]);
  assert.equal(found.stdout.split('\n').filter((line) => /CP[123]/.test(line)).length, 3, found.stdout);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name), 'latin1').includes(TAG), name);
});
