import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER_BYTES_MAX, ANSWERS_KEPT } from '../bounds.ts';
import { start } from '../fixtures.ts';
import type { OpenPlace } from './opened.ts';

const DAY = 86_400_000;

export function requestConformance(name: string, open: OpenPlace): void {
  test(`${name}: the first answer stays for 24 hours, and is what counts`, async (t) => {
    const store = await (await open(t))();
    assert.equal(await store.firstAnswer('k', 'depot', 'i', 1_000), null);
    assert.equal(await store.rememberAnswer('k', 'depot', 'i', 'first', 1_000), 'first');
    assert.equal(await store.rememberAnswer('k', 'depot', 'i', 'second', 2_000), 'first');
    assert.equal(await store.firstAnswer('k', 'depot', 'i', 3_000), 'first');
    assert.equal(await store.firstAnswer('k', 'other', 'i', 3_000), null);
    assert.equal(await store.firstAnswer('k2', 'depot', 'i', 3_000), null);
    assert.equal(await store.firstAnswer('k', 'depot', 'i', 1_000 + ANSWERS_KEPT), null);
    assert.equal(await store.rememberAnswer('k', 'depot', 'i', 'third', 1_000 + ANSWERS_KEPT), 'third');
    assert.equal(await store.firstAnswer('k', 'depot', 'i', 1_001 + ANSWERS_KEPT), 'third');
  });

  test(`${name}: a request is begun by whom no answer stops, and ended by its answer`, async (t) => {
    const store = await (await open(t))();
    const of = ['k', 'depot', 'i'] as const;
    assert.equal(await store.beginAnswer(...of, 1_000), 'ours');
    await store.giveUpAnswer(...of);
    assert.equal(await store.beginAnswer(...of, 1_001), 'ours', 'given up');
    await store.rememberAnswer(...of, 'first', 1_002);
    assert.deepEqual(await store.beginAnswer(...of, 1_003), { answer: 'first' });
    assert.equal(await store.beginAnswer(...of, 1_002 + ANSWERS_KEPT), 'ours', 'a day later');
  });

  test(`${name}: purging forgets answers of more than 24 hours and keeps the others`, async (t) => {
    const store = await (await open(t))();
    await store.rememberAnswer('k', 'depot', 'old', 'x', 1_000);
    await store.rememberAnswer('k', 'depot', 'new', 'y', 2_000);
    assert.equal(await store.purge(1_000 + ANSWERS_KEPT), false);
    assert.equal(await store.firstAnswer('k', 'depot', 'old', 1_000), null);
    assert.equal(await store.firstAnswer('k', 'depot', 'new', 2_000), 'y');
  });

  test(`${name}: answers are bounded by bytes, the oldest go first`, async (t) => {
    const store = await (await open(t))();
    const quarter = 'x'.repeat(ANSWER_BYTES_MAX / 4);
    for (const at of [1, 2, 3, 4]) await store.rememberAnswer('k', 's', String(at), quarter, at);
    const kept = async () => {
      const found: number[] = [];
      for (const at of [1, 2, 3, 4, 5]) {
        if ((await store.firstAnswer('k', 's', String(at), 5)) !== null) found.push(at);
      }
      return found;
    };
    assert.deepEqual(await kept(), [1, 2, 3, 4]);
    await store.rememberAnswer('k', 's', '5', 'y', 5);
    assert.deepEqual(await kept(), [2, 3, 4, 5]);
  });

  test(`${name}: the same start has the same number, any other another one`, async (t) => {
    const place = await open(t);
    const store = await place();
    const n = await store.transactionNumber(start(), 0);
    assert.ok(Number.isInteger(n) && n > 0);
    assert.equal(await store.transactionNumber(start(), 5), n);
    assert.equal(await (await place()).transactionNumber(start(), 6), n);
    const numbers = [n];
    for (const other of [
      start({ site: 'b' }),
      start({ charger: 'CP-2' }),
      start({ messageId: 'm-2' }),
      start({ idTag: '' }),
      start({ idTag: 'TAG\0' }),
      start({ idTag: 'TAG\0\0' }),
      start({ messageId: 'x'.repeat(100_000) }),
      start({ messageId: `${'x'.repeat(100_000)}y` }),
      start({ connector: 2 }),
      start({ timestamp: '2026-01-05T10:00:01Z' }),
    ]) {
      const given = await store.transactionNumber(other, 0);
      assert.equal(await store.transactionNumber(other, 0), given);
      numbers.push(given);
    }
    assert.equal(new Set(numbers).size, numbers.length);
  });

  test(`${name}: a number is not given again after its start was forgotten`, async (t) => {
    const place = await open(t);
    const first = await place();
    const n = await first.transactionNumber(start(), 0);
    await first.purge(31 * DAY);
    assert.ok((await (await place()).transactionNumber(start(), 0)) > n);
  });
}
