import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { COMMAND_LINE } from '../audit.ts';
import { type ErasureRecord, formsOf, TEXTS_BEGIN, type TextsPlace } from '../erasure.ts';
import { ControlDatabase } from './database.ts';

const KEY = new Uint8Array(32).fill(5);
const TAG = 'Driver4711Secret';
const RECORD: ErasureRecord = {
  id: 'e1',
  site: 'depot',
  replacement: 'erased-0123456789ab',
  forms: formsOf(KEY, 'depot', TAG),
  asked: 1,
  by: 'ada',
  state: 'running',
  ended: null,
  report: null,
};
const EVENT = {
  ...COMMAND_LINE,
  at: 1,
  action: 'command-sent',
  site: 'depot',
  target: null,
  address: null,
  request: null,
  count: 1,
} as const;

function bytesOf(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
}

test('an id tag goes from every table of control.db, from free pages and from the log of writes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'olk-control-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = new ControlDatabase(folder);
  t.after(() => database.close());
  const start = { site: 'depot', charger: 'CP1', messageId: 'm', idTag: TAG, connector: 1, timestamp: 't' };
  const number = database.transactionNumber(start, 1);
  database.transactionNumber({ ...start, idTag: TAG.toUpperCase(), messageId: 'n' }, 1);
  database.rememberAnswer('k', 'depot', 'i', JSON.stringify({ reason: `no ${TAG}` }), 1);
  const search = { id: 's1', owner: 'u', name: `of ${TAG}`, shared: false, changed: 1 };
  database.saved.put({ ...search, query: JSON.stringify({ q: `id_tag:${TAG}` }) });
  database.saved.put({ ...search, id: 's2', query: '{}' });
  assert.ok(database.saved.remove('s2'));
  database.audit.append(
    Array.from({ length: 2500 }, (_, nth) => ({ ...EVENT, details: { nth: nth === 2400 ? TAG : nth } })),
  );
  assert.ok(bytesOf(folder).includes(TAG));

  database.erasures.put(RECORD);
  const found: Record<string, number> = {};
  for (let place: TextsPlace | null = TEXTS_BEGIN; place !== null; ) {
    const step: ReturnType<typeof database.erasures.eraseTexts> = database.erasures.eraseTexts(
      RECORD,
      KEY,
      place,
    );
    if (step.changed > 0) found[step.table] = (found[step.table] ?? 0) + step.changed;
    place = step.next;
  }
  assert.deepEqual(found, { starts: 2, answers: 1, searches: 1, audit: 1 });
  assert.ok(!bytesOf(folder).toLowerCase().includes(TAG.toLowerCase()));
  assert.equal(database.transactionNumber({ ...start, idTag: RECORD.replacement }, 2), number);
  assert.deepEqual(JSON.parse(database.saved.of('u')[0]?.query ?? ''), { q: `id_tag:${RECORD.replacement}` });
  const all = { from: 0, to: 9, actor: null, actions: null, site: null, before: null, take: 1000 };
  assert.ok(database.audit.list({ ...all, before: 2402 })[0]?.details.nth === RECORD.replacement);
  const file = new DatabaseSync(join(folder, 'control.db'));
  assert.throws(() => file.exec('UPDATE audit SET at = 2'), /never changed/);
  file.close();
  assert.deepEqual(database.erasures.all(), [RECORD]);
  const done = { ...RECORD, state: 'done', ended: 5 } as const;
  database.erasures.put(done);
  assert.deepEqual(database.snapshot().erased, [
    { site: RECORD.site, replacement: RECORD.replacement, forms: RECORD.forms },
  ]);
  assert.deepEqual(database.erasures.all(), [done]);
});

test('back-ups are remembered with their sites', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'olk-control-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = new ControlDatabase(folder);
  t.after(() => database.close());
  const one = { path: '/mnt/backup/a', made: 5, entries: 7, sites: ['depot', 'yard'] };
  database.backups.add(one);
  database.backups.add({ ...one, made: 6 });
  assert.deepEqual(database.backups.all(), [one, { ...one, made: 6 }]);
});
