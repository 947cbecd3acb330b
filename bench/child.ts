/** Processes of the benchmark: contenders and load, each measured or kept apart by being a process of its own. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onCleanup } from './cleanup.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

export interface Child {
  readonly pid: number;
  send(message: object): void;
  /** The next message; rejects when the process ends first. */
  next(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Forks a script that lies in this folder. */
export function forkScript(
  script: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...environment },
  });
  return {
    pid: pidOf(child),
    send: (message) => child.send(message),
    next: () => nextMessage(child, script),
    stop: stopper(child),
  };
}

/** Starts a program; resolves with what `wanted` finds in a line of its standard output. */
export async function startProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  wanted: RegExp,
): Promise<Child & { readonly found: string }> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const stop = stopper(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const found = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = wanted.exec(line);
      if (match !== null) resolve(match[1] ?? match[0]);
    });
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`)));
    setTimeout(() => reject(new Error(`${args.join(' ')} did not start: ${said}`)), START_LIMIT_MS).unref();
  });
  const nothing = () => Promise.reject(new Error('it sends no messages'));
  return { pid: pidOf(child), send: () => undefined, next: nothing, stop, found: await found };
}

/** Runs a program to its end; rejects where that is a bad one. */
export async function runProgram(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = stopper(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const [code] = await once(child, 'close');
  await stop();
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
}

/** In a forked script. */
export function tellParent(message: object): void {
  process.send?.(message);
}

/** In a forked script: no process outlives the benchmark. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process could not be started');
  return child.pid;
}

function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      child.off('exit', onExit);
      resolve(message);
    };
    const onExit = (code: number | null) => {
      child.off('message', onMessage);
      reject(new Error(`${name} ended with ${code}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

function stopper(child: ChildProcess): () => Promise<void> {
  return onCleanup(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(limit);
  });
}
