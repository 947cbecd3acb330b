/** One run under load from the start of the server to its end, and what did not hold in it. */

import type { CsmsCounts } from '../test/load/csms-process.ts';
import type { Connecting, StationSent } from '../test/load/stations-process.ts';
import {
  compareSite,
  type Faults,
  type StoredCounts,
  storedCounts,
  sumOfCounts,
} from '../test/load/stored.ts';
import type { LoadMode, LoadOptions } from './load-options.ts';
import {
  type FoundRate,
  findRate,
  hold,
  type Measured,
  pause,
  type Reading,
  type Storm,
  storm,
  withReaders,
} from './load-phases.ts';
import { connectAll, countsOf, drain, type LoadRig, metricsOf, setRate, startRig } from './load-rig.ts';
import { descriptorsOf, residentOf } from './load-watch.ts';

export interface HeldCounts {
  readonly sent: number;
  readonly answered: number;
  readonly skipped: number;
  /** Connections that ended by themselves. */
  readonly broken: number;
  /** Answers to what was not asked. */
  readonly strange: number;
  readonly stored: StoredCounts;
  readonly csms: CsmsCounts | null;
}

export interface LoadRun {
  readonly mode: LoadMode;
  readonly stations: number;
  /** What the server said of it when it started. */
  readonly printed: string;
  readonly sites: number;
  readonly wanted: number;
  readonly found: FoundRate;
  readonly idle: { readonly resident: number; readonly descriptors: number };
  readonly connecting: Connecting;
  readonly connected: { readonly resident: number; readonly descriptors: number };
  readonly held: readonly Measured[];
  readonly afterHold: HeldCounts;
  readonly reading: Reading | null;
  readonly storm: Storm;
  readonly atEnd: HeldCounts;
  readonly faults: Faults;
  readonly left: { readonly resident: number; readonly descriptors: number };
  readonly metrics: ReadonlyMap<string, number>;
  /** What did not hold, for people. */
  readonly problems: readonly string[];
}

const CONNECTED_A_SECOND = 300;
const STATIONS: Readonly<Record<LoadMode, number>> = { relay: 9_000, csms: 10_000 };
const COMMIT_LIMIT_MS = 60_000;

export async function loadRun(
  mode: LoadMode,
  options: LoadOptions,
  progress: (text: string) => void,
): Promise<LoadRun> {
  const stations = options.stations ?? STATIONS[mode];
  const told = (text: string) => progress(`${mode}: ${text}`);
  const { restSeconds } = options;
  const rig = await startRig(mode, stations, options.sites);
  const look = () => ({
    resident: residentOf(rig.server.pid),
    descriptors: descriptorsOf(rig.server.pid),
  });
  await pause(restSeconds);
  const idle = look();
  const connecting = await connectAll(rig, (stations / CONNECTED_A_SECOND) * 1000);
  told(`${stations - connecting.missing} stations are connected`);
  await pause(restSeconds);
  const connected = look();
  const found = await findRate(rig, options.rate, options, told);
  await setRate(rig, found.rate);
  const held = await hold(rig, options.minutes, told);
  await drain(rig);
  const afterHold = await heldCounts(rig);
  told(`${afterHold.stored.exchanges} exchanges are stored of ${afterHold.sent} calls`);
  await setRate(rig, found.rate);
  await pause(restSeconds);
  const reading = options.readers === 0 ? null : await withReaders(rig, options);
  if (reading !== null) told(`${options.readers} readers have asked`);
  const stormed = await storm(rig, options);
  told(`all are back ${(stormed.connecting.ms / 1000).toFixed(1)} s after the cut`);
  await drain(rig);
  const atEnd = await heldCounts(rig);
  const metrics = await metricsOf(rig);
  // What was not recorded has to be told by a gap of its own station: then all of them are looked at.
  const isWhole = metrics.get('unrecorded_total') === 0;
  const faults = await compare(rig, isWhole ? options.compared : Number.POSITIVE_INFINITY);
  told(`${faults.compared} calls are compared one by one`);
  await Promise.all([rig.swarm.cut(), rig.probe.cut()]);
  await pause(restSeconds);
  const left = look();
  await rig.stop();
  const run = {
    mode,
    stations,
    printed: /at most [\d,]+ at once[^\n)]*/.exec(rig.server.output())?.[0] ?? 'nothing',
    sites: options.sites,
    wanted: options.rate,
    found,
    idle,
    connecting,
    connected,
  };
  const seen = { ...run, held, afterHold, reading, storm: stormed, atEnd, faults, left, metrics };
  return { ...seen, problems: problemsOf(seen) };
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

function problemsOf(run: Omit<LoadRun, 'problems'>): readonly string[] {
  const { afterHold, atEnd, faults, metrics, stations, storm: stormed, connecting, reading } = run;
  const found: string[] = [];
  const say = (isWrong: boolean, what: string) => {
    if (isWrong) found.push(what);
  };
  const unrecorded = metrics.get('unrecorded_total') ?? Number.NaN;
  say(connecting.missing > 0, `${connecting.missing} stations never connected`);
  say(stormed.connecting.missing > 0, `${stormed.connecting.missing} stations never came back`);
  say(afterHold.answered !== afterHold.sent, `${afterHold.sent - afterHold.answered} calls got no answer`);
  // What goes unrecorded at the bound is told by a gap entry of its station, one by one below: docs/limits.md.
  say(
    unrecorded === 0 && afterHold.stored.exchanges !== afterHold.sent,
    `${afterHold.stored.exchanges} exchanges are stored of ${afterHold.sent} calls`,
  );
  say(
    unrecorded === 0 && afterHold.stored.answered !== afterHold.stored.exchanges,
    `${afterHold.stored.answered} of ${afterHold.stored.exchanges} are stored as answered`,
  );
  say(
    unrecorded > 0,
    `${unrecorded} frames went unrecorded; ${faults.inGap} calls lie in gaps of their stations`,
  );
  say(
    unrecorded === 0 && (atEnd.stored.exchanges < atEnd.answered || atEnd.stored.exchanges > atEnd.sent),
    `at the end ${atEnd.stored.exchanges} exchanges are stored; ${atEnd.answered} were answered, ${atEnd.sent} sent`,
  );
  say(atEnd.broken > 0, `${atEnd.broken} connections ended by themselves`);
  say(atEnd.strange > 0, `${atEnd.strange} answers to what was not asked`);
  // An answer whose call went unrecorded is an orphan.
  say(unrecorded === 0 && atEnd.stored.strange > 0, `${atEnd.stored.strange} entries are no exchanges`);
  // Accepted, cut, accepted again; an attempt that was given up may have been accepted, and is told then.
  const tries = [...stormed.connecting.failures.values(), ...connecting.failures.values()];
  const most = stations * 3 + 2 * tries.reduce((sum, times) => sum + times, 0);
  say(
    unrecorded === 0 && (atEnd.stored.connections < stations * 3 || atEnd.stored.connections > most),
    `${atEnd.stored.connections} entries of connections instead of ${stations * 3}`,
  );
  const wrong = faults.twice + faults.foreign + faults.otherwise + faults.missing;
  say(wrong > 0, `one by one: ${faults.examples.join('; ')}`);
  const { csms } = atEnd;
  say(csms !== null && csms.again + csms.strange > 0, `${csms?.again} calls reached the CSMS twice`);
  say(
    afterHold.csms !== null && afterHold.csms.missing > 0,
    `${afterHold.csms?.missing} calls never reached the CSMS`,
  );
  say(
    metrics.get('capture_stations') !== stations,
    `${metrics.get('capture_stations')} stations are counted as connected`,
  );
  const others = [...(reading?.readers.others ?? [])];
  say(
    others.length > 0,
    `readers were answered otherwise: ${others.map((one) => one.join(' x ')).join(', ')}`,
  );
  return found;
}
