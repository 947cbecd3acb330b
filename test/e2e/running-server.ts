/** The program itself, started as its users start it, for tests from outside. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = (path: string) => fileURLToPath(new URL(`../../packages/server/${path}`, import.meta.url));

/** Arguments that run it: from its sources, or, as in the gate, as it was built, which starts in half the time. */
export const PROGRAM: readonly string[] =
  process.env.TEST_OF_BUILD === '1'
    ? ['--no-warnings', program('dist/main.js')]
    : ['--conditions=source', '--no-warnings', program('src/main.ts')];

export const ADMIN_TOKEN = 'an-admin-token-for-tests-only';

export interface StartOptions {
  /** YAML. */
  readonly config?: string;
  readonly args?: readonly string[];
  /** A data folder to go on with; otherwise a new one that goes with the server. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Any that is free unless given. */
  readonly port?: number;
  /** How many files it may open; as many as this process unless given. */
  readonly openFiles?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  /** All that it printed so far, both streams. */
  output(): string;
  /** With the admin's bearer. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Ends it and resolves to its exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Runs `ocpp-logs` to its end. */
export async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  const child = launch(args, env);
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const folder = options.folder ?? (await temporaryFolder());
  const args = ['serve', '--port', String(options.port ?? 0), '--data', folder, ...(options.args ?? [])];
  if (options.config !== undefined) {
    const file = join(folder, 'config.yaml');
    await writeFile(file, options.config);
    args.push('--config', file);
  }
  const child = launch(args, { OCPP_LOGS_ADMIN_TOKEN: ADMIN_TOKEN, ...options.env }, options.openFiles);
  child.stdin?.end();
  let output = '';
  const ended = once(child, 'close');
  const listening = new Promise<string>((resolve) => {
    const read = (text: string) => {
      output += text;
      const url = /ocpp-logs listening on (https?:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
  });
  const url = await Promise.race([listening, ended.then(() => null)]);
  if (url === null) throw new Error(`the server ended before it listened:\n${output}`);
  return {
    url,
    folder,
    pid: child.pid ?? 0,
    output: () => output,
    get: (path, headers = {}) =>
      fetch(`${url}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers } }),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [code, by] = (await ended) as [number | null, NodeJS.Signals | null];
      if (options.folder === undefined && signal === 'SIGTERM')
        await rm(folder, { recursive: true, force: true });
      return code ?? by ?? 'unknown';
    },
  };
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ocpp-logs-test-'));
}

/** `ocpp-logs` while it runs. */
export function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  openFiles: number | null = null,
): ChildProcess {
  const line = [process.execPath, ...PROGRAM, ...args];
  const limited = openFiles === null ? line : ['sh', '-c', `ulimit -n ${openFiles}; exec "$0" "$@"`, ...line];
  const [command = '', ...rest] = limited;
  return spawn(command, rest, { env: { ...process.env, ...env }, stdio: 'pipe' });
}

/** Far more than anything takes, also beside others on few cores, and less than a test may. */
const EVENTUALLY_MS = 60_000;

/** Asks again until `met` of the answer holds; for what becomes visible only after a commit. Bounded. */
export async function eventually<T>(ask: () => Promise<T>, met: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + EVENTUALLY_MS;
  for (;;) {
    const answer = await ask();
    if (met(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(
        `still not so after ${EVENTUALLY_MS / 1000} s: ${JSON.stringify(answer).slice(0, 2000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
