import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMAND_LINE } from '../../audit.ts';
import type { Erasures } from '../../control-store.ts';
import { type ErasureRecord, formsOf, TEXTS_BEGIN, type TextsPlace } from '../../erasure.ts';
import { start } from '../fixtures.ts';
import { alarm } from './alarms.ts';
import type { OpenPlace } from './opened.ts';
import { search } from './records.ts';

const KEY = new Uint8Array(32).fill(5);
export const TAG = 'Driver4711Secret';
export const RECORD: ErasureRecord = {
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
const ALL = { from: 0, to: 9, actor: null, actions: null, site: null, before: null, take: 1_000 };

/** Steps to the end; rows that were changed, by table. */
export async function erased(texts: Pick<Erasures, 'eraseTexts'>): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (let from: TextsPlace | null = TEXTS_BEGIN; from !== null; ) {
    const { table, changed, next } = await texts.eraseTexts(RECORD, KEY, from);
    if (changed > 0) found[table] = (found[table] ?? 0) + changed;
    from = next;
  }
  return found;
}

export function erasureConformance(name: string, open: OpenPlace): void {
  test(`${name}: erasures are remembered, the newest first, and are what new frames are looked through for`, async (t) => {
    const place = await open(t);
    const { erasures } = await place();
    await erasures.put(RECORD);
    await erasures.put({ ...RECORD, id: 'e2', site: 'yard', asked: 2 });
    const done = { ...RECORD, state: 'done', ended: 5 } as const;
    await erasures.put(done);
    const again = await place();
    assert.deepEqual(await again.erasures.all(), [{ ...RECORD, id: 'e2', site: 'yard', asked: 2 }, done]);
    const tags = ['yard', 'depot'].map((site) => ({
      site,
      replacement: RECORD.replacement,
      forms: RECORD.forms,
    }));
    assert.deepEqual(await again.erasures.tags(), tags);
    assert.deepEqual((await again.snapshot()).erased, tags);
  });

  test(`${name}: an id tag goes from every text, step by step, and the audit log stays closed`, async (t) => {
    const store = await (await open(t))();
    const query = JSON.stringify({ q: `id_tag:${TAG}` });
    const began = start({ idTag: TAG });
    const number = await store.transactionNumber(began, 1);
    await store.transactionNumber({ ...began, messageId: 'other', idTag: TAG.toUpperCase() }, 1);
    await store.rememberAnswer('k', 'depot', 'i', JSON.stringify({ reason: `no ${TAG}` }), 1);
    await store.rememberAnswer('k', 'yard', 'i', JSON.stringify({ reason: `no ${TAG}` }), 1);
    await store.saved.put(search('s1', { name: `of ${TAG}`, query }));
    await store.saved.put(search('s2'));
    await store.preferences.put('ada', { value: query, changed: 1 });
    await store.alarms.put(alarm('a1', { name: `of ${TAG}`, rule: `id_tag:${TAG}` }));
    const none = { site: 'depot', target: null, address: null, request: null, count: 1 };
    const event = { ...COMMAND_LINE, ...none, at: 1, action: 'command-sent' } as const;
    const details = (nth: number) => ({ nth: nth === 1_100 ? TAG : nth });
    await store.audit.append(
      Array.from({ length: 1_200 }, (_, nth) => ({ ...event, details: details(nth) })),
    );
    const found = { starts: 2, answers: 1, searches: 1, preferences: 1, alarms: 1, audit: 1 };
    assert.deepEqual(await erased(store.erasures), found);
    const left = { name: `of ${RECORD.replacement}`, rule: `id_tag:${RECORD.replacement}` };
    assert.deepEqual(await store.alarms.all(), [alarm('a1', left)]);
    const again = { ...began, idTag: RECORD.replacement };
    assert.equal(
      await store.transactionNumber(again, 2),
      number,
      'the same start, as the station says it again',
    );
    assert.deepEqual(
      [(await store.saved.one('s1'))?.name, (await store.preferences.of('ada'))?.value],
      [`of ${RECORD.replacement}`, query.replace(TAG, RECORD.replacement)],
    );
    assert.equal(
      await store.firstAnswer('k', 'depot', 'i', 2),
      JSON.stringify({ reason: `no ${RECORD.replacement}` }),
    );
    assert.match((await store.firstAnswer('k', 'yard', 'i', 2)) ?? '', new RegExp(TAG), 'of another site');
    assert.ok(!JSON.stringify(await store.audit.list(ALL)).includes(TAG));
    assert.deepEqual(await erased(store.erasures), {}, 'the same again finds nothing');
    await store.audit.append([{ ...event, details: {} }]);
    assert.equal((await store.audit.list(ALL))[0]?.n, 1_201);
  });

  test(`${name}: back-ups are remembered in the order of their making`, async (t) => {
    const place = await open(t);
    const records = ['/b', '/a'].map((path, made) => ({
      path,
      made,
      entries: 5e9,
      sites: ['depot', 'yard'],
    }));
    const { backups } = await place();
    for (const record of records) await backups.add(record);
    assert.deepEqual(await (await place()).backups.all(), records);
  });
}
