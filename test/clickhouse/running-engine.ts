/** The engine in a process of its own, which a test kills. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./killable-engine.ts', import.meta.url));

export interface RunningEngine {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resolves when it says so of an insert of entries, or of a merge. */
  said(what: 'begun' | 'stored' | 'merging'): Promise<void>;
  kill(): Promise<void>;
}

export async function startEngine(
  folder: string,
  url = 'http://127.0.0.1:0',
  silent = false,
): Promise<RunningEngine> {
  const child = fork(SCRIPT, [folder, new URL(url).port], {
    env: { ...process.env, SILENT: silent ? '1' : '0' },
    execArgv: ['--conditions=source', '--no-warnings'],
  });
  const heard = new Set<string>();
  const told = new Promise<string>((resolve, reject) => {
    child.on('message', (message: { readonly url?: string; readonly entries?: string }) => {
      if (message.entries !== undefined) heard.add(message.entries);
      if (message.url !== undefined) resolve(message.url);
    });
    child.once('exit', () => reject(new Error('the engine ended before it listened')));
  });
  return {
    url: await told,
    child,
    said: async (what) => {
      while (!heard.has(what)) await once(child, 'message');
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
