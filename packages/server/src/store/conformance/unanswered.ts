/** That calls without an answer are found by their time, for what a later import brings. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTCOMES } from '@ocpp-logs/core';
import type { Slot } from '../store.ts';
import { entryAt } from './entries.ts';
import type { OpenStore } from './opened.ts';

/** Two of them before, two after. */
const END_OF_MAY = Date.UTC(2026, 5, 1);

export function unansweredConformance(name: string, open: OpenStore): void {
  test(`${name}: what ended without an answer is found by its time, newest first, over months`, async () => {
    const store = await open();
    try {
      const waiting = { outcome: 'unanswered', answer: null, answeredAt: null, latency: null } as const;
      const slots: Slot[] = [-2000, -1000, 0, 1000].map(() => ({ id: null }));
      const changes = slots.map((slot, nth) => {
        const at = END_OF_MAY + (nth - 2) * 1000;
        return { slot, entry: entryAt(at, { ...waiting, charger: nth % 2 === 0 ? 'CP1' : 'CP2' }) };
      });
      store.writer.apply('depot', changes);
      const [a, b, c, d] = slots.map(({ id }, nth) => ({ id, charger: nth % 2 === 0 ? 'CP1' : 'CP2' }));
      const found = (from: number, to: number, max = 10) =>
        store.writer.unanswered('depot', END_OF_MAY + from, END_OF_MAY + to, max);
      assert.deepEqual(found(-2000, 1001), [d, c, b, a], 'not committed yet');
      store.writer.commit();
      store.writer.seal('depot');
      assert.deepEqual(found(-2000, 1001), [d, c, b, a]);
      assert.deepEqual(found(-1999, 1000), [c, b]);
      assert.deepEqual(found(-2000, 1001, 3), [d, c, b]);
      assert.deepEqual(
        [found(0, 0), found(-9e12, -8e12), store.writer.unanswered('yard', 0, 9e12, 1)],
        [[], [], []],
      );
      const answered = entryAt(END_OF_MAY, { charger: 'CP1' });
      store.writer.apply('depot', [{ slot: { id: c?.id ?? null }, entry: answered }]);
      assert.deepEqual(found(-2000, 1001), [d, b, a]);
      store.writer.commit();
      assert.deepEqual(store.problems(), []);
    } finally {
      await store.close();
    }
  });

  test(`${name}: only what may still get an answer counts as without one`, async () => {
    const store = await open();
    try {
      const outcomes = [...OUTCOMES];
      const slots: Slot[] = outcomes.map(() => ({ id: null }));
      store.writer.apply(
        'depot',
        outcomes.map((outcome, nth) => ({
          slot: slots[nth] ?? { id: null },
          entry: entryAt(END_OF_MAY + nth, { outcome }),
        })),
      );
      const ids = new Set(
        store.writer.unanswered('depot', END_OF_MAY, END_OF_MAY + 100, 100).map(({ id }) => id),
      );
      assert.deepEqual(outcomes.filter((_, nth) => ids.has(slots[nth]?.id ?? -1n)).toSorted(), [
        'connection_lost',
        'replaced',
        'resent',
        'timeout',
        'unanswered',
      ]);
    } finally {
      await store.close();
    }
  });
}
