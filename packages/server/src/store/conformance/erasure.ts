/** That what is erased is in no entry any more, while all else stays as it was. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { type ErasureProgress, erasedTagsOf, formsOf } from '../erasure.ts';
import type { Slot } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { ConformingStore, OpenStore } from './opened.ts';

const KEY = new Uint8Array(32).fill(3);
const TAG = '04A2B3C4D5';
const REPLACEMENT = 'erased-0123456789ab';
const MONTH = 31 * 86_400_000;
const HOUR = 3_600_000;

function authorize(at: number, tag: string, over: Partial<Entry> = {}): Entry {
  return entryAt(at, {
    messageId: `a${at}`,
    action: 'Authorize',
    request: wireOf(`[2,"a${at}","Authorize",{"idTag":"${tag}"}]`),
    answer: wireOf(`[3,"a${at}",{"idTagInfo":{"status":"Accepted","parentIdTag":"${tag}"}}]`),
    fields: { request_id_tag: tag, response_id_tag_info_status: 'Accepted' },
    ...over,
  });
}

function put(store: ConformingStore, site: string, entries: readonly Entry[]): Slot[] {
  const changes = entries.map((entry) => ({ slot: { id: null } as Slot, entry }));
  store.writer.apply(site, changes);
  store.writer.commit();
  return changes.map(({ slot }) => slot);
}

/** To its end; `between` is called after each step. */
async function erase(
  store: ConformingStore,
  dry: boolean,
  between: () => Promise<void> = async () => undefined,
): Promise<ErasureProgress> {
  const tag = { replacement: REPLACEMENT, forms: formsOf(KEY, 'depot', TAG) };
  const tags = erasedTagsOf(KEY, 'depot', [tag]);
  const told: ErasureProgress[] = [];
  store.writer.erase({
    id: 'e1',
    site: 'depot',
    entry: (text) => tags.entry(text),
    name: (text) => tags.text(text),
    occurrences: (text) => tags.occurrences(text),
    dry,
    onProgress: (progress) => told.push(progress),
  });
  for (let steps = 0; told.at(-1)?.ended !== true; steps++) {
    assert.ok(steps < 10_000, 'an erasure comes to an end');
    store.writer.maintain(DEPOT_TIME + 3 * MONTH, new Map());
    await between();
  }
  // How far it is to be shipped is another number with each run, and none where nothing was changed or is shipped.
  const { noted, ...found } = told.at(-1) ?? assert.fail();
  if (dry) assert.equal(noted, undefined);
  return found;
}

async function textOf(store: ConformingStore, site: string): Promise<string> {
  const filter = {
    site,
    from: 0,
    to: Date.UTC(2100, 0),
    kinds: ['exchange', 'orphan', 'malformed'] as const,
    actions: null,
    chargers: null,
    connectors: null,
    query: null,
  };
  const texts: string[] = [];
  for await (const batch of store.source.entries({
    filters: [filter],
    order: 'asc',
    take: null,
    only: null,
  })) {
    for (const { id, fields, request, answer, rejection } of batch) {
      const wires = [request, answer, rejection].map((bytes) => Buffer.from(bytes ?? []).toString());
      texts.push([id, fields, ...wires].join('\n'));
    }
  }
  return texts.join('\n');
}

export function erasureConformance(name: string, open: OpenStore): void {
  test(`${name}: what is erased is gone from open, packed and amended entries of all months, and from no other site`, async () => {
    const store = await open();
    try {
      const packed = Array.from({ length: 150 }, (_, nth) =>
        authorize(DEPOT_TIME + nth * 1000, nth % 50 === 7 ? TAG : `99F${nth}`),
      );
      const slots = put(store, 'depot', packed);
      put(store, 'depot', [authorize(DEPOT_TIME + MONTH, TAG), authorize(DEPOT_TIME + 2 * MONTH, 'OTHER1')]);
      put(store, 'yard', [authorize(DEPOT_TIME, TAG)]);
      store.writer.seal('depot');
      // Later changes of packed entries: one brings the tag, one had it.
      store.writer.apply('depot', [
        { slot: slots[1] ?? assert.fail(), entry: authorize(DEPOT_TIME + 1000, TAG) },
        { slot: slots[7] ?? assert.fail(), entry: authorize(DEPOT_TIME + 7000, TAG, { outcome: 'late' }) },
      ]);
      store.writer.commit();
      const waiting = authorize(DEPOT_TIME + HOUR, TAG, {
        outcome: 'pending',
        answer: null,
        answeredAt: null,
        latency: null,
        fields: { request_id_tag: TAG },
      });
      const [pending] = put(store, 'depot', [waiting]);
      const before = await textOf(store, 'depot');

      const dry = await erase(store, true);
      assert.equal(await textOf(store, 'depot'), before);
      const told = await erase(store, false);
      const { looked, of, entries, files, first, unreadable, kept } = told;
      assert.deepEqual(
        { looked, of, entries, files, first, unreadable, kept },
        { looked: 153, of: 153, entries: 6, files: 2, first: DEPOT_TIME + 1000, unreadable: 0, kept: 0 },
      );
      assert.deepEqual(dry, told);
      assert.equal(await textOf(store, 'depot'), before.replaceAll(TAG, REPLACEMENT));
      assert.match(await textOf(store, 'yard'), new RegExp(TAG));
      assert.equal(store.writer.read('depot', pending?.id ?? 0n)?.outcome, 'pending');
      assert.deepEqual(store.problems(), []);
      assert.deepEqual(
        await erase(store, false),
        told,
        'a second run finds what stands in its place, and changes nothing',
      );
    } finally {
      await store.close();
    }
  });

  test(`${name}: what is written while an entry is erased is there afterwards, and reading is right at every step`, async () => {
    const store = await open();
    try {
      const entries = Array.from({ length: 1800 }, (_, nth) =>
        authorize(DEPOT_TIME + nth * 1000, nth === 1700 ? TAG : `99F${nth}`),
      );
      put(store, 'depot', entries);
      let written = 0;
      await erase(store, false, async () => {
        written += 1;
        put(store, 'depot', [authorize(DEPOT_TIME + written, `88F${written}`)]);
        const found = await textOf(store, 'depot');
        assert.equal(found.split('"Authorize"').length - 1, 1800 + written);
      });
      assert.deepEqual(store.problems(), []);
      const text = await textOf(store, 'depot');
      assert.ok(!text.includes(TAG) && text.includes(REPLACEMENT));
      assert.ok(written > 8);
      for (let nth = 1; nth <= written; nth++) assert.ok(text.includes(`"88F${nth}"`));
      assert.equal(text.split('"Authorize"').length - 1, 1800 + written);
    } finally {
      await store.close();
    }
  });

  test(`${name}: a run that was cut off begins again where the store is opened anew`, async () => {
    const store = await open();
    try {
      put(store, 'depot', [authorize(DEPOT_TIME, TAG), authorize(DEPOT_TIME + MONTH, TAG)]);
      const tags = erasedTagsOf(KEY, 'depot', [
        { replacement: REPLACEMENT, forms: formsOf(KEY, 'depot', TAG) },
      ]);
      let steps = 0;
      store.writer.erase({
        id: 'e1',
        site: 'depot',
        entry: (text) => tags.entry(text),
        name: (text) => tags.text(text),
        occurrences: (text) => tags.occurrences(text),
        dry: false,
        onProgress: () => {
          steps += 1;
        },
      });
      while (steps < 4) store.writer.maintain(DEPOT_TIME + 3 * MONTH, new Map());
      await store.reopen();
      const told = await erase(store, false);
      assert.deepEqual([told.entries, told.occurrences, told.files], [2, 4, 2]);
      assert.ok(!(await textOf(store, 'depot')).includes(TAG));
      assert.deepEqual(store.problems(), []);
    } finally {
      await store.close();
    }
  });
}
