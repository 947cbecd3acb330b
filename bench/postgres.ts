/** A PostgreSQL cluster of the benchmark's own: Debian's binaries, a temporary folder, a socket in it and no port. */

import { execFileSync, type SpawnOptions, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { totalmem, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { Pool } from 'pg';
import { onCleanup, temporaryFolder } from './cleanup.ts';

export const INSTALL_POSTGRES = 'apt-get install postgresql-15';

const DEBIAN = '/usr/lib/postgresql/15/bin';
const ACCOUNT = 'postgres';
const STEP_LIMIT_MS = 120_000;
const MIB = 1024 * 1024;

/** Memory as the manual advises for a machine of its own: a quarter of it. At most 4 GiB. */
const SHARED_MIB = Math.max(128, Math.min(4096, Math.floor(totalmem() / 4 / MIB)));

export const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: `${SHARED_MIB}MB`,
  effective_cache_size: `${Math.floor((totalmem() * 0.75) / MIB)}MB`,
  work_mem: '64MB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  random_page_cost: '1.1',
  synchronous_commit: 'off',
  jit: 'off',
};

export interface Cluster {
  readonly version: string;
  readonly pool: Pool;
  /** Folder of the socket, as `host` of a client. */
  readonly socket: string;
  readonly user: string;
  readonly psql: string;
  close(): Promise<void>;
}

/** The cluster, or why there is none. */
export async function openCluster(): Promise<Cluster | string> {
  const binaries = findBinaries();
  if (binaries === null) return `PostgreSQL is not installed: ${INSTALL_POSTGRES}`;
  const account = accountFor();
  if (account === null) return `there is no user ${ACCOUNT} to run it as: ${INSTALL_POSTGRES}`;
  const folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const cluster = join(folder.path, 'cluster');
  const socket = join(folder.path, 'socket');
  mkdirSync(cluster, { mode: 0o700 });
  mkdirSync(socket, { mode: 0o755 });
  if (account.name === ACCOUNT) execFileSync('chown', [ACCOUNT, cluster, socket]);

  const run = (program: string, args: readonly string[]) => account.run(join(binaries, program), args);
  run('initdb', ['-D', cluster, '-U', ACCOUNT, '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']);
  const settings = { ...SETTINGS, listen_addresses: "''", unix_socket_directories: `'${socket}'` };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const stop = onCleanup(() => {
    run('pg_ctl', ['-D', cluster, '-m', 'immediate', '-w', 'stop']);
  });
  run('pg_ctl', ['-D', cluster, '-w', '-l', join(cluster, 'log'), '-o', options.join(' '), 'start']);

  const pool = new Pool({ host: socket, user: ACCOUNT, database: 'postgres', max: 4 });
  // A client that stands idle while the cluster stops is told so; whoever waits for an answer gets the error itself.
  pool.on('error', () => undefined);
  const endPool = onCleanup(() => pool.end());
  const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
  return {
    version: rows[0]?.server_version ?? '',
    pool,
    socket,
    user: ACCOUNT,
    psql: join(binaries, 'psql'),
    close: async () => {
      await endPool();
      await stop();
      await folder.remove();
    },
  };
}

function findBinaries(): string | null {
  const folders = [DEBIAN, ...(process.env.PATH ?? '').split(delimiter)];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl'))) ?? null
  );
}

interface Account {
  readonly name: string;
  run(program: string, args: readonly string[]): void;
}

/** PostgreSQL refuses to be run by root. */
function accountFor(): Account | null {
  if (process.getuid?.() !== 0) return { name: userInfo().username, run: runAndCheck };
  if (spawnSync('id', [ACCOUNT]).status !== 0) return null;
  return {
    name: ACCOUNT,
    run: (program, args) => runAndCheck('runuser', ['-u', ACCOUNT, '--', program, ...args]),
  };
}

function runAndCheck(program: string, args: readonly string[]): void {
  // Its output goes nowhere: a server started by pg_ctl would keep a pipe open for ever.
  const options: SpawnOptions & { timeout: number } = { stdio: 'ignore', timeout: STEP_LIMIT_MS, cwd: '/' };
  const { status, error } = spawnSync(program, args, options);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
