/** Tables in PostgreSQL: made once, brought up to date, left alone where they are another's. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyRecord, site } from '../../packages/server/src/store/control/fixtures.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { LACKING, openCluster, PASSWORD } from './cluster.ts';

const options = { skip: LACKING };
const cluster = LACKING === false ? await openCluster() : null;

function theCluster() {
  if (cluster === null) throw new Error(String(LACKING));
  return cluster;
}

const open = (url: string) => PostgresDatabase.open(readAddress({ url, connections: 2 }));

test('however many start at once, the tables are made once', options, async () => {
  const url = await theCluster().database();
  const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)));
  await stores[0]?.putSite(site());
  assert.equal((await stores[7]?.snapshot())?.sites.size, 1);
  await Promise.all(stores.map((store) => store.close()));
});

test('tables of an earlier version keep what they hold and are brought up to date', options, async () => {
  const db = theCluster();
  const url = await db.database();
  const first = await open(url);
  await first.putSite(site());
  await first.putKey(keyRecord());
  await first.close();
  await db.query(
    `ALTER TABLE ocpp_logs.sessions DROP COLUMN by_link_until; DROP TABLE ocpp_logs.seen, ocpp_logs.begun,
       ocpp_logs.jobs, ocpp_logs.nodes, ocpp_logs.alarms, ocpp_logs.alarm_progress, ocpp_logs.alarm_firings, ocpp_logs.alarm_tellers, ocpp_logs.erasure_parts;
     ALTER TABLE ocpp_logs.erasures DROP COLUMN node;
     ALTER TABLE ocpp_logs.starts DROP COLUMN site, DROP COLUMN charger, DROP COLUMN message_id, DROP COLUMN id_tag,
       DROP COLUMN connector, DROP COLUMN timestamp;
     UPDATE ocpp_logs.version SET n = 1`,
    url,
  );
  const [ours, theirs] = await Promise.all([open(url), open(url)]);
  assert.equal(await ours.firstUse(new Uint8Array([1]), 1), true);
  assert.equal(await theirs.firstUse(new Uint8Array([1]), 1), false);
  await ours.purge(1);
  assert.equal(
    await theirs.firstUse(new Uint8Array([1]), 2),
    true,
    'forgotten when it could not be sent again',
  );
  const { sites, keys } = await theirs.snapshot();
  assert.deepEqual([sites.size, keys.length], [1, 1]);
  assert.deepEqual(await theirs.nodes.all(), []);
  await Promise.all([ours.close(), theirs.close()]);
});

test(
  'a later version, tables of another program and another encoding are refused in one line',
  options,
  async () => {
    const db = theCluster();
    const refused = async (url: string, message: RegExp) => {
      await assert.rejects(open(url), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'CONTROL_FILE');
        assert.match(error.message, message);
        assert.ok(!error.message.includes('\n') && !error.message.includes(PASSWORD));
        return true;
      });
    };
    const later = await db.database();
    await (await open(later)).close();
    await db.query('UPDATE ocpp_logs.version SET n = 99', later);
    await refused(later, /has version 99, this ocpp-logs knows up to \d+; start a newer one/);
    const other = await db.database();
    await db.query('CREATE SCHEMA ocpp_logs; CREATE TABLE ocpp_logs.theirs (x INT)', other);
    await refused(other, /tables of another program/);
    assert.deepEqual(
      await db.query("SELECT tablename FROM pg_tables WHERE schemaname = 'ocpp_logs'", other),
      [{ tablename: 'theirs' }],
    );
    const latin = await db.database("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
    await refused(latin, /encoding is LATIN1, and must be UTF8/);
  },
);

test(
  'a user who may make nothing is told so; with a schema of its own it needs nothing more',
  options,
  async () => {
    const db = theCluster();
    const url = await db.database();
    await db.query(`CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}'`);
    const plain = url.replace('postgres://postgres:', 'postgres://plain:');
    await assert.rejects(open(plain), {
      code: 'CONTROL_FILE',
      message: /may not make tables.*GRANT|grant it CREATE/,
    });
    await db.query('CREATE SCHEMA ocpp_logs AUTHORIZATION plain', url);
    const store = await open(plain);
    await store.putSite(site());
    assert.equal((await store.snapshot()).sites.size, 1);
    await store.close();
  },
);

test('no record of the audit log can be changed, also not past the program', options, async () => {
  const db = theCluster();
  const url = await db.database();
  const store = await open(url);
  await store.audit.append([
    {
      ...{ at: 1, actor: 'a', name: 'a', site: null, target: null, address: null, request: null, count: 1 },
      action: 'sign-in',
      details: {},
    },
  ]);
  await store.close();
  await assert.rejects(db.query("UPDATE ocpp_logs.audit SET name = 'b'", url), /never changed/);
});
