/** Processes of the swarm: each takes orders one after another, answers each, and never outlives who started it. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LoadProcess {
  readonly pid: number;
  /** Safe where the script answers this order so; see its own types. */
  order<T>(name: string, wanted?: unknown): Promise<T>;
  stop(): Promise<void>;
}

interface Order {
  readonly number: number;
  readonly name: string;
  readonly wanted: unknown;
}

interface Answer {
  readonly number: number;
  readonly answer?: unknown;
  readonly problem?: string;
}

/** @param script beside this file */
export function startProcess(script: string): LoadProcess {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.on('message', (message) => {
    // Safe: `orders` below sends nothing else.
    const { number, answer, problem } = message as Answer;
    const asked = waiting.get(number);
    waiting.delete(number);
    if (problem === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(`${script}: ${problem}`));
  });
  const fail = (error: Error) => {
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  };
  child.on('error', fail);
  child.on('exit', (code, signal) => fail(new Error(`${script} ended with ${code ?? signal}`)));
  return {
    pid: child.pid ?? 0,
    order: <T>(name: string, wanted?: unknown) =>
      new Promise<T>((resolve, reject) => {
        last += 1;
        // Safe: see the declaration.
        waiting.set(last, { resolve: (answer) => resolve(answer as T), reject });
        child.send({ number: last, name, wanted } satisfies Order, (error) => {
          if (error !== null) reject(error);
        });
      }),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the process itself: follows what its parent orders, and ends with it. */
export function orders<Name extends string>(
  follow: Readonly<Record<Name, (wanted: never) => unknown>>,
): void {
  const known: Readonly<Record<string, (wanted: never) => unknown>> = follow;
  process.on('message', async (message) => {
    // Safe: `startProcess` above sends nothing else.
    const { number, name, wanted } = message as Order;
    try {
      // Safe: who orders knows what this script takes.
      const answer = await known[name]?.(wanted as never);
      process.send?.({ number, answer } satisfies Answer);
    } catch (error) {
      process.send?.({ number, problem: String(error) } satisfies Answer);
    }
  });
  process.on('disconnect', () => process.exit(0));
  // A terminal tells it of Ctrl-C too; whoever started it ends it when all is told.
  process.on('SIGINT', () => undefined);
}
