import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { EntryJsonWriter, type EntryText, encodeEntry, firstIdAt } from '@ocpp-logs/core';
import { DEPOT_TIME, entryAt } from '../conformance/entries.ts';
import { check } from './check.ts';
import { messageIds, openStore, pageOf, put, temporaryFolder } from './fixtures.ts';
import { packable, RecordPacker, RecordText, storedEntry, unlessUnreadable, unpackedText } from './record.ts';
import { Connection } from './sql.ts';

test('a text that damage has made no entry of is unreadable like one that is missing, and nothing of it is told', () => {
  const whole = encodeEntry(firstIdAt(DEPOT_TIME), entryAt(DEPOT_TIME));
  const head = whole.head.replace('null', 'n?ll');
  assert.notEqual(head, whole.head);
  const told: string[] = [];
  const report = (line: string) => told.push(line);
  assert.equal(
    unlessUnreadable(report, 'the text', () => storedEntry({ ...whole, head })),
    null,
  );
  assert.deepEqual(told, ['the text cannot be read: it is damaged']);
  assert.equal(unlessUnreadable(report, 'the text', () => storedEntry(whole))?.at, DEPOT_TIME);
});

test('a page leaves out an entry whose text is damaged before it is packed, then and when it is, and gives those beside it', (t) => {
  const folder = temporaryFolder(t);
  const { writer, reader, reports } = openStore(t, folder);
  put(
    writer,
    'depot',
    ['a', 'b', 'c'].map((messageId) => entryAt(DEPOT_TIME, { messageId })),
  );
  const db = new Connection(join(folder, 'logs', '00000001.db'), { readOnly: false, busy: 1000 });
  t.after(() => db.close());
  const [[id = 0] = []] = db.numbers('SELECT id FROM open_text ORDER BY id LIMIT 1 OFFSET 1');
  const record = Buffer.from(db.blob('SELECT record FROM open_text WHERE id = ?', id) ?? []);
  const head = record.indexOf('["station_to_csms"');
  assert.ok(head > 0);
  record[head] = 0;
  db.run('UPDATE open_text SET record = ? WHERE id = ?', record, id);
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['a', 'c']);
  assert.match(reports.join('\n'), /^the text of entry \d+ cannot be read: it is damaged$/m);

  writer.seal('depot');
  writer.commit();
  assert.equal(db.number('SELECT count(*) FROM open_text'), 0);
  reports.length = 0;
  assert.deepEqual(messageIds(reader, pageOf('depot')), ['a', 'c']);
  assert.match(reports.join('\n'), /^the text of entry \d+ cannot be read: it is damaged$/m);
  assert.match(check(folder).join('\n'), /it is damaged/);
});

function jsonOf(text: EntryText): string {
  const writer = new EntryJsonWriter('depot', {
    siteName: 'Depot',
    exchange: true,
    raw: true,
    validation: true,
  });
  writer.item(text);
  return new TextDecoder().decode(writer.take());
}

test('whichever byte of a text is damaged, it comes to an end, and what is told of it is JSON', () => {
  const id = firstIdAt(DEPOT_TIME);
  const entry = encodeEntry(id, entryAt(DEPOT_TIME));
  const whole = Buffer.from(new RecordPacker().pack(entry));
  let told = 0;
  for (const place of whole.keys()) {
    for (const byte of [0x00, 0x01, 0x1f, 0x20, 0x2c, 0x31, 0x5d, 0x66, 0x7f, 0x80]) {
      const record = Buffer.from(whole);
      record[place] = byte;
      const text = unlessUnreadable(
        () => {},
        'the text',
        () => unpackedText(new RecordText(entry, record, 0, record.length)),
      );
      assert.equal(packable(record) === record, text !== null, `byte ${place} as ${byte}`);
      if (text === null) continue;
      told += 1;
      assert.doesNotThrow(() => JSON.parse(jsonOf(text)), `byte ${place} as ${byte}`);
    }
  }
  assert.ok(told > 0);
});
