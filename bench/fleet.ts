/**
 * What the fleet of a month takes: node --conditions=source bench/fleet.ts ENTRIES SITES [FOLDER]. Seeds the folder unless it
 * holds something. First everything is made, then asked for again.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FleetGroups } from '@ocpp-logs/core';
import { FleetDays } from '../packages/server/src/api/fleet-days.ts';
import { openReader } from '../packages/server/src/store/sqlite/reader-pool.ts';
import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { SEED_FROM, SEED_TO, siteIds } from './seed.ts';
import { count, ms, textTable } from './table.ts';

const [entries = '1250000', sites = '1', given] = process.argv.slice(2);
const folder = given ?? temporaryFolder().path;
if (!existsSync(join(folder, 'logs'))) await seeded();
const reader = openReader(folder, { report: console.error });
const range = { from: SEED_FROM, to: SEED_TO };
const places = siteIds(Number(sites)).map((id) => ({ id, name: id, kept: 0 }));
const ever = new AbortController().signal;

async function seeded(): Promise<void> {
  const child = forkScript('./seed-store.ts', [folder, entries, sites]);
  for (let told: unknown = null; ; ) {
    told = await child.next();
    if (typeof told === 'object' && told !== null && 'bytes' in told) break;
  }
  await child.stop();
}

async function measured(what: string, fleet: FleetDays): Promise<readonly string[]> {
  const cpu = process.threadCpuUsage();
  const began = performance.now();
  let answers = 0;
  let found = await fleet.gather(places, range, ever);
  for (answers = 1; found.missing > 0; answers += 1) found = await fleet.gather(places, range, ever);
  const took = performance.now() - began;
  const { user, system } = process.threadCpuUsage(cpu);
  const grouped = new FleetGroups('station');
  for (const day of found.days) grouped.add(day);
  const groups = grouped.groups();
  const looked = groups.reduce((sum, { tally }) => sum + tally.entries, 0);
  const tries = groups.reduce((sum, { tally }) => sum + tally.attempts.tries, 0);
  return [
    what,
    ms(took),
    count(answers),
    count(groups.length),
    count(looked),
    count(tries),
    ms((user + system) / 1000),
  ];
}

// Threads are there before anything is measured.
for (const { id } of places) await reader.actions([id]);
const now = () => SEED_TO + 1;
const monotonic = () => performance.now();
const fleet = new FleetDays(reader, { now, monotonic });
const rows = [await measured('nothing is made yet', fleet), await measured('asked again', fleet)];
const { reader_fleet_entries_total: read = 0 } = reader.counters();
console.log(
  textTable({
    title: `${count(Number(entries))} entries, ${sites} sites`,
    header: ['', 'took', 'answers', 'stations', 'entries looked at', 'tries', 'CPU time of the main thread'],
    rows,
    notes: [`${count(read)} entries were read`],
  }),
);
await reader.close();
await cleanUp();
