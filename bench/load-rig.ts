/** All that takes part in a run under load, each a process of its own, and one order to each that must be given to all. */

import { SERVER_ENV } from '../scripts/node24.mjs';
import { type RunningServer, startServer } from '../test/e2e/running-server.ts';
import { type LoadProcess, startProcess } from '../test/load/child-process.ts';
import type { Connecting, StationCounts } from '../test/load/stations-process.ts';
import { Swarm } from '../test/load/swarm.ts';
import { onCleanup, temporaryFolder } from './cleanup.ts';
import type { LoadMode } from './load-options.ts';

export interface LoadRig {
  readonly mode: LoadMode;
  readonly server: RunningServer;
  readonly sites: readonly string[];
  /** Nearly all of the stations. */
  readonly swarm: Swarm;
  /** The others: in a process that has time, so that what it times is the server. */
  readonly probe: Swarm;
  /** As many, connected to the CSMS without the relay; null where there is none. */
  readonly direct: Swarm | null;
  readonly csms: LoadProcess | null;
  /** At the server. */
  readonly stations: number;
  /** Site of the station with this number. */
  readonly siteOf: (number: number) => string;
  /** Why it did not end well; null where it did. What was measured before is told all the same. */
  stop(): Promise<string | null>;
}

const PROBES = 100;
const PROCESSES = 2;

export async function startRig(mode: LoadMode, stations: number, siteCount: number): Promise<LoadRig> {
  const probes = Math.min(PROBES, Math.floor(stations / 4));
  const sites = Array.from({ length: siteCount }, (_, place) => `site-${String(place + 1).padStart(3, '0')}`);
  const siteAt = (place: number) => sites[place % siteCount] ?? '';
  const csms = mode === 'relay' ? startProcess('./csms-process.ts') : null;
  if (csms !== null) onCleanup(() => csms.stop());
  const csmsPort = (await csms?.order<number>('listen')) ?? 0;
  const settings = temporaryFolder();
  const server = await startServer({
    folder: settings.path,
    // JSON is YAML.
    config: JSON.stringify({
      sites: sites.map((id) =>
        mode === 'relay' ? { id, upstream: `ws://127.0.0.1:${csmsPort}/{charger}` } : { id },
      ),
      log_level: 'warn',
    }),
    env: SERVER_ENV,
  });
  onCleanup(async () => {
    await server.stop('SIGKILL');
  });
  const port = Number(new URL(server.url).port);
  const swarmOf = async (
    count: number,
    first: number,
    processes: number,
    to: number,
    path: string | null,
  ) => {
    const pathOf = (place: number) => path ?? `/ocpp/${siteAt(first - 1 + place)}`;
    const swarm = new Swarm({ stations: count, first, processes, port: to, pathOf });
    onCleanup(() => swarm.stop());
    await swarm.begin();
    return swarm;
  };
  const most = stations - probes;
  const swarm = await swarmOf(most, 1, PROCESSES, port, null);
  const probe = await swarmOf(probes, most + 1, 1, port, null);
  const direct = csms === null ? null : await swarmOf(probes, stations + 1, 1, csmsPort, '');
  return {
    mode,
    server,
    sites,
    swarm,
    probe,
    direct,
    csms,
    stations,
    siteOf: (number) => siteAt(number - 1),
    stop: async () => {
      await Promise.all([swarm.stop(), probe.stop(), direct?.stop(), csms?.stop()]);
      const code = await server.stop();
      await settings.remove();
      return code === 0 ? null : `the server ended with ${code}: ${server.output().slice(-2000)}`;
    },
  };
}

/** The server's first: its main thread is looked at by itself. */
export function pidsOf({ server, swarm, probe, direct, csms }: LoadRig): readonly number[] {
  return [
    server.pid,
    ...swarm.pids,
    ...probe.pids,
    ...(direct?.pids ?? []),
    ...(csms === null ? [] : [csms.pid]),
  ];
}

/** Calls a second of each station. */
export async function setRate(rig: LoadRig, perStation: number): Promise<void> {
  const all = [rig.swarm, rig.probe, rig.direct].filter((swarm) => swarm !== null);
  await Promise.all(all.map((swarm) => swarm.rate(perStation * swarm.stations)));
}

export async function drain(rig: LoadRig): Promise<void> {
  await Promise.all([rig.swarm.drain(), rig.probe.drain(), rig.direct?.drain()]);
}

/** Those at the server, or with them the ones that are there to compare. */
export async function connectAll(rig: LoadRig, withinMs: number, direct = true): Promise<Connecting> {
  const [most, few] = await Promise.all([
    rig.swarm.connect(withinMs),
    rig.probe.connect(withinMs),
    direct ? rig.direct?.connect(withinMs) : null,
  ]);
  const failures = new Map(most.failures);
  for (const [why, count] of few.failures) failures.set(why, (failures.get(why) ?? 0) + count);
  const { times } = most;
  return { ms: Math.max(most.ms, few.ms), failures, times, missing: most.missing + few.missing };
}

export interface RigCounts {
  readonly most: StationCounts;
  readonly probe: StationCounts;
  readonly direct: StationCounts | null;
}

/** Answer times are those since the last look. */
export async function countsOf(rig: LoadRig): Promise<RigCounts> {
  const [most, probe, direct] = await Promise.all([
    rig.swarm.counts(),
    rig.probe.counts(),
    rig.direct?.counts() ?? null,
  ]);
  return { most, probe, direct };
}

/** Every metric of the server by its name without prefix, with its labels where it has some. */
export async function metricsOf({ server }: LoadRig): Promise<ReadonlyMap<string, number>> {
  const text = await (await server.get('/metrics')).text();
  const lines = text.matchAll(/^ocpp_logs_(\w+(?:\{[^}]*\})?) (\S+)$/gm);
  return new Map([...lines].map(([, name = '', value]) => [name, Number(value)]));
}
