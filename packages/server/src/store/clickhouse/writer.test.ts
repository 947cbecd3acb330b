import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Entry, timeOfId } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { openWriter, type SqliteWriter } from '../sqlite/writer.ts';
import type { Slot } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { Outbox } from './outbox.ts';
import { SpoolWriter } from './writer.ts';

interface Rig {
  readonly spool: SqliteWriter;
  readonly outbox: Outbox;
  readonly writer: SpoolWriter;
  /** Ids that wait to be shipped. */
  waiting(): readonly bigint[];
}

function rig(t: TestContext): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'olk-spool-'));
  const outbox = new Outbox(folder);
  const derive = (entry: Entry) => entry;
  const opened: SqliteWriter[] = [];
  const writer = new SpoolWriter(outbox, (beforeCommit) => {
    // Few files, so that one is committed for the next one.
    const spool = openWriter({ folder, derive, report: assert.fail, openFiles: 2, beforeCommit });
    opened.push(spool);
    return spool;
  });
  const [spool] = opened;
  assert.ok(spool !== undefined);
  t.after(() => {
    writer.close();
    rmSync(folder, { recursive: true });
  });
  return { spool, outbox, writer, waiting: () => outbox.read(0, 100).map(({ id }) => id) };
}

function insert(writer: SpoolWriter, ...times: readonly number[]): readonly Slot[] {
  const changes = times.map((ms) => ({ slot: { id: null } as Slot, entry: entryAt(DEPOT_TIME + ms) }));
  writer.apply('depot', changes);
  return changes.map(({ slot }) => slot);
}

test('each change is noted with its commit, and not before', (t) => {
  const { writer, waiting } = rig(t);
  const [first, second] = insert(writer, 1, 2);
  assert.deepEqual(waiting(), []);
  assert.equal(writer.commit(), 2);
  assert.deepEqual(waiting(), [first?.id, second?.id]);
  writer.apply('depot', [{ slot: second ?? { id: null }, entry: entryAt(DEPOT_TIME + 2, { latency: 1 }) }]);
  writer.commit();
  writer.commit();
  assert.deepEqual(waiting(), [first?.id, second?.id, second?.id]);
});

test('sealing commits, and notes', (t) => {
  const { writer, waiting } = rig(t);
  const [slot] = insert(writer, 1);
  writer.seal('depot');
  assert.deepEqual(waiting(), [slot?.id]);
});

test('a commit of the site files that fails leaves nothing to be shipped until it is repeated', (t) => {
  const { writer, spool, waiting } = rig(t);
  const failing = t.mock.method(spool, 'commit', () => {
    throw new StoreUnavailableError('disk full');
  });
  const [slot] = insert(writer, 1);
  assert.throws(() => writer.commit(), StoreUnavailableError);
  assert.deepEqual(waiting(), [], 'noted, but not held by the site files');
  failing.mock.restore();
  writer.apply('depot', [{ slot: slot ?? { id: null }, entry: entryAt(DEPOT_TIME + 1) }]);
  writer.commit();
  assert.equal(new Set(waiting()).size, 1);
});

test('an outbox that cannot be written fails the commit before the site files hold anything', (t) => {
  const { writer, spool, outbox } = rig(t);
  const failing = t.mock.method(outbox, 'note', () => {
    throw new Error('disk I/O error');
  });
  insert(writer, 1);
  assert.throws(() => spool.commit(), StoreUnavailableError);
  failing.mock.restore();
  assert.equal(spool.commit(), 0, 'undone, as after every failure');
});

test('what is committed early, for want of open files, was noted before', (t) => {
  const { writer, spool, outbox } = rig(t);
  const noted: string[] = [];
  const note = outbox.note.bind(outbox);
  t.mock.method(outbox, 'note', (changes: Parameters<typeof note>[0]) => {
    for (const { id } of changes) noted.push(new Date(timeOfId(id)).toISOString().slice(0, 7));
    return note(changes);
  });
  const changes = [3, 4, 5, 6].map((month) => ({
    slot: { id: null },
    entry: entryAt(Date.UTC(2026, month, 2)),
  }));
  writer.apply('depot', changes);
  assert.deepEqual(noted, ['2026-04', '2026-05', '2026-06'], 'of those files that had to give way, and some');
  assert.equal(outbox.read(0, 9).length, 0);
  assert.equal(writer.commit(), 4);
  assert.equal(outbox.read(0, 9).length, 4);
  assert.equal(spool.commit(), 0);
});
