/** Every search of the corpus over entries of all sorts: what the store finds and counts is what looking at each finds. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '@ocpp-logs/core';
import { KINDS } from '@ocpp-logs/core';
import fc from 'fast-check';
import { atSite } from '../at-site.ts';
import type { PageQuery } from '../store.ts';
import { Played } from './against-model.ts';
import { DEPOT_TIME, entryArbitrary } from './entries.ts';
import { SITES } from './histories.ts';
import type { OpenStore } from './opened.ts';
import { parsed, SEARCHES } from './searches.ts';

const ENTRIES = 150;
const MINUTE = 60_000;
/** Everything, and parts of the hour in which most entries are. */
const EVERYTHING = { from: 0, to: Date.UTC(2027, 0) };
const RANGES = [
  EVERYTHING,
  { from: DEPOT_TIME + 7 * MINUTE, to: Date.UTC(2027, 0) },
  { from: 0, to: DEPOT_TIME + 40 * MINUTE },
  { from: DEPOT_TIME + 20 * MINUTE, to: DEPOT_TIME + 50 * MINUTE },
  { from: Date.UTC(2026, 3, 30), to: DEPOT_TIME + 10 * MINUTE },
];

function entriesOf(seed: number): readonly Entry[] {
  return fc.sample(entryArbitrary, { seed, numRuns: ENTRIES });
}

/** Of both sites. */
function asked(text: string, at: number): PageQuery {
  return {
    scopes: SITES.map((site) => ({
      filter: atSite(
        {
          ...(RANGES[at % RANGES.length] ?? EVERYTHING),
          kinds: KINDS,
          actions: null,
          chargers: null,
          connectors: null,
          query: parsed(text),
        },
        { id: site, name: site },
      ),
      rendering: { siteName: site, exchange: true, raw: false },
    })),
    order: at % 2 === 0 ? 'asc' : 'desc',
    take: 7 + at,
    skip: at % 3,
    after: null,
  };
}

export function searchConformance(name: string, open: OpenStore): void {
  test(`${name}: every search of the corpus finds what looking at each entry finds`, async () => {
    const store = await open();
    try {
      const played = new Played(store);
      for (const [at, site] of SITES.entries()) {
        await played.play({ step: 'insert', site, entries: entriesOf(7 + at) });
        await played.play({ step: 'seal', site });
        await played.play({ step: 'insert', site, entries: entriesOf(70 + at) });
      }
      await played.play({ step: 'commit' });
      for (const [at, text] of SEARCHES.entries()) await played.answersAsModel(asked(text, at));
      assert.deepEqual(played.problems(), []);
    } finally {
      await store.close();
    }
  });
}
