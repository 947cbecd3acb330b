/** Shipping through faults: nothing is lost, nothing is there twice, and the writer waits for nobody. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KINDS } from '@ocpp-logs/core';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import type { Connection } from '../../packages/server/src/store/clickhouse/sql.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { DEPOT_TIME, entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import type { EntryFilter, EntryWriter, Slot } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, type Node, openNode, openPlace, type Place, shipAll } from './fixtures.ts';
import { type Fault, HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const ALL: EntryFilter = {
  site: 'depot',
  from: 0,
  to: Date.UTC(2100, 0),
  kinds: KINDS,
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
};

async function using(work: (place: Place, node: Node) => Promise<void>, timeout = 20_000): Promise<void> {
  const place = await openPlace(url, { requestTimeout: timeout });
  const node = openNode(place.folder, place.connection);
  try {
    await migrate(place.connection);
    await work(place, node);
  } finally {
    http.fault = () => null;
    await node.close();
    await closePlace(place);
  }
}

function put(writer: EntryWriter, from: number, n: number): readonly Slot[] {
  const changes = Array.from({ length: n }, (_, ms) => ({
    slot: { id: null } as Slot,
    entry: entryAt(DEPOT_TIME + from + ms, { messageId: `m${from + ms}` }),
  }));
  writer.apply('depot', changes);
  writer.commit();
  return changes.map(({ slot }) => slot);
}

async function messages(connection: Connection): Promise<readonly string[]> {
  const page = await new ClickHouseReader({ connection }).page({
    scopes: [{ filter: ALL, rendering: { siteName: '', exchange: true, raw: false } }],
    order: 'asc',
    take: 1000,
    skip: 0,
    after: null,
  });
  const ids = [...new TextDecoder().decode(page.body).matchAll(/"message_id":"(m\d+)"/g)].map(
    ([, id = '']) => id,
  );
  assert.equal(page.count, ids.length);
  return ids;
}

/** Replaced ones too, where they were not merged yet. */
async function rows(connection: Connection): Promise<number> {
  const sql = `SELECT count() FROM ${connection.database}.entry`;
  const [n = 0] = await connection.rows(sql, new Parameters(), (row) => row.number());
  return n;
}

const expected = (n: number) => Array.from({ length: n }, (_, ms) => `m${ms}`);
const isEntries = (sql: string) => /^INSERT INTO \w+\.entry /.test(sql);

/** Of the first insert of entries. */
function once(fault: Fault): void {
  let left = 1;
  http.fault = (sql) => (isEntries(sql) && left-- > 0 ? fault : null);
}

const READ_ONLY = { status: 500, code: 242, message: 'Table is in readonly mode (replica path: /x)' };
const FAULTS: readonly (readonly [string, Fault])[] = [
  ['broken off before it was taken', { when: 'before', answer: 'reset' }],
  ['broken off after it was taken', { when: 'after', answer: 'reset' }],
  ['without an answer, not taken', { when: 'before', answer: 'silence' }],
  ['without an answer, but taken', { when: 'after', answer: 'silence' }],
  ['refused by a read-only replica', { when: 'before', answer: READ_ONLY }],
  [
    'failed after it was taken',
    { when: 'after', answer: { status: 500, code: 319, message: 'Unknown status' } },
  ],
];

for (const [name, fault] of FAULTS) {
  test(`a batch that was ${name} is there once, and so is what came meanwhile`, () =>
    using(async ({ connection }, node) => {
      put(node.writer, 0, 50);
      once(fault);
      await assert.rejects(node.shipper.ship(), StoreUnavailableError);
      assert.equal(node.outbox.waiting().changes, 50, 'kept until it is acknowledged');
      put(node.writer, 50, 7);
      await shipAll(node);
      assert.deepEqual(await messages(connection), expected(57));
      assert.equal(await rows(connection), 57, 'the token told that it was there');
      assert.deepEqual(node.outbox.waiting(), { changes: 0, oldest: null });
    }, 1000));
}

test('while ClickHouse refuses connections the writer goes on, and all of it comes later', () =>
  using(async ({ connection }, node) => {
    await http.stop();
    try {
      for (let n = 0; n < 5; n++) {
        put(node.writer, n * 10, 10);
        await assert.rejects(node.shipper.ship(), (error) => {
          assert.ok(error instanceof StoreUnavailableError);
          assert.match(error.message, /^ClickHouse: .*ECONNREFUSED/);
          return true;
        });
      }
      await assert.rejects(messages(connection), StoreUnavailableError);
    } finally {
      await http.listen();
    }
    await shipAll(node);
    assert.deepEqual(await messages(connection), expected(50));
  }));

test('a node that was killed before it was told sends again, and nothing is added', () =>
  using(async (place, node) => {
    put(node.writer, 0, 30);
    const killed = openNode(place.folder, place.connection, {
      acknowledged: () => undefined,
      batchChanges: 20,
    });
    try {
      await shipAll(killed);
    } finally {
      await killed.close();
    }
    // Cut otherwise, so no token is the same: the rows are there again until they are merged, and replace themselves.
    await shipAll(node);
    assert.deepEqual(await messages(place.connection), expected(30));
    await place.connection.run(`OPTIMIZE TABLE ${place.connection.database}.entry FINAL`);
    assert.equal(await rows(place.connection), 30);
  }));

test('a late answer replaces the entry that was shipped, whatever was inserted again before', () =>
  using(async ({ connection }, node) => {
    const [slot] = put(node.writer, 0, 1);
    assert.ok(slot !== undefined);
    await shipAll(node);
    const late = entryAt(DEPOT_TIME, {
      messageId: 'm0',
      outcome: 'late',
      answer: wireOf('[3,"m0",{"late":1}]'),
    });
    node.writer.apply('depot', [{ slot, entry: late }]);
    node.writer.commit();
    await shipAll(node);
    const reader = new ClickHouseReader({ connection });
    const facets = await reader.facets({ filters: [ALL], fields: ['outcome'], top: 9 });
    assert.deepEqual(facets.facets[0]?.values, [{ value: 'late', count: 1 }]);
    const { bins } = await reader.histogram({ filters: [ALL], step: 1000 });
    assert.deepEqual(bins, [{ time: DEPOT_TIME, count: 1, outcomes: { late: 1 } }]);
  }));

test('what was not committed is not shipped, and a batch holds what changed once', () =>
  using(async ({ connection }, node) => {
    const slots = put(node.writer, 0, 3);
    const [slot = { id: null }] = slots;
    for (let n = 0; n < 4; n++) {
      node.writer.apply('depot', [{ slot, entry: entryAt(DEPOT_TIME, { messageId: 'm0', latency: n }) }]);
      node.writer.commit();
    }
    node.writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME + 9, { messageId: 'm9' }) }]);
    assert.equal((await node.shipper.ship()).entries, 3);
    assert.deepEqual(await messages(connection), expected(3));
  }));
