/** Nodes that tell of alarms: what waits for one that is gone is another one's, and nobody's twice. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TAKEN_OVER_MAX } from '../../packages/server/src/store/alarms.ts';
import { alarm, firing } from '../../packages/server/src/store/control/conformance/alarms.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { LACKING, openCluster } from './cluster.ts';

const cluster = LACKING === false ? await openCluster() : null;
const waiting = { target: 't1', state: 'waiting', attempts: 0, at: null, error: null } as const;
const MOST = 100;

test('what waits for a node that tells no more is taken over, once, and it may not write it down', {
  skip: LACKING,
}, async (t) => {
  if (cluster === null) throw new Error(String(LACKING));
  const url = await cluster.database();
  const stores = await Promise.all(
    [1, 2, 3].map(() => PostgresDatabase.open(readAddress({ url, connections: 2 }))),
  );
  t.after(() => Promise.all(stores.map((store) => store.close())));
  const [a, b, c] = stores.map(({ alarms }) => alarms) as [
    PostgresDatabase['alarms'],
    PostgresDatabase['alarms'],
    PostgresDatabase['alarms'],
  ];
  const silent = (...nodes: readonly string[]) =>
    cluster.query(
      `UPDATE ocpp_logs.alarm_tellers SET seen = 0 WHERE node IN (${nodes.map((node) => `'${node}'`).join()})`,
      url,
    );
  await a.put(alarm('a1'));
  for (const [store, node] of [
    [a, 'a'],
    [b, 'b'],
    [c, 'c'],
  ] as const) {
    assert.deepEqual(await store.takeOver(node, MOST), []);
  }
  const deliveries = [waiting];
  await a.fire([1, 2, 3].map((at) => firing(`k${at}`, { node: 'a', deliveries })));
  await a.fire([firing('told', { node: 'a', deliveries: [{ ...waiting, state: 'sent' }] })]);
  assert.deepEqual(await b.takeOver('b', MOST), [], 'a lives');

  // After a time without the database nobody is known to live: who comes first takes nothing.
  await silent('a', 'b');
  assert.deepEqual(await b.takeOver('b', MOST), []);
  assert.deepEqual(await a.takeOver('a', MOST), []);
  assert.deepEqual(await b.takeOver('b', MOST), []);

  await silent('a');
  const [first] = await b.takeOver('b', 1);
  assert.deepEqual([first?.n, first?.node, first?.deliveries], [1, 'b', deliveries]);
  const taken = await Promise.all([b.takeOver('b', MOST), c.takeOver('c', MOST)]);
  assert.deepEqual(
    taken
      .flat()
      .map(({ n }) => n)
      .sort(),
    [2, 3],
  );
  assert.deepEqual(await a.undelivered('a'), []);
  const sent = { ...waiting, state: 'sent', attempts: 1 } as const;
  assert.equal(await a.delivered(1, [sent], 'a'), false);
  assert.deepEqual((await b.undelivered('b')).find(({ n }) => n === 1)?.deliveries, deliveries);
  assert.equal(await b.delivered(1, [sent], 'b'), true);

  const many = Array.from({ length: TAKEN_OVER_MAX + 1 }, (_, at) =>
    firing(`m${at}`, { at: at * 60_000, node: 'gone', deliveries }),
  );
  await a.fire(many);
  assert.equal((await b.takeOver('b', 1_000)).length, TAKEN_OVER_MAX);
  assert.equal((await c.takeOver('c', 1_000)).length, 1);
});

test('how far a node has evaluated what it recorded is its own', { skip: LACKING }, async (t) => {
  if (cluster === null) throw new Error(String(LACKING));
  const store = await PostgresDatabase.open(readAddress({ url: await cluster.database(), connections: 2 }));
  t.after(() => store.close());
  const { alarms } = store;
  assert.equal(await alarms.reached('a'), null);
  await alarms.takeOver('a', MOST);
  assert.equal(await alarms.reached('a'), null);
  await alarms.evaluated(['a1'], 50, 'a');
  await alarms.evaluated(['a1'], 90, 'b');
  await alarms.evaluated(['a1'], 40, 'a');
  assert.deepEqual([await alarms.reached('a'), await alarms.reached('b')], [50, 90]);
  assert.equal((await alarms.progress())[0]?.through, 90);
});

test('silence is judged up to the least that nodes which live have told', { skip: LACKING }, async (t) => {
  if (cluster === null) throw new Error(String(LACKING));
  const url = await cluster.database();
  const store = await PostgresDatabase.open(readAddress({ url, connections: 2 }));
  t.after(() => store.close());
  const { alarms } = store;
  const tells = (node: string, told: number | null | undefined) => alarms.takeOver(node, MOST, told);
  assert.equal(await alarms.toldThrough(), null, 'nobody is there');
  await tells('embedded', undefined);
  assert.equal(await alarms.toldThrough(), null, 'who ships nothing does not hold up others');
  const before = Date.now();
  await tells('a', null);
  const first = await alarms.toldThrough();
  assert.ok(
    first !== null && Math.abs(first - before) < 60_000,
    'who is new has heard nothing before it came',
  );
  await tells('a', 9_000_000_000_000);
  await tells('b', 8_000_000_000_000);
  assert.equal(await alarms.toldThrough(), 8_000_000_000_000);
  await tells('b', null);
  assert.equal(await alarms.toldThrough(), 8_000_000_000_000, 'after a start it stands where it stood');
  await tells('b', 7_000_000_000_000);
  assert.equal(await alarms.toldThrough(), 8_000_000_000_000, 'it never goes back');
  await cluster.query("UPDATE ocpp_logs.alarm_tellers SET seen = 0 WHERE node = 'b'", url);
  assert.equal(await alarms.toldThrough(), 9_000_000_000_000, 'who is gone is not waited for');
});
