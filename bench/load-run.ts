/** One run under load from the start of the server to its end, and what did not hold in it. */

import type { CsmsCounts } from '../test/load/csms-process.ts';
import { msAt } from '../test/load/histogram.ts';
import { type JudgedLoad, LOAD_BOUNDS, loadVerdicts, STORED_WITHIN } from '../test/load/load-verdicts.ts';
import type { StationSent } from '../test/load/stations-process.ts';
import {
  compareSite,
  type Faults,
  type StoredCounts,
  storedCounts,
  sumOfCounts,
} from '../test/load/stored.ts';
import { onCleanup } from './cleanup.ts';
import type { LoadMode, LoadOptions } from './load-options.ts';
import { findRate, hold, type Measured, pause, startReaders, storm, withReaders } from './load-phases.ts';
import { problemsOf } from './load-problems.ts';
import { Pulse } from './load-pulse.ts';
import { connectAll, countsOf, drain, type LoadRig, metricsOf, setRate, startRig } from './load-rig.ts';
import type { HeldCounts, LoadRun, ServerLook } from './load-seen.ts';
import { descriptorsOf, residentOf, socketsOpen } from './load-watch.ts';

const CONNECTED_A_SECOND = 300;
const STATIONS: Readonly<Record<LoadMode, number>> = { relay: 9_000, csms: 10_000 };
const COMMIT_LIMIT_MS = 60_000;
/** A side of the relay whose other side has ended is ended after half a minute: docs/design/relay.md. */
const LEAVE_LIMIT_MS = 40_000;

export async function loadRun(
  mode: LoadMode,
  options: LoadOptions,
  progress: (text: string) => void,
): Promise<LoadRun> {
  const stations = options.stations ?? STATIONS[mode];
  const told = (text: string) => progress(`${mode}: ${text}`);
  const { restSeconds } = options;
  const pulse = new Pulse(told);
  const endPulse = onCleanup(() => pulse.end());
  const rig = await startRig(mode, stations, options.sites);
  const look = (): ServerLook => {
    const { pid } = rig.server;
    return { resident: residentOf(pid), descriptors: descriptorsOf(pid), sockets: socketsOpen(pid) };
  };
  await pause(restSeconds);
  const idle = look();
  pulse.watch(rig);
  pulse.phase('connecting');
  const connecting = await connectAll(rig, (stations / CONNECTED_A_SECOND) * 1000);
  told(`${stations - connecting.missing} stations are connected`);
  await pause(restSeconds);
  const connected = look();
  pulse.phase('finding the rate');
  const found = await findRate(rig, options.rate, options, told);
  await setRate(rig, found.rate);
  pulse.phase('holding the load');
  const beforeHold = await metricsOf(rig);
  const held = await hold(rig, options.minutes, told);
  const stored = storedBetween(beforeHold, await metricsOf(rig));
  pulse.phase('settling');
  await drain(rig);
  const afterHold = await heldCounts(rig);
  told(`${afterHold.stored.exchanges} exchanges are stored of ${afterHold.sent} calls`);
  await setRate(rig, found.rate);
  await pause(restSeconds);
  pulse.phase('readers');
  const readers = options.readers === 0 ? null : await startReaders(rig, options);
  // They may take what the cores have left: they stand behind what records.
  const beside =
    readers === null
      ? null
      : await findRate(rig, found.rate, { ...options, cpu: Number.POSITIVE_INFINITY }, told);
  if (beside !== null) await setRate(rig, beside.rate);
  const reading = readers === null ? null : await withReaders(rig, readers, options);
  if (reading !== null) told(`${reading.readers.asked} questions of ${options.readers} readers`);
  pulse.phase('storm');
  const stormed = await storm(rig, readers, options);
  told(`all are back ${(stormed.connecting.ms / 1000).toFixed(1)} s after the cut`);
  if (stormed.readers !== null) told(`${stormed.readers.asked} questions of readers meanwhile`);
  pulse.phase('comparing');
  await readers?.leave();
  await drain(rig);
  const atEnd = await heldCounts(rig);
  const metrics = await metricsOf(rig);
  // What was not recorded has to be told by a gap of its own station: then all of them are looked at.
  const isWhole = metrics.get('unrecorded_total') === 0;
  const faults = await compare(rig, isWhole ? options.compared : Number.POSITIVE_INFINITY);
  told(`${faults.compared} calls are compared one by one`);
  pulse.phase('leaving');
  await Promise.all([rig.swarm.cut(), rig.probe.cut()]);
  await pause(restSeconds);
  await untilClosed(rig, idle.sockets + LOAD_BOUNDS.socketsLeft);
  const left = look();
  await pulse.leave();
  const ending = await rig.stop();
  await endPulse();
  const run = {
    mode,
    stations,
    printed: /at most [\d,]+ at once[^\n)]*/.exec(rig.server.output())?.[0] ?? 'nothing',
    sites: options.sites,
    wanted: options.rate,
    found,
    beside,
    idle,
    connecting,
    connected,
    minutes: options.minutes,
    beats: pulse.beats,
    unseen: pulse.unanswered,
    stored,
  };
  const seen = { ...run, held, afterHold, reading, storm: stormed, atEnd, faults, left, metrics };
  const judged = { ...seen, verdicts: loadVerdicts(judgedOf(seen)), tails: readers?.tails ?? 0 };
  return { ...judged, problems: [...problemsOf(judged), ...(ending === null ? [] : [ending])] };
}

function judgedOf(run: Omit<LoadRun, 'verdicts' | 'problems' | 'tails'>): JudgedLoad {
  const { minutes, beats, held, reading, stored, idle, left } = run;
  return {
    minutes,
    beats,
    isAdded: held.some(({ direct }) => direct !== null),
    heldP99: held.map(addedP99),
    busyP99: reading === null ? null : addedP99(reading.measured),
    stored,
    sockets: { before: idle.sockets, left: left.sockets },
  };
}

type Metrics = ReadonlyMap<string, number>;

/** What the server counted between two looks. */
function storedBetween(from: Metrics, to: Metrics): JudgedLoad['stored'] {
  const more = (name: string) => (to.get(name) ?? Number.NaN) - (from.get(name) ?? Number.NaN);
  const share = (of: string, seconds: number) =>
    more(`${of}_delay_seconds_bucket{le="${seconds}"}`) / more(`${of}_delay_seconds_count`);
  return { committed: share('commit', STORED_WITHIN.committed), onDisk: share('disk', STORED_WITHIN.onDisk) };
}

/** What the relay adds, ms; where there is none, all that an answer takes. */
function addedP99({ probe, direct }: Measured): number {
  return msAt(probe, 0.99) - (direct === null ? 0 : msAt(direct, 0.99));
}

async function untilClosed(rig: LoadRig, sockets: number): Promise<void> {
  const limit = performance.now() + LEAVE_LIMIT_MS;
  while (socketsOpen(rig.server.pid) > sockets && performance.now() < limit) await pause(0.5);
}

/** When all that was said is committed. */
async function heldCounts(rig: LoadRig): Promise<HeldCounts> {
  const limit = performance.now() + COMMIT_LIMIT_MS;
  while (((await metricsOf(rig)).get('uncommitted_bytes') ?? 0) > 0 && performance.now() < limit)
    await pause(0.1);
  const { most, probe } = await countsOf(rig);
  const stored: StoredCounts[] = [];
  for (const site of rig.sites) stored.push(await storedCounts(rig.server, site));
  return {
    sent: most.sent + probe.sent,
    answered: most.answered + probe.answered,
    skipped: most.skipped + probe.skipped,
    broken: most.broken + probe.broken,
    strange: most.strange + probe.strange,
    stored: sumOfCounts(stored),
    csms: (await rig.csms?.order<CsmsCounts>('counts')) ?? null,
  };
}

/** Whole sites, one by one, until so many calls are compared. */
async function compare(rig: LoadRig, wanted: number): Promise<Faults> {
  const sent = [...(await rig.swarm.sent()), ...(await rig.probe.sent())];
  const bySite = Map.groupBy(sent, ({ number }: StationSent) => rig.siteOf(number));
  const all: Faults[] = [];
  for (const [site, stations] of bySite) {
    if (all.reduce((sum, { compared }) => sum + compared, 0) >= wanted) break;
    all.push(await compareSite(rig.server, site, stations));
  }
  const sum = (of: (faults: Faults) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    missing: sum(({ missing }) => missing),
    inGap: sum(({ inGap }) => inGap),
    twice: sum(({ twice }) => twice),
    foreign: sum(({ foreign }) => foreign),
    otherwise: sum(({ otherwise }) => otherwise),
    compared: sum(({ compared }) => compared),
    examples: all.flatMap(({ examples }) => examples).slice(0, 10),
  };
}
