/** The relay beside a bare one that records nothing, and beside no relay at all. */

import { type Child, forkScript } from './child.ts';
import { cpuTime } from './cpu-time.ts';
import { listeningAt } from './listening.ts';
import { startOurServer } from './our-server.ts';
import { median, percentile } from './percentile.ts';
import type { SwarmOrder, SwarmRun } from './swarm.ts';

export interface RelayPlan {
  readonly stations: number;
  /** Calls a second while latency and CPU are measured. */
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** Medians over the rounds. */
export interface RelayFigures {
  readonly name: string;
  /** At full speed, both directions. */
  readonly framesPerSecond: number;
  /** Beyond a direct connection in the same round, ms. */
  readonly addedP50: number;
  readonly addedP99: number;
  readonly p50: number;
  readonly p99: number;
  /** Microseconds a call of the relay's process, at the given rate and at full speed. */
  readonly cpu: number | null;
  readonly fullCpu: number | null;
}

interface Contender {
  readonly name: string;
  readonly url: string;
  /** Whose CPU is counted. */
  readonly pid: number | null;
}

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number | null;
  readonly framesPerSecond: number;
  readonly fullCpu: number | null;
}

const SITE = 'relayed';
const WARM_SECONDS = 1;
/** A recorder may still be busy with what has passed: that counts, too. */
const SETTLE_MS = 600;

export async function measureRelay(
  plan: RelayPlan,
  progress: (text: string) => void,
): Promise<readonly RelayFigures[]> {
  const csms = forkScript('./csms.ts');
  const upstream = await listeningAt(csms);
  const bare = forkScript('./bare-ws-relay.ts', [upstream]);
  const bareUrl = await listeningAt(bare);
  const ours = await startOurServer({ sites: [{ id: SITE, upstream: `${upstream}/{charger}` }] });
  const swarm = forkScript('./swarm.ts');
  const contenders: Contender[] = [
    { name: 'direct', url: upstream, pid: null },
    { name: 'bare ws relay', url: bareUrl, pid: bare.pid },
    { name: 'ocpp-logs', url: `${ours.url.replace('http', 'ws')}/ocpp/${SITE}`, pid: ours.pid },
  ];
  const rounds: Map<string, Measured>[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const measured = new Map<string, Measured>();
    for (const contender of contenders) {
      progress(`relay: round ${round + 1} of ${plan.rounds}, ${contender.name}`);
      measured.set(contender.name, await measure(swarm, contender, plan));
    }
    rounds.push(measured);
  }
  for (const child of [swarm, bare, csms]) await child.stop();
  await ours.stop();
  return contenders.map(({ name }) => figures(name, rounds));
}

async function measure(swarm: Child, contender: Contender, plan: RelayPlan): Promise<Measured> {
  const { stations, rate, seconds } = plan;
  await order(swarm, { order: 'connect', url: contender.url, stations });
  await runOf(swarm, WARM_SECONDS, rate);
  const paced = await withCpu(contender, () => runOf(swarm, seconds, rate));
  const full = await withCpu(contender, () => runOf(swarm, seconds, null));
  await order(swarm, { order: 'disconnect' });
  return {
    p50: percentile(paced.run.latencies, 0.5),
    p99: percentile(paced.run.latencies, 0.99),
    cpu: paced.cpu,
    framesPerSecond: (full.run.calls * 2) / full.run.seconds,
    fullCpu: full.cpu,
  };
}

async function withCpu(contender: Contender, work: () => Promise<SwarmRun>) {
  const before = contender.pid === null ? null : cpuTime(contender.pid);
  const run = await work();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const after = contender.pid === null ? null : cpuTime(contender.pid);
  return { run, cpu: before === null || after === null ? null : ((after - before) * 1000) / run.calls };
}

async function runOf(swarm: Child, seconds: number, rate: number | null): Promise<SwarmRun> {
  // Safe: swarm.ts answers this order so.
  const run = (await order(swarm, { order: 'run', seconds, rate })) as SwarmRun;
  if (run.unanswered > 0) throw new Error(`${run.unanswered} calls got no answer`);
  return run;
}

function order(swarm: Child, wanted: SwarmOrder): Promise<unknown> {
  const answer = swarm.next();
  swarm.send(wanted);
  return answer;
}

function figures(name: string, rounds: readonly ReadonlyMap<string, Measured>[]): RelayFigures {
  const over = (pick: (own: Measured, direct: Measured) => number | null): number | null => {
    const values = rounds.flatMap((round) => {
      const own = round.get(name);
      const direct = round.get('direct');
      return own === undefined || direct === undefined ? [] : (pick(own, direct) ?? []);
    });
    return values.length === 0 ? null : median(values);
  };
  return {
    name,
    framesPerSecond: over((own) => own.framesPerSecond) ?? Number.NaN,
    addedP50: over((own, direct) => own.p50 - direct.p50) ?? Number.NaN,
    addedP99: over((own, direct) => own.p99 - direct.p99) ?? Number.NaN,
    p50: over((own) => own.p50) ?? Number.NaN,
    p99: over((own) => own.p99) ?? Number.NaN,
    cpu: over((own) => own.cpu),
    fullCpu: over((own) => own.fullCpu),
  };
}
