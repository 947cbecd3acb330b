import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt, wireOf } from '../conformance/entries.ts';
import type { LevelRetention } from '../retention.ts';
import { check } from './check.ts';
import {
  DAY,
  drain,
  everything,
  inFile,
  messageIds,
  openStore,
  pageOf,
  put,
  temporaryFolder,
} from './fixtures.ts';

const MINUTE = 60_000;
const keep = (kept: Partial<LevelRetention>) => new Map([['depot', { days: 0, info: 0, debug: 0, ...kept }]]);

/** Some of each level, a minute apart; the text says which. */
function mixed(n: number, start = DEPOT_TIME) {
  return Array.from({ length: n }, (_, at) => {
    const action = ['Heartbeat', 'Authorize', 'BootNotification', 'VendorAction'][at % 4] ?? '';
    const text = `${action}-${at}`;
    return entryAt(start + at * MINUTE, {
      action,
      messageId: text,
      request: wireOf(`{"a":"said-${text}-"}`),
    });
  });
}

function bytesOf(folder: string): string {
  const logs = join(folder, 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'latin1'))
    .join('');
}

test('what debug alone keeps goes first, then what info adds; the rest stays, and nothing of it lingers', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', mixed(400));
  const shown = () => messageIds(reader, { ...pageOf('depot'), take: 1000 });
  const of = (...actions: string[]) => shown().filter((id) => actions.includes(id.split('-')[0] ?? ''));
  const now = DEPOT_TIME + 4 * DAY;
  assert.match(bytesOf(folder), /said-VendorAction-3-/);
  drain(writer, now, keep({ debug: 2 }));
  assert.equal(of('Heartbeat', 'VendorAction').length, 0);
  assert.equal(shown().length, 200);
  assert.doesNotMatch(bytesOf(folder), /said-(Heartbeat|VendorAction)-/);
  assert.deepEqual(check(folder), []);
  drain(writer, now + MINUTE, keep({ info: 3, debug: 2 }));
  assert.equal(of('Authorize').length, 0);
  assert.equal(of('BootNotification').length, 100);
  assert.deepEqual(check(folder), []);
  drain(writer, now + 2 * MINUTE, keep({ days: 3 }));
  assert.deepEqual(shown(), []);
});

test('out of blocks, too: those that hold other entries are written anew, and their packed bytes are gone', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(writer, 'depot', mixed(400));
  writer.seal('depot');
  // What has changed since it was packed lies beside its block.
  const [first] = messageIds(reader, pageOf('depot'));
  assert.equal(first, 'Heartbeat-0');
  const packed = () =>
    inFile(folder, 1, (db) =>
      db
        .rows('SELECT tail FROM block')
        .flatMap(([tail]) =>
          tail instanceof Uint8Array && tail.length > 16 ? [Buffer.from(tail).toString('latin1')] : [],
        ),
    );
  const before = packed();
  assert.ok(before.length > 3);
  drain(writer, DEPOT_TIME + 4 * DAY, keep({ debug: 2 }));
  const after = new Set(packed());
  const gone = before.filter((tail) => !after.has(tail));
  assert.ok(gone.length > 0);
  const bytes = bytesOf(folder);
  for (const tail of gone) assert.ok(!bytes.includes(tail));
  assert.deepEqual(check(folder), []);
  assert.deepEqual(
    messageIds(reader, { ...pageOf('depot'), take: 1000 }),
    mixed(400).flatMap(({ messageId }) => (/^(Authorize|Boot)/.test(messageId ?? '') ? [messageId] : [])),
  );
});

test('amendments go with their entries, and those of the others stay', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  const entries = mixed(200);
  const changes = entries.map((entry) => ({ slot: { id: null }, entry }));
  writer.apply('depot', changes);
  writer.commit();
  writer.seal('depot');
  const late = changes.map(({ slot, entry }) => ({
    slot,
    entry: { ...entry, messageId: `late-${entry.messageId}` },
  }));
  writer.apply('depot', late);
  writer.commit();
  drain(writer, DEPOT_TIME + 4 * DAY, keep({ debug: 2 }));
  const left = messageIds(reader, { ...pageOf('depot'), take: 1000 });
  assert.equal(left.length, 100);
  assert.ok(left.every((id) => /^late-(Authorize|Boot)/.test(id)));
  assert.deepEqual(check(folder), []);
});

test('the cut is at a whole hour, and pages and counts agree after each step', (t) => {
  const { folder, writer, reader } = openStore(t, temporaryFolder(t));
  put(
    writer,
    'depot',
    Array.from({ length: 12_000 }, (_, n) => entryAt(DEPOT_TIME + n * 100, { action: 'Heartbeat' })),
  );
  put(writer, 'depot', mixed(8, DEPOT_TIME + 3_600_000));
  const counts: number[] = [];
  while (writer.maintain(DEPOT_TIME + DAY + 3_600_000 + MINUTE, keep({ debug: 1 }))) {
    counts.push(reader.page(pageOf('depot')).count);
    assert.deepEqual(check(folder), []);
  }
  assert.deepEqual([...new Set(counts)], [7008, 2008, 8]);
});

test('answers to nothing known are of debug; connections, gaps and settings are of no level', (t) => {
  const { writer, reader } = openStore(t, temporaryFolder(t));
  const bare = { action: null, outcome: null } as const;
  const kinds = ['orphan', 'connection', 'gap', 'setting', 'malformed'] as const;
  put(
    writer,
    'depot',
    kinds.map((kind, at) => entryAt(DEPOT_TIME + at, { ...bare, kind, messageId: kind })),
  );
  drain(writer, DEPOT_TIME + 4 * DAY, keep({ info: 1, debug: 1 }));
  const scopes = pageOf('depot').scopes.map((scope) => ({ ...scope, filter: everything('depot') }));
  assert.equal(reader.page({ ...pageOf('depot'), scopes }).count, 4);
});
