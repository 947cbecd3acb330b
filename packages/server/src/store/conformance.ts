/** What any store must do. An engine's test opens one and runs this suite over it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Played } from './conformance/against-model.ts';
import { deepPageConformance } from './conformance/deep-pages.ts';
import { erasureConformance } from './conformance/erasure.ts';
import { fleetConformance } from './conformance/fleet.ts';
import { foundConformance } from './conformance/found.ts';
import { historyArbitrary, queryArbitrary } from './conformance/histories.ts';
import { knownConformance } from './conformance/known.ts';
import { neighbourConformance } from './conformance/neighbours.ts';
import type { OpenStore } from './conformance/opened.ts';
import { pageConformance } from './conformance/pages.ts';
import { restartConformance } from './conformance/restart.ts';
import { searchConformance } from './conformance/search.ts';
import { sessionConformance } from './conformance/sessions.ts';
import { unansweredConformance } from './conformance/unanswered.ts';

/** Runs in CI under two minutes; raise it when hunting. */
const HISTORIES = Number(process.env.STORE_HISTORIES ?? 60);

export function storeConformance(name: string, open: OpenStore): void {
  test(`${name}: any history reads back as from plain arrays`, async () => {
    await fc.assert(
      fc.asyncProperty(
        historyArbitrary,
        fc.array(queryArbitrary, { minLength: 3, maxLength: 6 }),
        async (history, queries) => {
          const store = await open();
          try {
            const played = new Played(store);
            for (const [place, step] of history.entries()) {
              await played.play(step);
              const query = queries[place % queries.length];
              if (query !== undefined && place % 3 === 0) await played.answersAsModel(query);
            }
            await played.play({ step: 'commit' });
            for (const query of queries) await played.answersAsModel(query);
            played.pendingAsModel();
            assert.deepEqual(played.problems(), []);
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: HISTORIES },
    );
  });
  pageConformance(name, open);
  deepPageConformance(name, open);
  knownConformance(name, open);
  restartConformance(name, open);
  searchConformance(name, open);
  sessionConformance(name, open);
  neighbourConformance(name, open);
  fleetConformance(name, open);
  foundConformance(name, open);
  unansweredConformance(name, open);
  erasureConformance(name, open);
}
