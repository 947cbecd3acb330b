import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { assertNothingUnrecorded } from '../e2e/refused-records.ts';
import { startServer, temporaryFolder } from '../e2e/running-server.ts';
import { LACKING, openCluster } from './cluster.ts';

const cluster = LACKING === false ? await openCluster() : null;

test('no job is begun whose place or record PostgreSQL does not take', {
  skip: LACKING,
  timeout: 110_000,
}, async (t) => {
  if (cluster === null) assert.fail(String(LACKING));
  const url = await cluster.database();
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer({
    folder,
    config: 'sites: [{ id: depot, retention_days: 0 }]\n',
    env: {
      OCPP_LOGS_CONTROL_POSTGRES_URL: url,
      // It is written down alone: nobody else asks there.
      OCPP_LOGS_CONTROL_NODE_URL: 'http://127.0.0.1:9',
      OCPP_LOGS_SECRET_KEY: 'the-same-secret-on-every-node-of-the-test',
    },
  });
  t.after(() => server.stop('SIGKILL'));
  // As a disk of the database that is full.
  await cluster.query(
    `CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'no room for it' USING ERRCODE = 'disk_full'; END $$`,
    url,
  );
  const db = cluster;
  await assertNothingUnrecorded(server, {
    tables: ['jobs', 'audit'],
    refuse: async (table) => {
      await db.query(
        `CREATE TRIGGER refused BEFORE INSERT ON ocpp_logs.${table} EXECUTE FUNCTION public.refused()`,
        url,
      );
    },
    again: async (table) => {
      await db.query(`DROP TRIGGER refused ON ocpp_logs.${table}`, url);
    },
  });
});
