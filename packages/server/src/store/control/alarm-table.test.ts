import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { AlarmTable } from './alarm-table.ts';
import { alarm, firing } from './conformance/alarms.ts';
import { migrate } from './schema.ts';
import { Statements } from './statements.ts';

test('of too many firings the oldest go, and their numbers are not given again', (t) => {
  const db = new DatabaseSync(':memory:');
  t.after(() => db.close());
  migrate(db);
  const table = new AlarmTable(new Statements(db), 3);
  table.put(alarm('a1'));
  for (let at = 1; at <= 5; at += 1) table.fire([firing(`k${at}`)]);
  const kept = () => table.firings({ alarm: null, sites: null, before: null, take: 10 }).map(({ n }) => n);
  assert.deepEqual(kept(), [5, 4, 3]);
  table.remove('a1');
  table.put(alarm('a1'));
  assert.deepEqual(table.fire([firing('k1')]), [6]);
});

test('firings of earlier versions keep the id under which they were told', (t) => {
  const db = new DatabaseSync(':memory:');
  t.after(() => db.close());
  migrate(db);
  const table = new AlarmTable(new Statements(db));
  table.put(alarm('a1'));
  table.fire([firing('k1'), firing('k2')]);
  db.exec('UPDATE alarm_firings SET id = NULL WHERE n = 1');
  const ids = table.firings({ alarm: null, sites: null, before: null, take: 10 }).map(({ id }) => id);
  assert.deepEqual(ids, ['firing_k2', 'firing_1']);
  assert.deepEqual(
    ['firing_1', 'firing_2', 'firing_k2', 'firing_01x'].map((id) => table.numberOf(id)),
    [1, null, 2, null],
  );
});
