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
