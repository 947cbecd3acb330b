/** What a process takes of memory, as the system counts it; Linux alone tells. */

import { readFileSync, writeFileSync } from 'node:fs';

const MIB = 1024 * 1024;

/** The most since {@link forgetPeak}, MiB; null where it is not told. */
export function peakMemory(pid: number): number | null {
  const kib = field(pid, 'VmHWM');
  return kib === null ? null : (kib * 1024) / MIB;
}

export function forgetPeak(pid: number): void {
  // 5 is "forget the peak" (proc(5), clear_refs).
  if (process.platform === 'linux') writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function field(pid: number, name: string): number | null {
  if (process.platform !== 'linux') return null;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return value === undefined ? null : Number(value);
}
