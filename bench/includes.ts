/**
 * What a page of 1,000 entries takes by what is told with them: node --conditions=source bench/includes.ts [ENTRIES] [STATIONS]
 * [ROUNDS]. One server, the same pages in turns; the sessions and what neighbours tell have to be read beside them. Of a machine that
 * does other things the CPU time of the server tells more than the clock on the wall.
 */

import { forkScript } from './child.ts';
import { cleanUp, temporaryFolder } from './cleanup.ts';
import { cpuTime } from './cpu-time.ts';
import { HttpClient } from './http-client.ts';
import { startOurServer } from './our-server.ts';
import { percentile } from './percentile.ts';
import { SEED_FROM, SEED_TO, siteIds } from './seed.ts';
import { count, markdownTable, ms, times } from './table.ts';

const [entries = 50_000, stations = 100, rounds = 20] = process.argv.slice(2).map(Number);
const TAKE = 1_000;
const [SITE = ''] = siteIds(1);
const INCLUDES = ['', 'exchange', 'session', 'validation', 'session,validation'];

interface Told {
  readonly ocpp_logs: readonly {
    readonly session?: { readonly id: string | null } | null;
    readonly validation?: { readonly complete: boolean; readonly findings: readonly unknown[] };
  }[];
}

async function seeded(folder: string): Promise<void> {
  const child = forkScript('./seed-store.ts', [folder, String(entries), '1', String(stations)]);
  for (let told: unknown = null; ; ) {
    told = await child.next();
    if (typeof told === 'object' && told !== null && 'bytes' in told) break;
  }
  await child.stop();
}

/** Pages that end at even steps of the second half of the month, each with its 1,000 entries before. */
function pathOf(include: string, round: number): string {
  const to = SEED_TO - Math.floor(((SEED_TO - SEED_FROM) / 2) * (round / rounds));
  const asked = new URLSearchParams({
    from: new Date(SEED_FROM).toISOString(),
    to: new Date(to).toISOString(),
    take: String(TAKE),
    ...(include === '' ? {} : { include }),
  });
  return `/rest/v1/ocpp-logs/site/${SITE}?${asked}`;
}

const folder = temporaryFolder();
await seeded(folder.path);
const server = await startOurServer({ sites: [{ id: SITE }], folder: folder.path });
const client = new HttpClient(server.url, { authorization: server.credentials });
const samples = new Map<string, number[]>(INCLUDES.map((include) => [include, []]));
const bytes = new Map<string, number>();
/** ms of each, all threads. */
const used = new Map<string, number>();
let [unknown, found, inSessions] = [0, 0, 0];
// The first round warms files and code.
for (let round = 0; round <= rounds; round += 1) {
  for (const include of INCLUDES) {
    const before = cpuTime(server.pid) ?? Number.NaN;
    const answer = await client.get(pathOf(include, Math.max(0, round - 1)));
    if (round === 0) continue;
    const cpu = (cpuTime(server.pid) ?? Number.NaN) - before;
    used.set(include, (used.get(include) ?? 0) + cpu / rounds);
    samples.get(include)?.push(answer.ms);
    bytes.set(include, (bytes.get(include) ?? 0) + answer.bytes / rounds);
    if (include !== 'session,validation') continue;
    // Safe: it is our own API.
    for (const { session, validation } of (JSON.parse(answer.body.toString()) as Told).ocpp_logs) {
      if (validation?.complete !== true || session?.id === null) unknown += 1;
      found += validation?.findings.length ?? 0;
      if (typeof session?.id === 'string') inSessions += 1;
    }
  }
}
const plain = percentile(samples.get('') ?? [], 0.5);
const plainCpu = used.get('') ?? Number.NaN;
console.log(
  markdownTable({
    title: `A page of ${count(TAKE)} of ${count(entries)} entries of ${count(stations)} stations, by what is included`,
    header: ['include', 'p50', 'p99', 'takes', 'CPU time', 'takes', 'bytes', 'requests'],
    rows: INCLUDES.map((include) => {
      const own = samples.get(include) ?? [];
      const p50 = percentile(own, 0.5);
      const cpu = used.get(include) ?? Number.NaN;
      return [
        include === '' ? 'nothing' : `\`${include}\``,
        ms(p50),
        ms(percentile(own, 0.99)),
        times(p50 / plain),
        ms(cpu),
        times(cpu / plainCpu),
        count(bytes.get(include) ?? 0),
        count(own.length),
      ];
    }),
    notes: [
      `${count(inSessions)} of ${count(rounds * TAKE)} entries are in a session, ${count(found)} findings; of ${count(unknown)} it is unknown`,
    ],
  }),
);
client.close();
await server.stop();
await cleanUp();
