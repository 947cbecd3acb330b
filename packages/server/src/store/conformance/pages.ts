/** Texts, ids and cursors that a page must give back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { firstIdAt } from '@ocpp-logs/core';
import type { EntryFilter, PageQuery, Slot } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { ConformingStore, OpenStore } from './opened.ts';

const DAY = 86_400_000;
const ALL: EntryFilter = {
  site: 'depot',
  from: 0,
  to: Date.UTC(2030, 0),
  kinds: ['exchange', 'orphan', 'malformed', 'connection', 'gap', 'setting'],
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
};
const FIRST: PageQuery = {
  scopes: [{ filter: ALL, rendering: { siteName: 'Depot', exchange: true, raw: false } }],
  order: 'asc',
  take: 1000,
  skip: 0,
  after: null,
};

async function using(open: OpenStore, work: (store: ConformingStore) => Promise<void>): Promise<void> {
  const store = await open();
  try {
    await work(store);
    assert.deepEqual(store.problems(), []);
  } finally {
    await store.close();
  }
}

export function pageConformance(name: string, open: OpenStore): void {
  test(`${name}: ids are the time and the next free ordinal of that millisecond`, () =>
    using(open, async ({ writer }) => {
      const slots = [5, 5, 9, 5, 0].map((ms): [Slot, number] => [{ id: null }, DEPOT_TIME + ms]);
      writer.apply(
        'depot',
        slots.map(([slot, at]) => ({ slot, entry: entryAt(at) })),
      );
      const first = (ms: number) => firstIdAt(DEPOT_TIME + ms);
      assert.deepEqual(
        slots.map(([slot]) => slot.id),
        [first(5), first(5) + 1n, first(9), first(5) + 2n, first(0)],
      );
      const other: Slot = { id: null };
      writer.apply('yard', [{ slot: other, entry: entryAt(DEPOT_TIME + 5) }]);
      assert.equal(other.id, first(5));
    }));

  test(`${name}: texts come back byte for byte, packed or not`, () =>
    using(open, async (store) => {
      const texts = [
        Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28),
        new TextEncoder().encode('[2,"1","A",{"s":"\0\u2028😀\\ud800 ñ"}]'),
        Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
        new Uint8Array(0),
        new TextEncoder().encode(`[2,"1","A",{"big":"${'ß'.repeat(512 * 1024)}"}]`),
      ];
      const slots = texts.map((): Slot => ({ id: null }));
      const entries = texts.map(
        (text, at): Entry =>
          entryAt(DEPOT_TIME + at, {
            request: { ...wireOf(text), redacted: ['$.a'], cut: { length: 9, sha256: 'ab' } },
            answer: wireOf(text),
            rejection: wireOf(text),
            messageId: 'ä\0"',
            fields: {
              request_info: 'lone \ud800 \0 ü',
              request_transaction_id: 9223372036854775807n,
              extracted_power: 0.1 + 0.2,
              request_meter_stop: '\n',
            },
          }),
      );
      store.writer.apply(
        'depot',
        slots.map((slot, at) => ({ slot, entry: entries[at] ?? entryAt(0) })),
      );
      store.writer.commit();
      const stored = () =>
        slots.map(({ id }) => {
          const entry = id === null ? null : store.writer.read('depot', id);
          return entry === null ? null : plain(entry);
        });
      const expected = entries.map(plain);
      assert.deepEqual(stored(), expected);
      store.writer.seal('depot');
      store.writer.commit();
      assert.deepEqual(stored(), expected);
      await store.reopen();
      assert.deepEqual(stored(), expected);
    }));

  test(`${name}: an answer to an entry that is packed replaces it at once, and after folding in`, () =>
    using(open, async (store) => {
      const slot: Slot = { id: null };
      const call = entryAt(DEPOT_TIME, { outcome: 'timeout', answer: null, answeredAt: null });
      store.writer.apply('depot', [
        { slot, entry: call },
        { slot: { id: null }, entry: entryAt(DEPOT_TIME + 1) },
      ]);
      store.writer.seal('depot');
      store.writer.commit();
      store.writer.apply('depot', [
        { slot, entry: { ...call, outcome: 'late', answer: wireOf('[3,"m1",{"late":1}]') } },
      ]);
      store.writer.commit();
      const late = async () => new TextDecoder().decode((await store.reader.page(FIRST)).body);
      const before = await late();
      assert.match(before, /"outcome":"late".*"response_payload":\{"late":1\}/);
      drain(store, DEPOT_TIME + DAY, 0);
      assert.equal(await late(), before);
    }));

  test(`${name}: a cursor goes on where it was, whatever is inserted before or behind it`, () =>
    using(open, async ({ writer, reader }) => {
      const insert = (...times: number[]) => {
        writer.apply(
          'depot',
          times.map((ms) => ({
            slot: { id: null },
            entry: entryAt(DEPOT_TIME + ms, { messageId: `t${ms}` }),
          })),
        );
        writer.commit();
      };
      const ids = async (after: bigint | null, take: number) => {
        const position = after === null ? null : { id: after, site: 'depot' };
        const page = await reader.page({ ...FIRST, after: position, take });
        return [
          [...new TextDecoder().decode(page.body).matchAll(/"t(\d+)"/g)].map(([, t]) => Number(t)),
          page,
        ] as const;
      };
      insert(10, 20, 30);
      const [first, page] = await ids(null, 2);
      assert.deepEqual(first, [10, 20]);
      insert(5, 15, 25);
      const [second, rest] = await ids(page.last?.id ?? null, 10);
      assert.deepEqual(second, [25, 30]);
      assert.equal(rest.count, 6);
      assert.equal(rest.more, false);
    }));

  test(`${name}: what retention took is gone, and counts no more`, () =>
    using(open, async (store) => {
      const times = [0, 1, 35, 36, 40].map((days) => DEPOT_TIME + days * DAY);
      store.writer.apply(
        'depot',
        times.map((at) => ({ slot: { id: null }, entry: entryAt(at) })),
      );
      store.writer.seal('depot');
      store.writer.commit();
      drain(store, DEPOT_TIME + 40 * DAY + 1, 4);
      const page = await store.reader.page(FIRST);
      assert.equal(page.count, 2);
      assert.deepEqual(
        [...new TextDecoder().decode(page.body).matchAll(/"occurrence_time":"([^"]*)"/g)].map(([, at]) => at),
        times.slice(3).map((at) => new Date(at).toISOString()),
      );
      drain(store, DEPOT_TIME + 400 * DAY, 4);
      assert.equal((await store.reader.page(FIRST)).count, 0);
    }));
}

export function drain(store: ConformingStore, now: number, keepDays: number): void {
  const keep = new Map([['depot', keepDays]]);
  for (let steps = 0; store.writer.maintain(now, keep); steps++) {
    assert.ok(steps < 10_000, 'maintenance comes to an end');
  }
}

function plain(entry: Entry): Entry {
  const bytes = (wire: Entry['request']) =>
    wire === null ? null : { ...wire, bytes: Uint8Array.from(wire.bytes) };
  return {
    ...entry,
    request: bytes(entry.request),
    answer: bytes(entry.answer),
    rejection: bytes(entry.rejection),
  };
}
