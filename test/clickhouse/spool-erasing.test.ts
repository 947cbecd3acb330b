/** Something is erased of dropped months too: they come back from ClickHouse for it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parameters } from '../../packages/server/src/store/clickhouse/parameters.ts';
import { recall } from '../../packages/server/src/store/clickhouse/recall.ts';
import { openSource } from '../../packages/server/src/store/clickhouse/source.ts';
import { DEPOT_TIME, entryAt, wireOf } from '../../packages/server/src/store/conformance/entries.ts';
import {
  type ErasureProgress,
  erasedTagsOf,
  formsOf,
  NO_PROGRESS,
} from '../../packages/server/src/store/erasure.ts';
import type { EntrySource } from '../../packages/server/src/store/store.ts';
import { StoreUnavailableError } from '../../packages/server/src/store/unavailable.ts';
import { shipAll } from './fixtures.ts';
import { HttpEngine } from './http-engine.ts';
import { type Spool, usingSpool } from './spool-fixture.ts';

const http = new HttpEngine();
let url = '';
before(async () => {
  url = await http.listen();
});
after(() => http.close());

const KEY = new Uint8Array(32).fill(4);
const TAG = '04A2B3C4D5';

/** Takes the id tag out of all that there is here; what was told at the end. */
function erase(spool: Spool): ErasureProgress {
  const tags = erasedTagsOf(KEY, 'depot', [{ replacement: 'erased-1', forms: formsOf(KEY, 'depot', TAG) }]);
  let told = NO_PROGRESS;
  spool.node.writer.erase({
    id: 'e',
    site: 'depot',
    entry: (text) => tags.entry(text),
    name: (name) => tags.text(name),
    occurrences: (text) => tags.occurrences(text),
    dry: false,
    onProgress: (progress) => {
      told = progress;
    },
  });
  while (!told.ended) spool.step(() => told.ended);
  return told;
}

const authorize = (n: number, tag: string) =>
  entryAt(DEPOT_TIME + n * 1000, {
    action: 'Authorize',
    messageId: `m${n}`,
    request: wireOf(`[2,"m${n}","Authorize",{"idTag":"${tag}"}]`),
    answer: null,
    answeredAt: null,
  });

test('what is erased is erased of dropped months too, which come back for it; where they cannot, it is told', () =>
  usingSpool(http, url, async (spool) => {
    const log = Array.from({ length: 1200 }, (_, n) => authorize(n, n % 100 === 7 ? TAG : `OTHER${n}`));
    spool.put(...log);
    await shipAll(spool.node);
    await spool.maintain();
    assert.equal(await spool.here(), 0);
    const { connection } = spool.place;
    // Another node's, of which this folder knows nothing.
    await connection.run(
      `INSERT INTO ${connection.database}.entry SELECT * REPLACE (id + 1000000 AS id, 'CP9' AS charger) FROM ${connection.database}.entry
       ORDER BY id LIMIT 1`,
    );
    const source = openSource(connection);
    const without = erase(spool);
    assert.deepEqual([without.unreadable, without.entries], [1200, 0]);

    // Broken off after the first of two parts.
    const first: Pick<EntrySource, 'entries'> = {
      async *entries(query) {
        for await (const entries of source.entries(query)) {
          yield entries;
          throw new StoreUnavailableError('away');
        }
      },
    };
    const recalls = () => spool.node.files.recalls;
    const now = Date.now();
    await assert.rejects(recall('depot', { recalls: recalls(), source: first, now }), StoreUnavailableError);
    const some = await spool.here();
    assert.ok(some > 0 && some < 1200, `${some}`);
    await spool.reopen();
    const back = { entries: 1200 - some, missing: 0 };
    assert.deepEqual(await recall('depot', { recalls: recalls(), source, now }), back);
    assert.equal(await spool.here(), 1200);
    await spool.maintain();
    assert.equal(await spool.here(), 1200, 'nothing is dropped of a site that is held');
    const { unreadable, entries, kept } = erase(spool);
    assert.deepEqual([unreadable, entries, kept], [0, 12, 0]);
    recalls().release('depot');
    await shipAll(spool.node);
    const [held = Number.NaN] = await connection.rows(
      `SELECT count() FROM ${connection.database}.entry FINAL WHERE position(request, '${TAG}') > 0`,
      new Parameters(),
      (row) => row.number(),
    );
    assert.equal(held, 0);
    await spool.maintain();
    assert.equal(await spool.here(), 0);
    spool.import(...log.map((_, n) => authorize(n, n % 100 === 7 ? 'erased-1' : `OTHER${n}`)));
    assert.equal(spool.node.outbox.waiting().changes, 0, 'as it is now it is known');
  }));

test('what was dropped and is not in ClickHouse any more is told by the erasure, unless it has expired', () =>
  usingSpool(http, url, async (spool) => {
    // An authorization and a heartbeat, by turns.
    const log = Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0
        ? authorize(n, TAG)
        : entryAt(DEPOT_TIME + n * 1000, {
            action: 'Heartbeat',
            messageId: `m${n}`,
            request: wireOf(`[2,"m${n}","Heartbeat",{}]`),
          }),
    );
    spool.put(...log);
    await shipAll(spool.node);
    await spool.maintain();
    assert.equal(await spool.here(), 0);
    const { connection } = spool.place;
    await connection.run(
      `ALTER TABLE ${connection.database}.entry DELETE
       WHERE action = 'Heartbeat' OR position(request, '"m4"') > 0 OR position(request, '"m6"') > 0 SETTINGS mutations_sync = 1`,
    );
    const { recalls } = spool.node.files;
    const source = openSource(connection);
    const now = DEPOT_TIME + 30 * 86_400_000;
    const retention = { days: 0, info: 0, debug: 7 };
    const found = await recall('depot', { recalls, source, retention, now });
    assert.deepEqual(found, { entries: 18, missing: 2 });
    const { unreadable, entries } = erase(spool);
    assert.deepEqual([unreadable, entries], [2, 18]);
    // As often as it is asked.
    assert.deepEqual(await recall('depot', { recalls, source, retention, now }), { entries: 0, missing: 2 });
    recalls.release('depot');
    await shipAll(spool.node);
    await spool.maintain();
    assert.equal(await spool.here(), 0);
    assert.deepEqual(await recall('depot', { recalls, source, retention, now }), { entries: 18, missing: 2 });
    assert.equal(erase(spool).unreadable, 2);
  }));
