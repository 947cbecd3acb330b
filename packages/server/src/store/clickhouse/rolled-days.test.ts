/** How a question is divided between days that were counted and entries. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS } from '@ocpp-logs/core';
import { parsed } from '../conformance/searches.ts';
import type { EntryFilter } from '../store.ts';
import { divided, type Runs } from './rolled-days.ts';

const DAY = 86_400_000;

const filter = (site: string, from: number, to: number, over: Partial<EntryFilter> = {}): EntryFilter => ({
  site,
  from: from * DAY,
  to: to * DAY,
  kinds: KINDS,
  actions: null,
  chargers: null,
  connectors: null,
  query: null,
  ...over,
});

function spans(filters: readonly EntryFilter[], runs: Runs, needs: readonly string[] | null = []) {
  const { rolled, rest } = divided(filters, runs, needs);
  const told = (some: readonly EntryFilter[]) =>
    some.map(({ site, from, to }) => `${site} ${from / DAY}-${to / DAY}`);
  return {
    rolled: rolled.map(({ group, filters: of }) => [group.name, ...told(of)]),
    rest: told(rest),
  };
}

const RUNS: Runs = new Map([
  [
    'depot',
    [
      { first: 10, end: 20 },
      { first: 21, end: 22 },
    ],
  ],
]);

test('whole days that were counted are taken, and what lies between and around them is read', () => {
  assert.deepEqual(spans([filter('depot', 5.5, 30)], RUNS), {
    rolled: [['by_hour', 'depot 10-20', 'depot 21-22']],
    rest: ['depot 5.5-10', 'depot 20-21', 'depot 22-30'],
  });
  assert.deepEqual(spans([filter('depot', 12, 15), filter('yard', 12, 15)], RUNS), {
    rolled: [['by_hour', 'depot 12-15']],
    rest: ['yard 12-15'],
  });
  assert.deepEqual(spans([filter('depot', 11.5, 13.5)], RUNS), {
    rolled: [['by_hour', 'depot 12-13']],
    rest: ['depot 11.5-12', 'depot 13-13.5'],
  });
  assert.deepEqual(spans([filter('depot', 11.5, 12.5)], RUNS), { rolled: [], rest: ['depot 11.5-12.5'] });
});

test('what no count tells is read: columns that were not counted together, and searches for more than kind and outcome', () => {
  const of = (over: Partial<EntryFilter>, needs: readonly string[] = []) =>
    spans([filter('depot', 12, 15, over)], RUNS, needs).rolled.map(([group]) => group);
  assert.deepEqual(of({ chargers: ['CP1'], actions: ['Heartbeat'] }), ['by_station']);
  assert.deepEqual(of({ chargers: ['CP1'] }, ['charger']), ['by_station']);
  assert.deepEqual(of({ chargers: ['CP1'] }, ['hour', 'outcome']), []);
  assert.deepEqual(of({ connectors: [1] }), ['by_connector']);
  assert.deepEqual(of({ connectors: [1], chargers: ['CP1'] }), []);
  assert.deepEqual(of({ query: parsed('outcome:error -kind:connection') }), ['by_hour']);
  assert.deepEqual(of({ query: parsed('outcome:error') }, ['statuses']), []);
  for (const search of ['station:CP1', 'action:Boot*', 'outcome:error Faulted', 'latency:>1s'])
    assert.deepEqual(of({ query: parsed(search) }), [], search);
  assert.deepEqual(spans([filter('depot', 12, 15)], RUNS, null), { rolled: [], rest: ['depot 12-15'] });
});

test('of sites that differ in too many days the short runs are read from their entries', () => {
  const sites = Array.from({ length: 300 }, (_, at) => `site-${at}`);
  const filters = sites.map((site) => filter(site, 0, 1000));
  const runs = new Map(
    sites.map((site, at) => [
      site,
      [
        { first: 0, end: 500 },
        { first: 501 + at, end: 502 + at },
      ],
    ]),
  );
  const found = divided(filters, runs, []);
  assert.deepEqual(
    found.rolled.map((each) => each.filters.length),
    [300],
  );
  assert.equal(found.rest.length, 300);
  assert.ok(found.rest.every(({ from, to }) => from === 500 * DAY && to === 1000 * DAY));
  // Where all of them differ in all, nothing is left.
  const other = new Map(sites.map((site, at) => [site, [{ first: at, end: at + 400 }]]));
  assert.deepEqual(divided(filters, other, []), { rolled: [], rest: filters });
});
