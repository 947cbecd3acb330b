/** Any history of a store, and any question to it: for property tests against the model. */

import type { Entry } from '@ocpp-logs/core';
import { KINDS } from '@ocpp-logs/core';
import fc from 'fast-check';
import type { EntryFilter, PageQuery, SortOrder } from '../store.ts';
import { ACTIONS, CHARGERS, changeArbitrary, entryArbitrary, momentArbitrary } from './entries.ts';
import { searchArbitrary } from './searches.ts';

export const SITES = ['depot', 'höf/2'] as const;

export type Step =
  | { readonly step: 'insert'; readonly site: string; readonly entries: readonly Entry[] }
  /** Many of one action within an hour: enough for blocks of their own. */
  | { readonly step: 'burst'; readonly site: string; readonly entry: Entry; readonly n: number }
  | {
      readonly step: 'change';
      readonly site: string;
      readonly which: number;
      readonly change: Partial<Entry>;
    }
  | { readonly step: 'commit' }
  | { readonly step: 'seal'; readonly site: string }
  | {
      readonly step: 'maintain';
      readonly minutes: number;
      readonly keepDays: number;
      /** Of what only a level keeps; 0: as long as everything. */
      readonly infoDays: number;
      readonly debugDays: number;
    }
  | { readonly step: 'reopen' };

const site = fc.constantFrom(...SITES);

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant('insert' as const),
      site,
      entries: fc.array(entryArbitrary, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant('burst' as const),
      site,
      entry: entryArbitrary,
      n: fc.integer({ min: 60, max: 140 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant('change' as const),
      site,
      which: fc.nat(),
      change: changeArbitrary,
    }),
  },
  { weight: 3, arbitrary: fc.constant<Step>({ step: 'commit' }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('seal' as const), site }) },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('maintain' as const),
      minutes: fc.integer({ min: 1, max: 60 * 24 * 20 }),
      keepDays: fc.constantFrom(0, 0, 0, 30, 60),
      infoDays: fc.constantFrom(0, 0, 20, 40),
      debugDays: fc.constantFrom(0, 0, 10, 25),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ step: 'reopen' }) },
);

export const historyArbitrary = fc.array(stepArbitrary, { minLength: 1, maxLength: 25 });

const orderArbitrary = fc.constantFrom<SortOrder>('asc', 'desc');

export const filterArbitrary: fc.Arbitrary<EntryFilter> = fc
  .record({
    site,
    from: fc.oneof(fc.constant(0), momentArbitrary),
    to: fc.oneof(fc.constant(Date.UTC(2027, 0)), momentArbitrary),
    kinds: fc.oneof(
      fc.constant(['exchange' as const]),
      fc.uniqueArray(fc.constantFrom(...KINDS), { minLength: 1 }),
    ),
    actions: fc.option(fc.uniqueArray(fc.constantFrom(...ACTIONS, 'Never'), { minLength: 1, maxLength: 3 })),
    chargers: fc.option(fc.uniqueArray(fc.constantFrom(...CHARGERS, 'CP9'), { minLength: 1, maxLength: 2 })),
    query: fc.oneof(fc.constant(null), searchArbitrary),
    connectors: fc.option(fc.uniqueArray(fc.constantFrom(-1, 0, 1, 2, 7), { minLength: 1, maxLength: 2 })),
  })
  .map((filter) => (filter.actions === null ? filter : { ...filter, kinds: ['exchange'] as const }));

/** Of one site, or of both with the same filter. */
export const queryArbitrary: fc.Arbitrary<PageQuery> = fc
  .record({
    filter: filterArbitrary,
    both: fc.boolean(),
    order: orderArbitrary,
    exchange: fc.boolean(),
    raw: fc.boolean(),
    take: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 1000 })),
    skip: fc.oneof(fc.constant(0), fc.nat(150), fc.nat(1500)),
  })
  .map(({ filter, both, order, exchange, raw, take, skip }) => ({
    scopes: (both ? SITES : [filter.site]).map((of) => ({
      filter: { ...filter, site: of },
      rendering: { siteName: `Site ${of}`, exchange, raw },
    })),
    order,
    take,
    skip,
    after: null,
  }));
