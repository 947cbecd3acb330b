/**
 * What searches across sites take, in the reading threads: node --conditions=source bench/search.ts ENTRIES SITES [FOLDER].
 * Seeds the folder unless it holds something. Every question asks for a range of its own, so that nothing that was
 * counted before answers it.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseQuery } from '@ocpp-logs/core';
import { openReader } from '../packages/server/src/store/sqlite/reader-pool.ts';
import { type EntryFilter, FACET_FIELDS } from '../packages/server/src/store/store.ts';
import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { percentile } from './percentile.ts';
import { SEED_FROM, SEED_TO, siteIds } from './seed.ts';
import { count, ms, textTable } from './table.ts';

const HOUR = 3_600_000;
const REPEATS = 15;

interface Told {
  readonly count?: number;
  readonly exact?: boolean;
  readonly countExact?: boolean;
}

const [entries = '1000000', sites = '200', given] = process.argv.slice(2);
const folder = given ?? temporaryFolder().path;
if (!existsSync(join(folder, 'logs'))) await seeded();
const reader = openReader(folder, { report: console.error });

async function seeded(): Promise<void> {
  const child = forkScript('./seed-store.ts', [folder, entries, sites]);
  for (let told: unknown = null; ; ) {
    told = await child.next();
    if (typeof told === 'object' && told !== null && 'bytes' in told) break;
  }
  await child.stop();
}

function filters(search: string, at: number, hours?: number): readonly EntryFilter[] {
  const parsed = parseQuery(search);
  if (parsed.kind === 'fault') throw new Error(parsed.error.message);
  const to = SEED_TO - at * 61 * 60_000;
  return siteIds(Number(sites)).map((site) => ({
    site,
    from: hours === undefined ? SEED_FROM : to - hours * HOUR,
    to,
    kinds: ['exchange'],
    actions: null,
    chargers: null,
    connectors: null,
    query: parsed.root,
  }));
}

function page(search: string, quick = false) {
  return (at: number): Promise<Told> =>
    reader.page({
      scopes: filters(search, at).map((filter) => ({
        filter,
        rendering: { siteName: filter.site, exchange: true, raw: false },
      })),
      order: 'desc',
      take: 100,
      skip: 0,
      after: null,
      quick,
    });
}

const facets = (search: string) => (at: number) =>
  reader.facets({ filters: filters(search, at), fields: FACET_FIELDS, top: 20 });

const QUESTIONS: readonly (readonly [name: string, ask: (at: number) => Promise<Told>])[] = [
  ['first page', page('')],
  ['page, status:Finishing', page('status:Finishing')],
  ['page, has:error -error:NoError', page('has:error -error:NoError')],
  ['facets of the month', facets('')],
  ['facets, status:Finishing', facets('status:Finishing')],
  ['histogram of the month, 12 h', (at) => reader.histogram({ filters: filters('', at), step: 12 * HOUR })],
  ['histogram of a day, 15 min', (at) => reader.histogram({ filters: filters('', at, 24), step: HOUR / 4 })],
  ['page, free text, count=quick', page('payload:Charging', true)],
  ['page, free text', page('payload:Charging')],
];

const rows: string[][] = [];
for (const [name, ask] of QUESTIONS) {
  const took: number[] = [];
  let told: Told = {};
  await ask(REPEATS);
  for (let at = 0; at < REPEATS; at++) {
    const start = performance.now();
    told = await ask(at);
    took.push(performance.now() - start);
  }
  const exact = told.exact ?? told.countExact ?? true;
  const found = told.count === undefined ? '-' : `${exact ? '' : '>= '}${count(told.count)}`;
  rows.push([name, ms(percentile(took, 0.5)), ms(percentile(took, 0.95)), found]);
}
await reader.close();
const title = `Searches across ${sites} sites, ${entries} entries of a month`;
process.stdout.write(textTable({ title, header: ['', 'p50', 'p95', 'entries'], rows, notes: [] }));
await cleanUp();
