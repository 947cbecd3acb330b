/**
 * What the fleet of a month takes: node --conditions=source bench/fleet.ts ENTRIES SITES [FOLDER]. Seeds the folder unless it
 * holds something. First how stations did, then what was found in their messages; each is made, then asked for again.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FleetGroups } from '@ocpp-logs/core';
import { FleetTold, type ToldDays } from '../packages/server/src/api/fleet-told.ts';
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

async function measured(what: string, fleet: FleetTold, findings: boolean): Promise<readonly string[]> {
  const cpu = process.threadCpuUsage();
  const began = performance.now();
  let answers = 0;
  let missing = 0;
  let told: ToldDays;
  do {
    told = await fleet.gather(places, range, ever, findings);
    missing = told.missing + (findings ? told.findings.missing : 0);
    answers += 1;
  } while (missing > 0);
  const took = performance.now() - began;
  const { user, system } = process.threadCpuUsage(cpu);
  const grouped = new FleetGroups('station');
  for (const day of told.days) grouped.add(day);
  const groups = grouped.groups();
  const looked = groups.reduce((sum, { tally }) => sum + tally.entries, 0);
  const found = groups.flatMap(({ tally }) => Object.values(tally.findings)).reduce((a, b) => a + b, 0);
  const tries = groups.reduce((sum, { tally }) => sum + tally.attempts.tries, 0);
  return [
    what,
    ms(took),
    count(answers),
    count(groups.length),
    count(looked),
    count(tries),
    count(found),
    ms((user + system) / 1000),
  ];
}

// Threads are there before anything is measured.
for (const { id } of places) await reader.actions([id]);
const now = () => SEED_TO + 1;
const monotonic = () => performance.now();
const fleet = new FleetTold(reader, { now, monotonic });
const rows = [
  await measured('nothing is made yet', fleet, false),
  await measured('asked again', fleet, false),
];
const { reader_fleet_entries_total: read = 0 } = reader.counters();
rows.push(await measured('findings, not made yet', fleet, true), await measured('asked again', fleet, true));
const { reader_fleet_entries_total: all = 0 } = reader.counters();
console.log(
  textTable({
    title: `${count(Number(entries))} entries, ${sites} sites`,
    header: [
      '',
      'took',
      'answers',
      'stations',
      'entries looked at',
      'tries',
      'findings',
      'CPU time of the main thread',
    ],
    rows,
    notes: [`${count(read)} entries were read, and ${count(all - read)} for findings`],
  }),
);
await reader.close();
await cleanUp();
