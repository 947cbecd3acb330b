/** Seeded traffic into a table, the fastest way there is: COPY through psql. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Cluster } from './postgres.ts';
import { COLUMN_LIST, copyLine, rowOf } from './postgres-layout.ts';
import { type SeedPlan, traffic } from './seed.ts';

const CHUNK = 256 * 1024;

export interface Load {
  readonly seconds: number;
  readonly bytes: number;
}

export async function copyTraffic(
  cluster: Cluster,
  table: string,
  plan: SeedPlan,
  progress: (entries: number) => void,
): Promise<Load> {
  const started = performance.now();
  const psql = spawn(
    cluster.psql,
    [
      '-X',
      '-q',
      '-h',
      cluster.socket,
      '-U',
      cluster.user,
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      'postgres',
      '-c',
    ].concat(`COPY ${table} (${COLUMN_LIST}) FROM STDIN`),
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(psql, 'close');
  // A psql that ends early closes the pipe; its own status says why.
  psql.stdin.on('error', () => undefined);
  let chunk = '';
  let entries = 0;
  for (const spoken of traffic(plan)) {
    chunk += copyLine(rowOf(spoken));
    entries += 1;
    if (chunk.length < CHUNK) continue;
    if (!psql.stdin.write(chunk)) await Promise.race([once(psql.stdin, 'drain'), ended]);
    chunk = '';
    progress(entries);
    if (psql.exitCode !== null) break;
  }
  psql.stdin.end(chunk);
  const [status] = await ended;
  if (status !== 0) throw new Error(`COPY failed: psql ended with ${status}`);
  const seconds = (performance.now() - started) / 1000;
  await cluster.pool.query(`VACUUM (ANALYZE) ${table}`);
  return { seconds, bytes: await tableBytes(cluster, table) };
}

export async function tableBytes(cluster: Cluster, table: string): Promise<number> {
  const { rows } = await cluster.pool.query<{ bytes: string }>('SELECT pg_total_relation_size($1) AS bytes', [
    table,
  ]);
  return Number(rows[0]?.bytes ?? 0);
}
