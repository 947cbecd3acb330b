/** What is told of stations that were at several nodes, some of which are silent, and how far they are captured. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { STATION_COLUMNS, StationRows } from '../../packages/server/src/store/clickhouse/station-rows.ts';
import { DEPOT_TIME, entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import type { ChargerSummary } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, openNode, openPlace, type Place } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

async function using(work: (place: Place) => Promise<void>): Promise<void> {
  const place = await openPlace(url);
  try {
    await migrate(place.connection);
    await work(place);
  } finally {
    http.fault = () => null;
    await closePlace(place);
  }
}

function station(over: Partial<ChargerSummary>): ChargerSummary {
  const names = { id: 'CP1', vendor: null, model: null, firmware: null, protocol: null };
  return { ...names, connected: true, lastSeen: 1, capturedThrough: 1, ...over };
}

async function told({ connection }: Place, node: string, over: Partial<ChargerSummary>): Promise<void> {
  const line = new StationRows(node).line({ site: 'depot', station: station(over) }, Date.now());
  await connection.insert(
    `${connection.database}.station`,
    STATION_COLUMNS,
    [line],
    `${node} ${Math.random()}`,
  );
}

/** A node told of itself so many seconds ago. */
function alive({ connection }: Place, node: string, seconds: number): Promise<void> {
  return connection.run(
    `INSERT INTO ${connection.database}.writer (node, at, number) SELECT '${node}', now64(3) - INTERVAL ${seconds} SECOND, toInt16(1)`,
  );
}

const read = async ({ connection }: Place) => {
  const [found = assert.fail('no station')] = await new ClickHouseReader({ connection }).chargers('depot');
  return [found.connected, found.capturedThrough];
};

test('a station whose node was killed is captured no further than there, until the node is back', () =>
  using(async (place) => {
    await alive(place, 'killed', 1);
    await alive(place, 'other', 1);
    await told(place, 'killed', { capturedThrough: 100 });
    assert.deepEqual(await read(place), [true, 100]);
    await told(place, 'other', { capturedThrough: 900, lastSeen: 900 });
    assert.deepEqual(await read(place), [true, 100], 'what was said there up to 900 may not be shipped');
    await told(place, 'killed', { connected: false, capturedThrough: 150 });
    assert.deepEqual(await read(place), [true, 900], 'it is back, and has shipped all');
  }));

test('a silent node holds no station, and after a day nobody waits for it', () =>
  using(async (place) => {
    await alive(place, 'killed', 60);
    await told(place, 'killed', { capturedThrough: 100 });
    assert.deepEqual(await read(place), [false, 100]);
    await alive(place, 'other', 1);
    await told(place, 'other', { connected: false, capturedThrough: 900 });
    assert.deepEqual(await read(place), [false, 100]);
    await place.connection.run(`TRUNCATE TABLE ${place.connection.database}.writer`);
    await alive(place, 'killed', 86_460);
    await alive(place, 'other', 1);
    assert.deepEqual(await read(place), [false, 900]);
  }));

test('stations are told of when the entries that they tell of are there', () =>
  using(async (place) => {
    const node = openNode(place.folder, place.connection);
    try {
      const { writer, shipper, outbox } = node;
      const record = (at: number) => {
        writer.apply('depot', [{ slot: { id: null }, entry: entryAt(at, { charger: 'CP1' }) }]);
        writer.connectionOpened({ site: 'depot', charger: 'CP1', connection: 'c', capturedThrough: at });
        writer.capturedThrough('depot', 'c', at);
        writer.commit();
      };
      record(DEPOT_TIME);
      assert.ok(outbox.noted() > 0);
      assert.equal(await shipper.shipStations(1), null, 'its entry waits');
      http.fault = (sql) =>
        /INSERT INTO \w+\.entry /.test(sql) ? { when: 'before', answer: 'reset' } : null;
      await assert.rejects(shipper.ship(), StoreUnavailableError);
      assert.equal(await shipper.shipStations(2), null);
      http.fault = () => null;
      while ((await shipper.ship()).more);
      record(DEPOT_TIME + 1000);
      assert.equal(await shipper.shipStations(3), 1, 'what was read of them before');
      assert.deepEqual(await read(place), [false, DEPOT_TIME]);
      assert.equal(await shipper.shipStations(4), null);
      while ((await shipper.ship()).more);
      assert.equal(await shipper.shipStations(5), 1);
      assert.deepEqual(await read(place), [false, DEPOT_TIME + 1000]);
      assert.equal(outbox.noted(), 0);
    } finally {
      await node.close();
    }
  }));

test('stations are told of again to a database that went back', () =>
  using(async (place) => {
    const node = openNode(place.folder, place.connection);
    try {
      const { writer, shipper } = node;
      writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME, { charger: 'CP1' }) }]);
      writer.connectionOpened({
        site: 'depot',
        charger: 'CP1',
        connection: 'c',
        capturedThrough: DEPOT_TIME,
      });
      writer.commit();
      while ((await shipper.ship()).more);
      assert.equal(await shipper.shipStations(1), 1);
      await place.connection.run(`TRUNCATE TABLE ${place.connection.database}.station`);
      assert.equal(await shipper.shipStations(2), 0);
      shipper.forgetStations();
      assert.equal(await shipper.shipStations(3), 1);
      assert.deepEqual(await read(place), [false, DEPOT_TIME]);
    } finally {
      await node.close();
    }
  }));
