/** What a folder held before its outbox is shipped, too: once, resumed where it stood, and never over what is newer. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Backfill } from '../../packages/server/src/store/clickhouse/backfill.ts';
import { ClickHouseReader } from '../../packages/server/src/store/clickhouse/reader.ts';
import { migrate } from '../../packages/server/src/store/clickhouse/start.ts';
import { DEPOT_TIME, entryAt } from '../../packages/server/src/store/conformance/entries.ts';
import { everything } from '../../packages/server/src/store/sqlite/fixtures.ts';
import { openSource } from '../../packages/server/src/store/sqlite/source.ts';
import { openWriter } from '../../packages/server/src/store/sqlite/writer.ts';
import type { Slot } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { closePlace, type Node, openNode, openPlace, type Place, shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const SITES = ['depot', 'höf/2'];

/** A folder with 2,500 entries of each site in two months, and no outbox. */
async function using(
  work: (place: Place, node: Node, slots: readonly Slot[]) => Promise<void>,
): Promise<void> {
  const place = await openPlace(url);
  const { folder, connection } = place;
  const old = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  const slots: Slot[] = [];
  for (const site of SITES) {
    const changes = Array.from({ length: 2500 }, (_, n) => ({
      slot: { id: null } as Slot,
      entry: entryAt(DEPOT_TIME + (n < 2000 ? n : n * 1_200_000)),
    }));
    old.apply(site, changes);
    slots.push(...changes.map(({ slot }) => slot));
  }
  old.commit();
  old.close();
  const node = openNode(folder, connection);
  try {
    await migrate(connection);
    await work(place, node, slots);
  } finally {
    http.fault = () => null;
    await node.close();
    await closePlace(place);
  }
}

function backfillOf({ folder, connection }: Place, { outbox }: Node): Backfill {
  const source = openSource(folder, { report: assert.fail });
  // A batch is full at once, so that each holds what is read in one go.
  return new Backfill({ connection, outbox, node: 'node-1', source, sites: () => SITES, batchBytes: 1 });
}

const filters = SITES.map((site) => everything(site));

test('a log of a folder that had no outbox is in ClickHouse, once, and is not asked for again', () =>
  using(async (place, node) => {
    const backfill = backfillOf(place, node);
    let entries = 0;
    for (let more = true; more; ) {
      const step = await backfill.step();
      entries += step.entries;
      more = step.more;
    }
    assert.equal(entries, 5000);
    assert.equal(backfill.sites, 0);
    const reader = new ClickHouseReader({ connection: place.connection });
    const { facets, count } = await reader.facets({ filters, fields: ['site'], top: 9 });
    assert.equal(count, 5000);
    assert.deepEqual(
      facets[0]?.values,
      SITES.map((value) => ({ value, count: 2500 })),
    );
    assert.deepEqual(await backfillOf(place, node).step(), { entries: 0, bytes: 0, more: false });
  }));

test('one that was broken off goes on where it stood', () =>
  using(async (place, node) => {
    const first = backfillOf(place, node);
    const { entries } = await first.step();
    assert.equal(entries, 1000);
    http.fault = (sql) =>
      sql.startsWith('INSERT') ? { when: 'after', answer: { status: 500, code: 242, message: 'x' } } : null;
    await assert.rejects(first.step(), StoreUnavailableError);
    http.fault = () => null;
    const second = backfillOf(place, node);
    let sent = 0;
    for (let more = true; more; ) {
      const step = await second.step();
      sent += step.entries;
      more = step.more;
    }
    // The last entry that was acknowledged comes again.
    assert.equal(sent, 4001);
    const reader = new ClickHouseReader({ connection: place.connection });
    assert.equal((await reader.facets({ filters, fields: ['kind'], top: 9 })).count, 5000);
  }));

test('what was changed meanwhile is not replaced by what stood there before', () =>
  using(async (place, node, slots) => {
    const [slot = { id: null }] = slots;
    const backfill = backfillOf(place, node);
    const stale = await openStale(place, node);
    node.writer.apply('depot', [{ slot, entry: entryAt(DEPOT_TIME, { outcome: 'late' }) }]);
    node.writer.commit();
    await shipAll(node);
    await stale.step();
    while ((await backfill.step()).more);
    const reader = new ClickHouseReader({ connection: place.connection });
    const { facets } = await reader.facets({ filters, fields: ['outcome'], top: 9 });
    assert.deepEqual(facets[0]?.values, [
      { value: 'answered', count: 4999 },
      { value: 'late', count: 1 },
    ]);
  }));

/** One that has read its first batch, and could not send it. */
async function openStale(place: Place, node: Node): Promise<Backfill> {
  const stale = backfillOf(place, node);
  http.fault = (sql) => (sql.startsWith('INSERT') ? { when: 'before', answer: 'reset' } : null);
  await assert.rejects(stale.step(), StoreUnavailableError);
  http.fault = () => null;
  return stale;
}
