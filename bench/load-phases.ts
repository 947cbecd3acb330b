/** What is done to a rig, one after another, and what is seen meanwhile. */

import { ADMIN_TOKEN } from '../test/e2e/running-server.ts';
import { startProcess } from '../test/load/child-process.ts';
import { sumOf, type Times } from '../test/load/histogram.ts';
import type { ReaderCounts, ReadersPlan } from '../test/load/readers-process.ts';
import type { Connecting } from '../test/load/stations-process.ts';
import { onCleanup } from './cleanup.ts';
import type { LoadOptions } from './load-options.ts';
import { connectAll, countsOf, type LoadRig, metricsOf, pidsOf, setRate } from './load-rig.ts';
import { type CpuUse, cpuBetween, descriptorsOf, lookAtCpu, residentOf } from './load-watch.ts';

export interface Measured {
  readonly cpu: CpuUse;
  /** Of all stations at the server. */
  readonly callsPerSecond: number;
  readonly skipped: number;
  readonly unrecorded: number;
  /** Of stations in processes that have time: through the server, and beside it. */
  readonly probe: Times;
  readonly direct: Times | null;
  readonly all: Times;
  readonly resident: number;
  readonly descriptors: number;
  /** Event loop of the server, ms: the greatest of its last two minutes. */
  readonly loopP99: number;
  readonly loopMax: number;
  readonly uncommitted: number;
}

export async function measure(rig: LoadRig, seconds: number): Promise<Measured> {
  const before = await countsOf(rig);
  const metricsBefore = await metricsOf(rig);
  const from = lookAtCpu(pidsOf(rig));
  await pause(seconds);
  const cpu = cpuBetween(from, lookAtCpu(pidsOf(rig)));
  const after = await countsOf(rig);
  const metrics = await metricsOf(rig);
  const more = (of: (counts: typeof after) => number) => of(after) - of(before);
  const metric = (name: string) => metrics.get(name) ?? Number.NaN;
  return {
    cpu,
    callsPerSecond: more(({ most, probe }) => most.answered + probe.answered) / cpu.seconds,
    skipped: more(({ most, probe }) => most.skipped + probe.skipped),
    unrecorded: metric('unrecorded_total') - (metricsBefore.get('unrecorded_total') ?? 0),
    probe: after.probe.times,
    direct: after.direct?.times ?? null,
    all: sumOf([after.most.times, after.probe.times]),
    resident: residentOf(rig.server.pid),
    descriptors: descriptorsOf(rig.server.pid),
    loopP99: metric('process_event_loop_delay_p99_seconds') * 1000,
    loopMax: metric('process_event_loop_delay_max_seconds') * 1000,
    uncommitted: metric('uncommitted_bytes'),
  };
}

const TRIALS_MAX = 6;
/** Of what was asked for. */
const REACHED = 0.97;
/** Of what is on its way to the store; more was not stored in the time in which it came. */
const UNCOMMITTED_MAX = 32 * 1024 * 1024;
/** Closer than this the highest rate is not looked for. */
const CLOSE = 1.06;

export interface FoundRate {
  /** Calls a second of each station. */
  readonly rate: number;
  /** What was wrong with the lowest rate that was too high; null: the wanted one did. */
  readonly over: string | null;
}

/** The wanted rate, or the highest that leaves the cores as much as they should have and records everything. */
export async function findRate(
  rig: LoadRig,
  wanted: number,
  { cpu, trialSeconds, restSeconds }: LoadOptions,
  progress: (text: string) => void,
): Promise<FoundRate> {
  let rate = wanted;
  let held = 0;
  let tooHigh = Number.POSITIVE_INFINITY;
  let over: string | null = null;
  for (let trial = 1; trial <= TRIALS_MAX; trial++) {
    await setRate(rig, rate);
    await pause(restSeconds);
    const seen = await measure(rig, trialSeconds);
    const asked = rate * rig.stations;
    const used = `${(seen.cpu.share * 100).toFixed(0)} % of the cores`;
    const why =
      seen.unrecorded > 0
        ? `${seen.unrecorded} frames went unrecorded`
        : seen.uncommitted > UNCOMMITTED_MAX
          ? `${(seen.uncommitted / 1024 / 1024).toFixed(0)} MiB wait for the store, with ${used}`
          : seen.callsPerSecond < asked * REACHED
            ? `only ${seen.callsPerSecond.toFixed(0)} calls were answered a second, with ${used}`
            : seen.cpu.share > cpu
              ? used
              : null;
    progress(`${asked.toFixed(0)} calls a second: ${why ?? `${used}, which may be`}`);
    if (why === null) {
      held = rate;
      if (rate === wanted || tooHigh / held < CLOSE) break;
      rate = (held + tooHigh) / 2;
    } else {
      tooHigh = rate;
      over = `at ${asked.toFixed(0)} calls a second ${why}`;
      const down = seen.cpu.share > 0.97 ? 0.8 : Math.min(0.95, (0.97 * cpu) / seen.cpu.share);
      rate = held === 0 ? rate * down : (held + tooHigh) / 2;
      if (held > 0 && tooHigh / held < CLOSE) break;
    }
  }
  return { rate: held === 0 ? rate : held, over };
}

/** Measured a minute at a time. */
export async function hold(
  rig: LoadRig,
  minutes: number,
  progress: (text: string) => void,
): Promise<readonly Measured[]> {
  const turns = Math.max(3, Math.round(minutes));
  const found: Measured[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    found.push(await measure(rig, (minutes * 60) / turns));
    progress(`${turn} of ${turns} parts of ${minutes.toFixed(1)} minutes are held`);
  }
  return found;
}

/** One reader in so many follows a station. */
const TAIL_EVERY = 10;

/** People at the dashboard, until they are told to leave. */
export interface Readers {
  readonly count: number;
  /** Of them so many follow a station. */
  readonly tails: number;
  /** Since the last look. */
  counts(): Promise<ReaderCounts>;
  leave(): Promise<void>;
}

export async function startReaders(
  rig: LoadRig,
  { readers, questionSeconds }: LoadOptions,
): Promise<Readers> {
  const own = startProcess('./readers-process.ts');
  const stop = onCleanup(() => own.stop());
  const plan: ReadersPlan = {
    url: rig.server.url,
    credentials: `Bearer ${ADMIN_TOKEN}`,
    readers,
    tailEvery: TAIL_EVERY,
    everyMs: questionSeconds * 1000,
    sites: rig.sites.map((site, place) => [site, `CP${String(place + 1).padStart(5, '0')}`]),
  };
  await own.order('begin', plan);
  // All have asked once, and all tails are there.
  await pause(questionSeconds);
  await own.order('counts');
  return {
    count: readers,
    tails: Math.floor(readers / TAIL_EVERY),
    counts: () => own.order<ReaderCounts>('counts'),
    leave: async () => {
      await own.order('end');
      await stop();
    },
  };
}

export interface Reading {
  readonly measured: Measured;
  readonly readers: ReaderCounts;
}

export async function withReaders(
  rig: LoadRig,
  readers: Readers,
  { readerSeconds }: LoadOptions,
): Promise<Reading> {
  await readers.counts();
  const measured = await measure(rig, readerSeconds);
  return { measured, readers: await readers.counts() };
}

export interface Storm {
  readonly connecting: Connecting;
  readonly cpu: CpuUse;
  readonly resident: number;
  /** Who read on all the while; null: nobody. */
  readonly readers: ReaderCounts | null;
}

/** Every line is cut while calls are under way; all come back within these seconds, and go on calling; readers read on. */
export async function storm(
  rig: LoadRig,
  readers: Readers | null,
  { stormSeconds, restSeconds }: LoadOptions,
): Promise<Storm> {
  const from = lookAtCpu(pidsOf(rig));
  await Promise.all([rig.swarm.cut(), rig.probe.cut()]);
  const connecting = await connectAll(rig, stormSeconds * 1000, false);
  const cpu = cpuBetween(from, lookAtCpu(pidsOf(rig)));
  await pause(restSeconds);
  const read = (await readers?.counts()) ?? null;
  return { connecting, cpu, resident: residentOf(rig.server.pid), readers: read };
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
