import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { check } from './check.ts';
import { openStore, put, temporaryFolder } from './fixtures.ts';
import { Connection } from './sql.ts';

const SPOILS: readonly (readonly [sql: string, problem: RegExp])[] = [
  ['UPDATE hour_action SET n = n + 1', /hour_action counts what is not there/],
  ['DELETE FROM hour_charger', /hour_charger misses what is there/],
  ['UPDATE day_action SET n = n + 1', /day_action counts what is not there/],
  ['DELETE FROM day_charger', /day_charger misses what is there/],
  ['UPDATE entry SET connector = 7', /hour_charger counts what is not there/],
  ['DELETE FROM open_text', /: no text/],
  ['DELETE FROM block', /: no block/],
  ['DELETE FROM block_part', /block 1: block does not unpack/],
  ['UPDATE entry SET slot = 99 WHERE block = 1 AND slot = 3', /block 1: an entry of no slot/],
  ['UPDATE entry SET slot = 4 WHERE block = 1 AND slot = 3', /block 1: entries of one slot/],
  ['UPDATE block SET hour = hour + 1, last_hour = last_hour + 1', /block 1: its entries are of other hours/],
  ['UPDATE block SET last_hour = last_hour + 24', /block 1: crosses a day/],
  [`UPDATE open_text SET record = x'0505'`, /open_text \d+: a length ends in nothing/],
  ["INSERT INTO amendment VALUES (1, x'00')", /1: an amendment too many/],
  ["INSERT INTO block_part VALUES (700000, x'00')", /700000: a part of no block/],
  ['DELETE FROM entry WHERE block IS NULL', /an open text too many/],
  [`UPDATE meta SET value = '"yard"' WHERE key = 'site'`, /is of another site or month/],
];

for (const [sql, problem] of SPOILS) {
  test(`check finds: ${sql}`, (t) => {
    const { folder, writer } = openStore(t, temporaryFolder(t));
    const ids = Array.from({ length: 100 }, (_, n) => crypto.randomUUID() + n);
    put(
      writer,
      'depot',
      ids.map((messageId, n) => entryAt(DEPOT_TIME + n, { messageId })),
    );
    writer.seal('depot');
    put(writer, 'depot', [entryAt(DEPOT_TIME + 500)]);
    assert.deepEqual(check(folder), []);
    const db = new Connection(join(folder, 'logs', '00000001.db'), { readOnly: false, busy: 1000 });
    db.exec(sql);
    db.close();
    assert.match(check(folder).join('\n'), problem);
  });
}

test('check finds files that the index does not know, and an empty folder is sound', (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual(check(folder), []);
  const { writer } = openStore(t, folder);
  put(writer, 'depot', [entryAt(DEPOT_TIME)]);
  writeFileSync(join(folder, 'logs', '00000009.db'), '');
  assert.deepEqual(check(folder), ['logs/00000009.db: not in the index']);
});
