/** An import where nodes share control data: what its duplicates do not tell is told by its report. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ADMIN_TOKEN, run, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { LACKING, openCluster } from './cluster.ts';

const cluster = LACKING === false ? await openCluster() : null;
const LOG = '2026-01-05T10:00:00Z >> [2,"1","Heartbeat",{}]\n';

interface Files {
  readonly files: readonly { readonly frames: number; readonly notes: readonly string[] }[];
}

test('each report of an import tells that what other nodes took is not known', {
  skip: LACKING,
  timeout: 110_000,
}, async (t) => {
  if (cluster === null) throw new Error(String(LACKING));
  const env = { OCPP_LOGS_CONTROL_POSTGRES_URL: await cluster.database() };
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const log = join(folder, 'station.log');
  await writeFile(log, LOG);
  const read = async (more: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await run(
      ['import', log, '--charger', 'CP_1', '--site', 'depot', '--json', '--dry-run', '--data', folder],
      more,
    );
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Files;
  };
  const told = ({ files }: Files) =>
    files.map(({ frames, notes }) => [frames, notes.filter((note) => /one node/.test(note)).length]);
  assert.deepEqual(told(await read({})), [[1, 0]], 'alone there is nothing to tell');

  const server = await startServer({ env });
  t.after(() => server.stop('SIGKILL'));
  const body = new FormData();
  body.append('file', new Blob([LOG]), 'station.log');
  const answer = await fetch(`${server.url}/rest/v1/imports?site=depot&charger_id=CP_1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body,
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  assert.deepEqual(told((await answer.json()) as Files), [[1, 1]]);
  assert.deepEqual(
    told(await read({ ...env, OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test' })),
    [[1, 1]],
  );
});
