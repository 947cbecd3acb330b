/** The control thread over PostgreSQL: what several processes know of each other, and what becomes of them without it. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openControl } from '../../packages/server/src/store/control/client.ts';
import { alarm } from '../../packages/server/src/store/control/conformance/alarms.ts';
import { erased, RECORD, TAG } from '../../packages/server/src/store/control/conformance/erasures.ts';
import { keyRecord, site, start } from '../../packages/server/src/store/control/fixtures.ts';
import type { Control, ControlSnapshot } from '../../packages/server/src/store/control.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { LACKING, openCluster, PASSWORD } from './cluster.ts';
import { SlowProxy } from './slow-proxy.ts';

/** Within which everything that cannot be done is told so: less than any client waits. */
const BOUND_MS = 15_000;
const UNTIL_MS = 60_000;
const AWAY = { code: 'STORE_UNAVAILABLE' };
const options = { skip: LACKING };
const cluster = LACKING === false ? await openCluster() : null;

function theCluster() {
  if (cluster === null) throw new Error(String(LACKING));
  return cluster;
}

interface Node {
  readonly control: Control;
  readonly reports: string[];
}

async function node(t: TestContext, url: string, connections = 4): Promise<Node> {
  const reports: string[] = [];
  const place = { postgres: readAddress({ url, connections }) };
  const control = await openControl(place, { onReport: (line) => reports.push(line) });
  t.after(() => control.close());
  return { control, reports };
}

function changed(control: Control, wanted: (snapshot: ControlSnapshot) => boolean): Promise<void> {
  return new Promise((resolve) => {
    control.onChange((snapshot) => wanted(snapshot) && resolve());
    if (wanted(control.snapshot())) resolve();
  });
}

/** Asks again until it holds. Bounded, so that a test that fails does not keep its file from ending. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + UNTIL_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function bounded(work: Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await assert.rejects(work, AWAY);
  const took = performance.now() - begun;
  assert.ok(took < BOUND_MS, `told after ${took} ms`);
}

test('an own change is in the snapshot when its call resolves, that of others soon', options, async (t) => {
  const url = await theCluster().database();
  const [ours, theirs] = [await node(t, url), await node(t, url)];
  // From then on it is told.
  await until(() => theirs.control.counters().control_connects_total === 1);
  const heard = changed(theirs.control, ({ keys }) => keys.length === 1);
  await ours.control.putSite(site());
  await ours.control.putKey(keyRecord());
  assert.equal(ours.control.snapshot().sites.get('depot')?.name, 'Depot North');
  assert.equal(ours.control.snapshot().keys.length, 1);
  await heard;
  assert.equal(await theirs.control.revokeKey('k1'), true);
  await ours.control.refresh();
  assert.equal(ours.control.snapshot().keys[0]?.revoked, true, 'at once where it is asked for');
  // Whether it was told of or asked at the very moment is a matter of luck, once.
  await until(async () => {
    await ours.control.putSite(site());
    return (theirs.control.counters().control_changes_told_total ?? 0) > 0;
  });
});

test('an id tag that is erased at one node is in no alarm that another one knows', options, async (t) => {
  const url = await theCluster().database();
  const [ours, theirs] = [await node(t, url), await node(t, url)];
  await until(() => theirs.control.counters().control_connects_total === 1);
  await ours.control.alarms.put(alarm('a1', { name: `of ${TAG}`, rule: `id_tag:${TAG}` }));
  const named = (name: string) => changed(theirs.control, ({ alarms }) => alarms?.[0]?.name === name);
  await named(`of ${TAG}`);
  assert.deepEqual(await erased(ours.control), { alarms: 1 });
  assert.equal(ours.control.snapshot().alarms?.[0]?.rule, `id_tag:${RECORD.replacement}`);
  await named(`of ${RECORD.replacement}`);
});

test(
  'what was not told is found by asking, and a connection that is lost is made again',
  options,
  async (t) => {
    const db = theCluster();
    const url = await db.database();
    const { control, reports } = await node(t, url);
    await until(() => control.counters().control_connects_total === 1);
    // As a change that nobody was told of.
    await db.query(
      `INSERT INTO ocpp_logs.sites (id, name, timezone, retention_days, retention_days_info, retention_days_debug,
       level, pseudonymise_id_tags, station_auth, upstream_trusted, origin)
     VALUES ('quiet', 'Quiet', 'UTC', 0, 0, 0, 'debug', 0, 'none', 1, 'added');
     UPDATE ocpp_logs.state SET revision = revision + 1`,
      url,
    );
    await changed(control, ({ sites }) => sites.has('quiet'));
    await until(() => control.counters().control_changes_polled_total === 1);
    await db.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ocpp-logs changes'",
    );
    await until(() => control.counters().control_connects_total === 2);
    await control.refresh();
    assert.equal(control.isCurrent(), true);
    assert.match(reports.join('\n'), /terminating connection.*\n.*is back after/);
  },
);

test('without the server calls end with an error in time, what is known stays, and it comes back by itself', {
  ...options,
  timeout: 110_000,
}, async (t) => {
  const db = theCluster();
  const url = await db.database();
  const [ours, theirs] = [await node(t, url), await node(t, url)];
  await ours.control.putSite(site());
  const n = await ours.control.transactionNumber(start());
  await db.stop('crash');
  t.after(() => db.start());
  await bounded(ours.control.putKey(keyRecord()));
  await bounded(ours.control.transactionNumber(start({ messageId: 'other' })));
  await until(() => !ours.control.isCurrent());
  await bounded(ours.control.refresh());
  assert.equal(ours.control.snapshot().sites.size, 1);
  await db.start();
  await until(() => ours.control.isCurrent() && theirs.control.isCurrent());
  assert.equal(ours.control.snapshot().keys.length, 0);
  assert.equal(await theirs.control.transactionNumber(start()), n);
  await theirs.control.putKey(keyRecord());
  await changed(ours.control, ({ keys }) => keys.length === 1);
  const lines = ours.reports.join('\n');
  assert.match(lines, /API answers 503 until it is back/);
  assert.match(lines, /is back after/);
  assert.ok(!lines.includes(PASSWORD) && !lines.includes(encodeURIComponent(PASSWORD)));
});

test('a server that goes in the middle of a change leaves nothing of it', options, async (t) => {
  const db = theCluster();
  t.after(() => db.start());
  const url = await db.database();
  const { control } = await node(t, url);
  const before = await db.query('SELECT revision FROM ocpp_logs.state', url);
  // The change has begun, and waits for the table.
  const locked = db
    .query('BEGIN; LOCK TABLE ocpp_logs.keys; SELECT pg_sleep(60)', url)
    .catch(() => undefined);
  const waiting =
    "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO keys%'";
  await until(
    async () => (await db.query("SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock'")).length > 0,
  );
  const putting = bounded(control.putKey(keyRecord()));
  await until(async () => (await db.query(waiting)).length > 0);
  await db.stop('crash');
  await db.start();
  await Promise.all([putting, locked]);
  assert.deepEqual(await db.query('SELECT revision FROM ocpp_logs.state', url), before);
  await until(() => control.isCurrent());
  await control.putKey(keyRecord());
  assert.equal(control.snapshot().keys.length, 1);
});

test('a network that swallows everything is told in time; nothing is said to be current meanwhile', {
  ...options,
  timeout: 110_000,
}, async (t) => {
  const db = theCluster();
  const url = await db.database();
  const proxy = await SlowProxy.open(t, db.port);
  const through = url.replace(`:${db.port}/`, `:${proxy.port}/`);
  const [cutOff, whole] = [await node(t, through), await node(t, url)];
  await whole.control.putKey(keyRecord());
  await cutOff.control.refresh();
  proxy.silent = true;
  const silentAt = performance.now();
  await whole.control.revokeKey('k1');
  await until(() => !cutOff.control.isCurrent());
  const took = performance.now() - silentAt;
  assert.ok(took < 5_000, `a revoked key would have counted for ${took} ms`);
  await bounded(cutOff.control.putSite(site()));
  await bounded(cutOff.control.firstAnswer('k', 's', 'i'));
  proxy.silent = false;
  proxy.cut();
  await until(() => cutOff.control.isCurrent());
  assert.equal(cutOff.control.snapshot().keys[0]?.revoked, true);
});

test('a slow way is slow and nothing else', options, async (t) => {
  const db = theCluster();
  const url = await db.database();
  const proxy = await SlowProxy.open(t, db.port);
  const { control } = await node(t, url.replace(`:${db.port}/`, `:${proxy.port}/`));
  proxy.delay = 100;
  await control.putSite(site());
  await Promise.all(
    Array.from({ length: 8 }, (_, at) => control.transactionNumber(start({ messageId: `m${at}` }))),
  );
  assert.equal(control.isCurrent(), true);
});

test(
  'where no connection is left a call waits for one, and is told in time if none comes',
  options,
  async (t) => {
    const db = theCluster();
    const url = await db.database();
    await db.query(`CREATE ROLE few LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT 3`);
    await db.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO few`);
    const few = url.replace('postgres://postgres:', 'postgres://few:');
    const { control } = await node(t, few, 8);
    await until(() => control.counters().control_connects_total === 1);
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => control.transactionNumber(start({ messageId: `m${at}` }))),
    );
    assert.equal(new Set(numbers).size, 30);
  },
);

test(
  'a replica is read and never written: calls are told, and nothing is said to be current',
  options,
  async (t) => {
    const db = await openCluster();
    const url = await db.database();
    const { control } = await node(t, url);
    await control.putSite(site());
    await db.becomeReplica();
    await bounded(control.putSite(site({ name: 'Other' })));
    await until(() => !control.isCurrent());
    assert.equal(
      (
        await control.audits({
          from: 0,
          to: 1,
          actor: null,
          actions: null,
          site: null,
          before: null,
          take: 1,
        })
      ).length,
      0,
    );
    const second = await node(t, url);
    assert.equal(second.control.snapshot().sites.size, 1);
    await bounded(second.control.refresh());
  },
);

test('calls that were made before the end are done before the end, later ones fail', options, async (t) => {
  const url = await theCluster().database();
  const first = await openControl({ postgres: readAddress({ url, connections: 1 }) });
  await first.putKey(keyRecord());
  first.keyUsed('k1', 90_000);
  const number = first.transactionNumber(start());
  await first.close();
  assert.ok((await number) > 0);
  await assert.rejects(first.putSite(site()), { code: 'ENDED' });
  const { control } = await node(t, url);
  assert.equal(control.snapshot().keys[0]?.lastUsed, 90_000);
});

test(
  'a request under one key is carried out by one node; by another where that one is gone',
  options,
  async (t) => {
    const url = await theCluster().database();
    const [ours, theirs] = [await node(t, url), await node(t, url)];
    const of = ['k', 'depot', 'i'] as const;
    const begun = await Promise.all([
      ours.control.beginAnswer(...of, 1_000),
      theirs.control.beginAnswer(...of, 1_000),
    ]);
    assert.deepEqual(begun.toSorted(), ['elsewhere', 'ours']);
    assert.equal(await theirs.control.beginAnswer(...of, 60_999), 'elsewhere');
    assert.equal(await theirs.control.beginAnswer(...of, 61_000), 'ours', 'a minute later');
    assert.equal(await theirs.control.rememberAnswer(...of, 'theirs', 61_001), 'theirs');
    assert.deepEqual(await ours.control.beginAnswer(...of, 61_002), { answer: 'theirs' });
  },
);
