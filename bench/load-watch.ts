/** What processes and the machine use: CPU between two looks, memory, descriptors. Linux only, by /proc. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpus } from 'node:os';

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time that was used so far, ms. */
export interface CpuLook {
  readonly at: number;
  /** All cores, everything that is not idle. */
  readonly busy: number;
  readonly total: number;
  readonly byProcess: ReadonlyMap<number, number>;
  /** The thread of the relay, of the process looked at first. */
  readonly mainThread: number;
}

export function lookAtCpu(pids: readonly number[]): CpuLook {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/);
  // user nice system idle iowait irq softirq steal; guest times are within user: proc(5).
  const times = ticks.slice(0, 8).map((text) => Number(text) * TICK_MS);
  const total = times.reduce((sum, time) => sum + time, 0);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  const [first = 0] = pids;
  return {
    at: performance.now(),
    busy: total - idle,
    total,
    byProcess: new Map(pids.map((pid) => [pid, timeOf(`/proc/${pid}/stat`)])),
    mainThread: timeOf(`/proc/${first}/task/${first}/stat`),
  };
}

function timeOf(path: string): number {
  // The name in brackets may hold blanks: proc(5).
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Cores in use between two looks; of `cores` there are as many as the machine has. */
export interface CpuUse {
  readonly seconds: number;
  /** 0..1 of all cores. */
  readonly share: number;
  /** ms of CPU a process. */
  readonly used: ReadonlyMap<number, number>;
  readonly mainThread: number;
  readonly all: number;
}

export function cpuBetween(from: CpuLook, to: CpuLook): CpuUse {
  const all = to.busy - from.busy;
  return {
    seconds: (to.at - from.at) / 1000,
    share: all / Math.max(1, to.total - from.total),
    used: new Map([...to.byProcess].map(([pid, used]) => [pid, used - (from.byProcess.get(pid) ?? 0)])),
    mainThread: to.mainThread - from.mainThread,
    all,
  };
}

/** Of one core, `0.42`; ms of CPU within these seconds. */
export function coresOf(ms: number, seconds: number): string {
  return (ms / 1000 / seconds).toFixed(2);
}

export const CORES = cpus().length;

/** Bytes. */
export function residentOf(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Those of its descriptors that are sockets: files of the store are opened and closed as they are asked for. */
export function socketsOpen(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed since it was listed.
    return false;
  }
}
