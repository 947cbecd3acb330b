/** A PostgreSQL of a test's own: a temporary folder, a port of this machine, a password, and no mercy with its disk. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Client } from 'pg';
import { findPostgres } from '../../scripts/postgres.mjs';

export const ADMIN = 'postgres';
/** Nowhere else in the world: what is told, logged or counted must not hold it. */
export const PASSWORD = 'p4ss%word/of:the@tests';
const HOST = '127.0.0.1';
const READY_MS = 30_000;
/** PostgreSQL refuses to be run by root. */
const ACCOUNTS = ['postgres', 'nobody'];

/** For `skip`: false where there is one. */
export const LACKING: string | false =
  findPostgres() === null ? 'NOT TESTED: there is no PostgreSQL here (apt-get install postgresql)' : false;
if (LACKING !== false) console.error(LACKING);

type Settings = Readonly<Record<string, string | number>>;
/** As signals of `postgres`: at once with transactions undone, and as a crash. */
export type Ending = 'fast' | 'crash';

export class Cluster {
  readonly port: number;
  readonly #bin: string;
  readonly #folder: string;
  readonly #settings: Settings;
  #server: ChildProcess | null = null;
  #databases = 0;

  constructor(bin: string, folder: string, port: number, settings: Settings) {
    this.#bin = bin;
    this.#folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  get data(): string {
    return join(this.#folder, 'data');
  }

  url(database: string, user = ADMIN, port = this.port): string {
    return `postgres://${user}:${encodeURIComponent(PASSWORD)}@${HOST}:${port}/${database}`;
  }

  /** A fresh one; its URL. */
  async database(options = ''): Promise<string> {
    this.#databases += 1;
    const name = `test_${this.#databases}`;
    await this.query(`CREATE DATABASE ${name} ${options}`);
    return this.url(name);
  }

  /** As the administrator, in a database of a URL. */
  async query(sql: string, url = this.url('postgres')): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    // Whoever waits for an answer is told by that.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Does nothing where it runs. */
  async start(more: Settings = {}): Promise<void> {
    if (this.#server !== null && this.#server.exitCode === null) return;
    const settings: Settings = {
      port: this.port,
      listen_addresses: HOST,
      unix_socket_directories: this.#folder,
      fsync: 'off',
      shared_buffers: '16MB',
      ...this.#settings,
      ...more,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(this.#bin, 'postgres'), ['-D', this.data, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      ...account(),
    });
    let told = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-10_000);
    });
    this.#server = server;
    const orphaned = () => server.kill('SIGQUIT');
    process.once('exit', orphaned);
    server.once('exit', () => process.off('exit', orphaned));
    for (const until = performance.now() + READY_MS; ; ) {
      if (server.exitCode !== null) throw new Error(`postgres has ended: ${told}`);
      const failure = await this.query('SELECT 1').then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) return;
      if (performance.now() > until) throw new Error(`postgres does not answer: ${failure} ${told}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(ending: Ending = 'fast'): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(ending === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Starts anew and speaks TLS with this certificate. */
  async serveTls(cert: string, key: string): Promise<void> {
    await this.stop();
    const { uid, gid } = account();
    for (const [name, text] of [['server.crt', cert] as const, ['server.key', key] as const]) {
      const path = join(this.data, name);
      writeFileSync(path, text, { mode: 0o600 });
      if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    }
    await this.start({ ssl: 'on' });
  }

  /** Goes on as a replica that follows nobody: everything can be read and nothing written. */
  async becomeReplica(): Promise<void> {
    await this.stop();
    const { uid, gid } = account();
    const signal = join(this.data, 'standby.signal');
    writeFileSync(signal, '');
    if (uid !== undefined && gid !== undefined) chownSync(signal, uid, gid);
    await this.start();
  }

  async close(): Promise<void> {
    await this.stop('crash');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ACCOUNTS) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`there is no user to run PostgreSQL as: ${ACCOUNTS.join(', ')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Runs until the tests of the file have ended. */
export async function openCluster(settings: Settings = {}): Promise<Cluster> {
  const bin = findPostgres();
  if (bin === null) throw new Error(String(LACKING));
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-pg-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  chmodSync(folder, 0o755);
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) {
    for (const path of [folder, data, passwordFile]) chownSync(path, uid, gid);
  }
  execFileSync(
    join(bin, 'initdb'),
    // Not the order of bytes unless it is asked for.
    [
      ...['-D', data, '-U', ADMIN, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-N'],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', uid, gid, timeout: 120_000 },
  );
  // Not before that, which takes seconds: somebody else may be given a port that is free.
  const cluster = new Cluster(bin, folder, await freePort(), settings);
  after(() => cluster.close());
  await cluster.start();
  return cluster;
}
