/** One run of the program as its users start it: how long it took, and the most memory that it held. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_MS = 100;
const ROOT = join(import.meta.dirname, '..');

export interface MeasuredRun {
  readonly seconds: number;
  /** Of the process that does the work, in bytes (VmHWM); null where there is no /proc. */
  readonly memory: number | null;
  /** Of the stream that is kept. */
  readonly output: string;
}

/** Throws where it ends with another status than 0. `said` is the stream that is kept; the other output goes nowhere. */
export async function runMeasured(
  args: readonly string[],
  said: 'output' | 'errors' = 'output',
): Promise<MeasuredRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'packages/server/bin/ocpp-logs.mjs'), ...args], {
    stdio: said === 'output' ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'ignore', 'pipe'],
  });
  let memory: number | null = null;
  const looking = setInterval(() => {
    memory = Math.max(memory ?? 0, peakOf(child.pid)) || memory;
  }, LOOK_MS);
  const chunks: Buffer[] = [];
  (child.stdout ?? child.stderr)?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [status] = await once(child, 'close');
  clearInterval(looking);
  const output = Buffer.concat(chunks).toString();
  if (status !== 0)
    throw new Error(`ocpp-logs ${args.join(' ')} ended with ${status}: ${output.slice(-2000)}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, memory, output };
}

/** Bytes: the larger of the starter and the process that it starts; 0 when there is nothing to see. */
function peakOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return Math.max(...[pid, ...children].map((each) => peakMemory(each)));
}

/** VmHWM of one process, in bytes; 0 when there is nothing to see. */
export function peakMemory(pid: number | string): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** Empty for what is not there: a process may end at any moment, and other systems have no /proc. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return '';
    throw error;
  }
}
