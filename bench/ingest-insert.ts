/** Seeded traffic into PostgreSQL as a program stores it that receives it: batches, one statement each. */

import type { Cluster } from './postgres.ts';
import { createTable, insertBatch, type Row, rowOf } from './postgres-layout.ts';
import { type SeedPlan, traffic } from './seed.ts';

export const INSERT_BATCH = 1_000;
/** One is being sent while another one is stored: the kinder way. */
const CLIENTS = 2;
const TABLE = 'messages_inserted';

/** Entries a second. */
export async function insertTraffic(cluster: Cluster, plan: SeedPlan): Promise<number> {
  await cluster.pool.query(createTable(TABLE));
  const rows = [...traffic(plan)].map(rowOf);
  const started = performance.now();
  const insert = insertBatch(TABLE);
  let next = 0;
  const client = async () => {
    while (next < rows.length) {
      const batch = rows.slice(next, next + INSERT_BATCH);
      next += INSERT_BATCH;
      await cluster.pool.query(insert, columnsOf(batch));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - started) / 1000;
  await cluster.pool.query(`DROP TABLE ${TABLE}`);
  return rows.length / seconds;
}

function columnsOf(rows: readonly Row[]): unknown[][] {
  const [first = []] = rows;
  return first.map((_, column) => rows.map((row) => row[column]));
}
