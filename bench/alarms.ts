/**
 * What the two alarms cost that come with the server: node --conditions=source bench/alarms.ts [SECONDS] [ROUNDS] [RATE]. Two
 * servers that differ in nothing but that one has them switched off; the same stations say the same to each in turns,
 * and the CPU time of its threads is told, for the clock on the wall tells little on a machine that does other things.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Child, forkScript } from './child.ts';
import { cleanUp } from './cleanup.ts';
import { type OurServer, startOurServer } from './our-server.ts';
import type { SwarmOrder, SwarmRun } from './swarm.ts';
import { count, ms, NONE, textTable, times } from './table.ts';

const [seconds, rounds, rate] = [8, 6, 500].map((preset, at) => Number(process.argv[at + 2] ?? preset));
const STATIONS = 200;
const NS_PER_MS = 1e6;
/** After a run: entries end, and alarms come to their end, too. */
const REST_MS = 3_000;
const READY = [
  { id: 'alarm_silent', name: 'Station silent for 15 minutes', rule: 'SILENT 15min' },
  { id: 'alarm_faulted', name: 'Connector Faulted', rule: 'action:StatusNotification status:Faulted' },
];
const ALL = 'the whole server';
const PARTS: Readonly<Record<string, string>> = {
  MainThread: 'its main thread',
  recorder: 'its recorder',
  alarms: 'its thread of alarms',
};

/** ms of CPU by part. */
type Used = ReadonlyMap<string, number>;

interface Contender {
  readonly server: OurServer;
  readonly swarm: Child;
  /** Of each round, for 1,000 calls. */
  readonly used: Used[];
}

/** Of all threads that are there; none of them ends while it is measured. */
function usedBy(pid: number): Used {
  const used = new Map<string, number>();
  const add = (part: string, more: number) => used.set(part, (used.get(part) ?? 0) + more);
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const of = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8').trim();
    // proc(5): ns on a core, ns of waiting for one, how often.
    const took = Number(of('schedstat').split(' ')[0]) / NS_PER_MS;
    const part = PARTS[of('comm')];
    add(ALL, took);
    if (part !== undefined) add(part, took);
  }
  return used;
}

async function ask<T>(swarm: Child, order: SwarmOrder): Promise<T> {
  swarm.send(order);
  // Safe: each order has its own answer.
  return (await swarm.next()) as T;
}

async function switchOff({ url, credentials }: OurServer): Promise<void> {
  for (const { id, name, rule } of READY) {
    const answer = await fetch(`${url}/rest/v1/alarms/${id}`, {
      method: 'PUT',
      headers: { authorization: credentials, 'content-type': 'application/json' },
      body: JSON.stringify({ name, rule, enabled: false }),
    });
    if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${await answer.text()}`);
  }
}

async function evaluated({ url, credentials }: OurServer): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: credentials } });
  return Number(/^ocpp_logs_alarms_entries_evaluated_total (\d+)/m.exec(await answer.text())?.[1]);
}

async function contender(on: boolean): Promise<Contender> {
  const server = await startOurServer({ sites: [{ id: 'depot' }] });
  if (!on) await switchOff(server);
  const swarm = forkScript('./swarm.ts');
  const url = `${server.url.replace('http', 'ws')}/ocpp/depot`;
  await ask(swarm, { order: 'connect', url, stations: STATIONS });
  return { server, swarm, used: [] };
}

async function round({ server, swarm, used }: Contender, keep: boolean): Promise<void> {
  const before = usedBy(server.pid);
  const { calls } = await ask<SwarmRun>(swarm, { order: 'run', seconds: seconds ?? 0, rate: rate ?? 0 });
  await setTimeout(REST_MS);
  const after = usedBy(server.pid);
  if (calls === 0) throw new Error('nothing was answered');
  const perCall = [...after].map(
    ([part, ms]) => [part, ((ms - (before.get(part) ?? 0)) * 1000) / calls] as const,
  );
  if (keep) used.push(new Map(perCall));
}

function median(of: readonly Used[], part: string): number {
  const sorted = of.map((used) => used.get(part) ?? 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

try {
  const [off, on] = [await contender(false), await contender(true)];
  // The first is for the compiler.
  for (let at = 0; at <= (rounds ?? 0); at += 1) {
    for (const each of at % 2 === 0 ? [off, on] : [on, off]) await round(each, at > 0);
  }
  const rows = [ALL, ...Object.values(PARTS)].map((part) => {
    const [without, with_] = [median(off.used, part), median(on.used, part)];
    const ratios = on.used.map((used, at) => (used.get(part) ?? 0) / (off.used[at]?.get(part) ?? 0));
    const range = [Math.min(...ratios), Math.max(...ratios)].map(times).join(' to ');
    // Nothing is no measure of anything.
    const compared = without < 1 ? [NONE, NONE] : [times(with_ / without), range];
    return [part, ms(without), ms(with_), ...compared];
  });
  const looked = [await evaluated(off.server), await evaluated(on.server)].map(count).join(' and ');
  console.log(
    textTable({
      title: 'CPU time for 1,000 calls, with the alarms off and on',
      header: ['', 'off', 'on', 'ratio', 'of single rounds'],
      rows,
      notes: [
        `${count(STATIONS)} stations, ${count(rate ?? 0)} calls/s for ${seconds} s, ${rounds} rounds in turns, medians; entries that were evaluated: ${looked}`,
      ],
    }),
  );
} finally {
  await cleanUp();
}
