/** What is there again after a restart, and what is told beside the entries. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slot } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { OpenStore } from './opened.ts';
import { drain } from './pages.ts';

const DAY = 86_400_000;

export function restartConformance(name: string, open: OpenStore): void {
  test(`${name}: pending entries are found again after a restart, and end where they stand`, async () => {
    const store = await open();
    try {
      const slot: Slot = { id: null };
      const pending = entryAt(DEPOT_TIME, { outcome: 'pending', answer: null, answeredAt: null });
      store.writer.apply('depot', [
        { slot, entry: pending },
        { slot: { id: null }, entry: entryAt(DEPOT_TIME + 1) },
      ]);
      store.writer.commit();
      drain(store, DEPOT_TIME + DAY, 0);
      await store.reopen();
      const found = [...store.writer.pending()];
      assert.deepEqual(
        found.map(({ site, stored }) => [site, stored.id, stored.entry.messageId]),
        [['depot', slot.id, 'm1']],
      );
      store.writer.apply('depot', [
        { slot, entry: { ...pending, outcome: 'answered', answer: wireOf('[3,"m1",{}]') } },
      ]);
      store.writer.commit();
      assert.deepEqual([...store.writer.pending()], []);
      assert.deepEqual(store.problems(), []);
    } finally {
      await store.close();
    }
  });

  test(`${name}: nothing is visible before the commit, and nothing of it is there after a restart without one`, async () => {
    const store = await open();
    try {
      const filter = {
        site: 'depot',
        from: 0,
        to: DEPOT_TIME * 2,
        kinds: ['exchange'] as const,
        actions: null,
        chargers: null,
        connectors: null,
        query: null,
      };
      const rendering = { siteName: '', exchange: false, raw: false };
      const page = () =>
        store.reader.page({ scopes: [{ filter, rendering }], order: 'asc', take: 9, skip: 0, after: null });
      store.writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME) }]);
      assert.equal((await page()).count, 0);
      assert.equal(store.writer.commit(), 1);
      assert.equal((await page()).count, 1);
      store.writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME) }]);
      await store.reopen();
      assert.equal((await page()).count, 1);
      assert.equal(store.writer.commit(), 0);
    } finally {
      await store.close();
    }
  });

  test(`${name}: open connections, stations and actions are remembered`, async () => {
    const store = await open();
    try {
      const { writer } = store;
      const connection = { site: 'depot', charger: 'CP1', connection: 'c1', capturedThrough: 5 };
      writer.connectionOpened(connection);
      writer.connectionOpened({ ...connection, connection: 'c2' });
      writer.capturedThrough('depot', 'c1', 95);
      // The clock was set back meanwhile.
      writer.capturedThrough('depot', 'c1', 90);
      writer.connectionClosed('depot', 'c2');
      writer.rememberCharger('depot', 'CP1', { vendor: 'V', connected: true, lastSeen: 7 });
      writer.rememberCharger('depot', 'CP1', { model: 'M', lastSeen: 6 });
      writer.apply('depot', [
        { slot: { id: null }, entry: entryAt(DEPOT_TIME, { charger: 'CP2', action: 'Reset' }) },
        {
          slot: { id: null },
          entry: entryAt(DEPOT_TIME, { charger: '', action: null, kind: 'gap', outcome: null }),
        },
      ]);
      writer.apply('yard', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME, { action: 'Heartbeat' }) }]);
      writer.commit();
      const unknown = { vendor: null, model: null, firmware: null, protocol: null, lastSeen: null };
      const first = { ...unknown, id: 'CP1', vendor: 'V', model: 'M', lastSeen: 7, capturedThrough: 90 };
      const second = { ...unknown, id: 'CP2', connected: false, capturedThrough: null };
      assert.deepEqual(await store.reader.chargers('depot'), [{ ...first, connected: true }, second]);
      assert.deepEqual(await store.reader.actions(['depot']), ['Reset']);
      assert.deepEqual(await store.reader.actions(['depot', 'yard']), ['Heartbeat', 'Reset']);
      await store.reopen();
      assert.deepEqual(store.writer.openConnections(), [{ ...connection, capturedThrough: 90 }]);
      assert.deepEqual(await store.reader.chargers('depot'), [{ ...first, connected: false }, second]);
    } finally {
      await store.close();
    }
  });

  test(`${name}: how far a writer came that ended all at once is known to the next one, as far as it was on the disk`, async () => {
    const store = await open();
    try {
      const commit = (through: number | null) => {
        store.writer.recordedThrough(through);
        store.writer.commit();
      };
      const found = async () => {
        await store.reopen();
        return store.writer.interrupted();
      };
      assert.equal(store.writer.interrupted(), null);
      store.writer.recordedThrough(1_000);
      assert.equal(await found(), null, 'not committed');
      commit(1_000);
      assert.equal(store.writer.interrupted(), null, 'of the writer before');
      assert.equal(await found(), 1_000);
      store.writer.commit();
      assert.equal(await found(), 1_000, 'another one that told nothing');
      commit(5_000);
      store.writer.commit();
      assert.equal(await found(), 1_000, 'what was captured up to 5,000 may not be on the disk');
      commit(6_000);
      const synced = store.writer.sync();
      // It has begun by then.
      await new Promise(setImmediate);
      commit(9_000);
      await synced;
      store.writer.commit();
      assert.equal(await found(), 6_000, 'what came meanwhile may not be on the disk');
      commit(8_000);
      await store.writer.sync();
      commit(3_000);
      assert.equal(await found(), 3_000, 'the clock was set back');
      commit(null);
      assert.equal(await found(), null, 'it ended in order');
    } finally {
      await store.close();
    }
  });

  test(`${name}: of a transaction the nearest earlier start counts, for 30 days, over the end of a month`, async () => {
    const store = await open();
    try {
      const start = Date.UTC(2026, 3, 25);
      const fact = (at: number, connector: number | null) => ({
        transaction: '7',
        connector,
        evseConnector: null,
        start: at,
      });
      const connectorAt = (at: number) => store.writer.transaction('depot', 'CP1', '7', at)?.connector;
      store.writer.rememberTransaction('depot', 'CP1', fact(start, 1));
      store.writer.rememberTransaction('depot', 'CP1', fact(start + 20 * DAY, null));
      const asked = () =>
        [start - 1, start, start + 19 * DAY, start + 20 * DAY, start + 51 * DAY].map(connectorAt);
      assert.deepEqual(asked(), [undefined, 1, 1, null, undefined]);
      store.writer.commit();
      assert.deepEqual(asked(), [undefined, 1, 1, null, undefined]);
      await store.reopen();
      store.writer.rememberTransaction('depot', 'CP1', fact(start + 20 * DAY, 2));
      assert.deepEqual(asked(), [undefined, 1, 1, 2, undefined]);
      store.writer.commit();
      assert.deepEqual(asked(), [undefined, 1, 1, 2, undefined]);
      assert.equal(connectorAt(start + 50 * DAY), 2);
      assert.equal(store.writer.transaction('depot', 'CP2', '7', start), null);
      assert.equal(store.writer.transaction('yard', 'CP1', '7', start), null);
    } finally {
      await store.close();
    }
  });
}
