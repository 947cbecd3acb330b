/** Months that were shipped are dropped from the files: what was in them is known all the same, and nothing else goes. */

import assert from 'node:assert/strict';
import { statSync, utimesSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import { knownConformance } from '../conformance/known.ts';
import type { EntryWriter, SourceFrame } from '../store.ts';
import { check } from './check.ts';
import type { DropRules } from './drops.ts';
import {
  DAY,
  drain,
  messageIds,
  openStore,
  pageOf,
  put,
  type TestStore,
  temporaryFolder,
} from './fixtures.ts';
import { sitePath } from './layout.ts';
import { openWriter } from './writer.ts';

/** All rounds are later than any file was written. */
let clock = Date.now() + 400 * DAY;
const later = (): number => {
  clock += DAY;
  return clock;
};

const ALL: DropRules = {
  elsewhere: () => true,
  answered: () => 0,
  keep: 0,
  wanted: () => 0,
  onShort: () => undefined,
  onDropped: () => undefined,
};

knownConformance('dropped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'olk-dropped-'));
  const writer = openWriter({ folder, derive: (entry) => entry, report: assert.fail, drops: ALL });
  // All that ended is dropped before each question.
  const dropping: EntryWriter = Object.create(writer, {
    known: {
      value: (...asked: Parameters<EntryWriter['known']>) => {
        writer.commit();
        drain(writer, later());
        return writer.known(...asked);
      },
    },
    apply: { value: writer.apply.bind(writer) },
    seal: { value: writer.seal.bind(writer) },
  });
  return {
    writer: dropping,
    get reader(): never {
      throw new Error('nothing is read');
    },
    get source(): never {
      throw new Error('nothing is read');
    },
    reopen: async () => undefined,
    problems: () => check(folder),
    close: async () => {
      assert.deepEqual(check(folder), []);
      writer.close();
      await rm(folder, { recursive: true });
    },
  };
});

function frames({ charger, at, request, answer, answeredAt, direction }: Entry): readonly SourceFrame[] {
  assert.ok(direction === 'station_to_csms' && request !== null);
  const frame = { arrival: null, binary: false, cut: null } as const;
  return [
    { charger, frame: { ...frame, direction, at, bytes: request.bytes } },
    ...(answer === null
      ? []
      : [
          {
            charger,
            frame: { ...frame, direction: 'csms_to_station', at: answeredAt ?? at, bytes: answer.bytes },
          } as const,
        ]),
  ];
}

const answered = (ms: number, id = `m${ms}`): Entry =>
  entryAt(DEPOT_TIME + ms, {
    messageId: id,
    request: wireOf(`[2,"${id}","Heartbeat",{}]`),
    answer: wireOf(`[3,"${id}",{}]`),
    answeredAt: DEPOT_TIME + ms + 40,
  });
const waiting = (ms: number, id: string): Entry =>
  entryAt(DEPOT_TIME + ms, {
    messageId: id,
    outcome: 'timeout',
    answer: null,
    answeredAt: null,
    latency: null,
  });

function drop(store: TestStore): void {
  drain(store.writer, later());
}

test('what ended goes and is known, what may still be answered stays whole, over restarts too', (t) => {
  const folder = temporaryFolder(t);
  const dropped: unknown[] = [];
  const drops = { ...ALL, onDropped: (...told: readonly unknown[]) => dropped.push(told.slice(2)) };
  const first = openStore(t, folder, { drops });
  const stored = Array.from({ length: 1300 }, (_, n) => answered(n * 1000));
  put(first.writer, 'depot', stored);
  const [open] = put(first.writer, 'depot', [waiting(5, 'late')]);
  drop(first);
  assert.deepEqual(dropped, [[1300]]);
  first.writer.close();

  const store = openStore(t, folder, { drops });
  assert.deepEqual(messageIds(store.reader, pageOf('depot')), ['late']);
  const asked = [...stored, answered(1300_000)].flatMap(frames);
  assert.deepEqual(
    store.writer.known('depot', asked).flatMap((known, n) => (known ? [] : [n])),
    [2600, 2601],
  );
  const [call] = store.writer.unanswered('depot', DEPOT_TIME, DEPOT_TIME + 100, 9);
  assert.equal(call?.id, open?.id);
  const entry = store.writer.read('depot', call?.id ?? 0n);
  assert.equal(entry?.messageId, 'late');
  assert.deepEqual(check(folder), []);

  // It is answered after all, and goes with the next look; what went before is still known.
  store.writer.apply('depot', [{ slot: { id: call?.id ?? null }, entry: answered(5, 'late') }]);
  store.writer.commit();
  drop(store);
  assert.deepEqual(messageIds(store.reader, pageOf('depot')), []);
  const again = [answered(5, 'late'), ...stored].flatMap(frames);
  assert.ok(store.writer.known('depot', again).every((known) => known));
  assert.deepEqual([check(folder), store.reports], [[], []]);
});

test('a dropped entry that is written again keeps its id, and new ones of its millisecond get others', (t) => {
  const store = openStore(t, temporaryFolder(t), { drops: ALL });
  const before = put(store.writer, 'depot', [answered(0, 'a'), answered(0, 'b'), answered(0, 'c')]);
  drop(store);
  const [slot = { id: null }] = before;
  const { id } = slot;
  store.writer.apply('depot', [{ slot, entry: answered(0, 'a2') }]);
  const after = put(store.writer, 'depot', [answered(0, 'd'), answered(1, 'e')]);
  assert.equal(slot.id, id);
  assert.equal(new Set([...before, ...after].map((each) => each.id)).size, 5);
  drop(store);
  const more = put(store.writer, 'depot', [answered(0, 'f')]);
  assert.equal(new Set([...before, ...after, ...more].map((each) => each.id)).size, 6);
});

test('what is not elsewhere, younger than it is kept, pending or of this month stays', (t) => {
  const asked: string[] = [];
  let elsewhere = false;
  const store = openStore(t, temporaryFolder(t), {
    drops: {
      ...ALL,
      keep: 7 * DAY,
      elsewhere: (site) => {
        asked.push(site);
        return elsewhere;
      },
    },
  });
  put(store.writer, 'depot', [answered(0)]);
  put(
    store.writer,
    'yard',
    [answered(0), waiting(1, 'p')].map((entry) => ({ ...entry, outcome: 'pending' })),
  );
  const stays = () => assert.equal(store.reader.page(pageOf('depot')).count, 1);
  drop(store);
  assert.deepEqual(asked, ['depot', 'yard']);
  stays();
  elsewhere = true;
  drain(store.writer, Date.now() + 6 * DAY);
  stays();
  drop(store);
  assert.equal(store.reader.page(pageOf('depot')).count, 0);
  assert.equal(store.reader.page(pageOf('yard')).count, 2, 'pending ones');
});

test('a file that is only read is as old as its last change, over restarts', (t) => {
  const folder = temporaryFolder(t);
  const first = openStore(t, folder);
  put(first.writer, 'depot', [answered(0)]);
  first.writer.seal('depot');
  first.writer.commit();
  first.writer.close();
  first.reader.close();
  const old = new Date(Date.now() - 30 * DAY);
  utimesSync(sitePath(folder, 1), old, old);
  const store = openStore(t, folder, { drops: { ...ALL, keep: 7 * DAY } });
  // It stays open.
  assert.equal(store.reader.page(pageOf('depot')).count, 1);
  assert.equal(statSync(`${sitePath(folder, 1)}-wal`).size, 0);
  drain(store.writer, Date.now());
  assert.equal(store.reader.page(pageOf('depot')).count, 0);
  assert.deepEqual(store.reader.droppedMonths(), [{ site: 'depot', month: '2026-05' }]);
});

test('a file that is written while it is dropped is not', (t) => {
  const store = openStore(t, temporaryFolder(t), { drops: ALL });
  put(
    store.writer,
    'depot',
    Array.from({ length: 1200 }, (_, n) => answered(n)),
  );
  store.writer.seal('depot');
  const now = later();
  let wrote = 0;
  for (let steps = 0; store.writer.maintain(now, new Map()); steps++) {
    // After its first 500 entries.
    if (store.reader.storage().months.length === 1 && wrote === 0 && steps === 2) {
      put(store.writer, 'depot', [answered(3, 'meanwhile')]);
      wrote += 1;
    }
  }
  assert.equal(wrote, 1);
  assert.equal(store.reader.page(pageOf('depot')).count, 1201);
  drop(store);
  assert.equal(store.reader.page(pageOf('depot')).count, 0);
  assert.ok(store.writer.known('depot', frames(answered(3, 'meanwhile'))).every((known) => known));
});

test('where room is wanted the oldest months go first, as many as it takes, however young the files are', (t) => {
  let wanted = 0;
  const short: number[] = [];
  const gone: number[] = [];
  const store = openStore(t, temporaryFolder(t), {
    drops: {
      ...ALL,
      keep: 10_000 * DAY,
      wanted: () => wanted,
      onShort: (bytes) => short.push(bytes),
      onDropped: (_site, month) => gone.push(month),
    },
  });
  for (let month = 0; month < 3; month++) {
    put(
      store.writer,
      'depot',
      Array.from({ length: 800 }, (_, n) => answered(n - month * 31 * DAY)),
    );
  }
  drop(store);
  assert.deepEqual([gone, short], [[], [0]]);
  wanted = 1;
  drop(store);
  assert.equal(gone.length, 1);
  wanted = 1e12;
  drop(store);
  assert.deepEqual(
    gone,
    gone.toSorted((a, b) => a - b),
  );
  assert.equal(gone.length, 3);
  assert.ok((short.at(-1) ?? 0) > 1e11, 'what no file can give is told');
});

test('retention takes what is left of a month with its hours', (t) => {
  const store = openStore(t, temporaryFolder(t), { drops: ALL });
  const [old, young] = [answered(0, 'old'), answered(3 * 3_600_000, 'young')];
  put(store.writer, 'depot', [old, young]);
  drop(store);
  const now = later();
  const days = Math.floor((now - DEPOT_TIME - 2 * 3_600_000) / DAY);
  drain(store.writer, now, new Map([['depot', days]]));
  // Of days the rest is less than one.
  const cut = Math.floor((now - days * DAY) / 3_600_000) * 3_600_000;
  const known = (entry: Entry) => store.writer.known('depot', frames(entry)).some((each) => each);
  assert.equal(known(old), false);
  assert.equal(known(young), young.at >= cut);
  drain(store.writer, later(), new Map([['depot', 1]]));
  assert.equal(known(young), false);
  assert.deepEqual(store.reader.storage().months, []);
});

test('what is derived anew keeps what is left of dropped entries', (t) => {
  const folder = temporaryFolder(t);
  const first = openStore(t, folder, { drops: ALL, extraction: 1 });
  const [slot] = put(first.writer, 'depot', [answered(0)]);
  put(first.writer, 'depot', [waiting(1, 'w')]);
  drop(first);
  first.writer.close();
  const store = openStore(t, folder, { drops: ALL, extraction: 2 });
  drop(store);
  assert.ok(store.writer.known('depot', frames(answered(0))).every((known) => known));
  const [next] = put(store.writer, 'depot', [answered(0, 'next')]);
  assert.notEqual(next?.id, slot?.id);
});
