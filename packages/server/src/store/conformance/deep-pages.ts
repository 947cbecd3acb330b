/** Pages deep in many days of several sites: whatever is passed over at once, each begins where counting leads. */

import { test } from 'node:test';
import { KINDS } from '@ocpp-logs/core';
import { Played } from './against-model.ts';
import { DEPOT_TIME, entryAt } from './entries.ts';
import { SITES } from './histories.ts';
import type { OpenStore } from './opened.ts';
import { parsed } from './searches.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** Over a month's end, days that are whole and some that are not, and one minute with more than a page passes. */
const TIMES = [
  ...Array.from({ length: 250 }, (_, n) => DEPOT_TIME + n * HOUR),
  ...Array.from({ length: 250 }, (_, n) => DEPOT_TIME + 30 * HOUR + n * 7 * SECOND),
  ...Array.from({ length: 250 }, (_, n) => DEPOT_TIME + 31 * HOUR + n),
];
const SKIPS = [750, 200, 1_290, 199, 1_499, 333, 2_000];
const QUESTIONS = [null, 'action:Heartbeat', 'connector:1', 'm1'];
const RANGES = [
  { from: 0, to: Date.UTC(2030, 0) },
  { from: DEPOT_TIME + 1_234_567, to: DEPOT_TIME + 77 * HOUR + 1_234_567 },
];

export function deepPageConformance(name: string, open: OpenStore): void {
  test(`${name}: a page begins behind as many entries as are to be passed over, by days, hours, minutes`, async () => {
    const store = await open();
    try {
      const played = new Played(store);
      for (const [offset, site] of SITES.entries()) {
        const entries = TIMES.map((at, n) =>
          entryAt(at + offset * 3, { action: n % 3 === 0 ? 'Heartbeat' : 'StatusNotification' }),
        );
        await played.play({ step: 'insert', site, entries });
      }
      await played.play({ step: 'commit' });
      for (const [at, skip] of SKIPS.entries()) {
        const question = QUESTIONS[at % QUESTIONS.length] ?? null;
        const order = at % 3 === 0 ? 'asc' : 'desc';
        const scopes = SITES.map((site) => ({
          filter: {
            site,
            ...(RANGES[at % 2] ?? { from: 0, to: 0 }),
            kinds: KINDS,
            actions: null,
            chargers: null,
            connectors: null,
            query: question === null ? null : parsed(question),
          },
          rendering: { siteName: site, exchange: true, raw: false },
        }));
        await played.answersAsModel({ scopes, order, take: 400, skip, after: null });
      }
    } finally {
      await store.close();
    }
  });
}
