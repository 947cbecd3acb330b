/** What a server takes, looked at again and again while it works, and whether it takes more and more. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { medianOf, slopeOf } from '../test/load/slope.ts';

/** One look. Sizes in bytes, times in seconds. */
export interface Sample {
  /** Since the beginning. */
  readonly at: number;
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly delayP50: number;
  readonly delayP99: number;
  /** Of processor time so far. */
  readonly cpu: number;
  readonly folder: number;
}

export type Quantity = Exclude<keyof Sample, 'at'>;

interface Watched {
  readonly pid: number;
  readonly folder: string;
  readonly metrics: () => Promise<string>;
}

export async function look({ pid, folder, metrics }: Watched, at: number): Promise<Sample> {
  const text = await metrics();
  const metric = (name: string): number => {
    const value = new RegExp(`^ocpp_logs_${RegExp.escape(name)} (\\S+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`/metrics has no ${name}`);
    return Number(value);
  };
  const threads = /^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    at,
    resident: metric('process_resident_memory_bytes'),
    heap: metric('process_heap_bytes'),
    external: metric('process_external_bytes'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(threads),
    delayP50: metric('event_loop_delay_seconds{quantile="0.5"}'),
    delayP99: metric('event_loop_delay_seconds{quantile="0.99"}'),
    cpu: metric('process_cpu_seconds_total'),
    folder: bytesOf(folder),
  };
}

/** Files may go while they are counted. */
function bytesOf(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}

export interface Bound {
  readonly of: Quantity;
  readonly name: string;
  /** By how much it may grow while it is watched, as the slope says: a share of its median, or so much if that is more. */
  readonly share: number;
  readonly least: number;
  readonly show: (value: number) => string;
}

export interface Verdict {
  readonly bound: Bound;
  readonly median: number;
  /** The slope over all the time that was watched. */
  readonly growth: number;
  readonly allowed: number;
  readonly holds: boolean;
}

export function judge(samples: readonly Sample[], bound: Bound): Verdict {
  const seconds = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  const points = samples.map((sample) => ({ at: sample.at, value: sample[bound.of] }));
  const middle = medianOf(points.map(({ value }) => value));
  const growth = slopeOf(points) * seconds;
  const allowed = Math.max(bound.least, middle * bound.share);
  return { bound, median: middle, growth, allowed, holds: growth <= allowed };
}
