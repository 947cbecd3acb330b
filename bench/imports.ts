/**
 * What an import of a large file takes: node --conditions=source bench/imports.ts MEGABYTES [STATIONS] [--once]. Writes
 * seeded traffic as lines with a time, and has `ocpp-logs import` read it as a user would, on the pinned
 * Node; twice, as the second time nothing may be added. A station for every 6,250 entries unless more are asked for.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { runMeasured } from './measured-run.ts';
import type { Spoken } from './said.ts';
import { stationCount, traffic } from './seed.ts';
import { count, textTable } from './table.ts';

const MEGABYTE = 1_000_000;
const BLOCK = 1_000_000;
/** Of an entry in the file, in the mean: by it the number of stations follows from the size. */
const ENTRY_BYTES = 420;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { once: { type: 'boolean', default: false } },
});
const [megabytes = 250, stations = 1] = positionals.map(Number);
/** Their stations are told as those of one site. */
const plan = { entries: Math.ceil((megabytes * MEGABYTE) / ENTRY_BYTES), sites: stations };
const { path: folder } = temporaryFolder();
const file = join(folder, 'traffic.log');
const written = await writeTraffic(megabytes * MEGABYTE);
const runs = [await imported()];
if (!values.once) runs.push(await imported());
process.stdout.write(
  textTable({
    title: `Import of a file of ${count(megabytes)} MB: ${count(written)} entries of ${count(stationCount(plan))} stations`,
    header: ['', 'seconds', 'entries/s', 'MB/s', 'memory, MB', 'new frames', 'stored before'],
    rows: runs.map(({ seconds, memory, accepted, duplicates }, place) => [
      place === 0 ? 'into an empty folder' : 'the same again',
      seconds.toFixed(1),
      count(Math.round(written / seconds)),
      (megabytes / seconds).toFixed(1),
      memory === null ? '-' : String(Math.round(memory / MEGABYTE)),
      count(accepted),
      count(duplicates),
    ]),
    notes: ['memory: VmHWM of the process, what it held at most'],
  }),
);
await cleanUp();

function lineOf({ charger }: Spoken, at: number, frame: string, up: boolean): string {
  return `${new Date(at).toISOString()} ${charger} ${up ? '->' : '<-'} ${frame}\n`;
}

/** Returns how many entries there are in it. */
async function writeTraffic(bytes: number): Promise<number> {
  const out = createWriteStream(file);
  let block = '';
  let length = 0;
  let entries = 0;
  for (const spoken of traffic(plan)) {
    const up = spoken.direction === 'station_to_csms';
    block += lineOf(spoken, spoken.at, spoken.call, up);
    if (spoken.answer !== null)
      block += lineOf(spoken, spoken.at + Math.round(spoken.latency / 1000), spoken.answer, !up);
    entries += 1;
    if (block.length < BLOCK) continue;
    length += block.length;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
    if (length >= bytes) break;
  }
  out.end(block);
  await once(out, 'finish');
  return entries;
}

interface Imported {
  readonly seconds: number;
  readonly memory: number | null;
  readonly accepted: number;
  readonly duplicates: number;
}

async function imported(): Promise<Imported> {
  const args = [
    'import',
    file,
    '--data',
    join(folder, 'data'),
    '--site',
    'bench',
    '--seen-from',
    'station',
    '--json',
  ];
  const { seconds, memory, output } = await runMeasured(args);
  const report: unknown = JSON.parse(output);
  const told = (name: string): number => {
    // Safe: the report is an object by its own tests; a member that is no number shows as NaN.
    return Number((report as Record<string, unknown>)[name]);
  };
  return { seconds, memory, accepted: told('accepted'), duplicates: told('duplicates') };
}
