import { readFileSync } from 'node:fs';

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time that a process has used, all of its threads, in ms; null where there is no /proc. */
export function cpuTime(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  // The name in brackets may hold blanks: proc(5).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
