/** One data set in both stores: what storing it cost, and what reading it takes. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { forkScript } from './child.ts';
import { temporaryFolder } from './cleanup.ts';
import { listeningAt } from './listening.ts';
import { startOurServer } from './our-server.ts';
import { ourPages, type PageContender, postgresPages } from './page-contenders.ts';
import { measurePages, type PageRow } from './pages.ts';
import type { Cluster } from './postgres.ts';
import { createTable } from './postgres-layout.ts';
import { copyTraffic, type Load } from './postgres-load.ts';
import { type SeedPlan, siteIds } from './seed.ts';
import type { Seeded, SeedProgress } from './seed-store.ts';

interface NamedPlan extends SeedPlan {
  /** For people: `200 sites`. */
  readonly name: string;
}

export interface LayoutPlan extends NamedPlan {
  readonly requests: number;
  readonly seconds: number;
}

export interface LayoutFigures {
  readonly plan: LayoutPlan;
  readonly seeded: Seeded;
  /** Null where there is no PostgreSQL. */
  readonly load: Load | null;
  readonly pages: readonly PageRow[];
}

const PROGRESS_EVERY = 250_000;

export async function measureLayout(
  plan: LayoutPlan,
  cluster: Cluster | null,
  progress: (text: string) => void,
): Promise<LayoutFigures> {
  const folder = temporaryFolder();
  const seeded = await seedStore(folder.path, plan, progress);
  const table = `messages_${plan.sites}`;
  let load: Load | null = null;
  if (cluster !== null) {
    await cluster.pool.query(createTable(table));
    load = await copyTraffic(cluster, table, plan, reporter(`${plan.name}: PostgreSQL`, plan, progress));
  }
  const sites = siteIds(plan.sites);
  const ours = await startOurServer({ sites: sites.map((id) => ({ id })), folder: folder.path });
  const contenders: PageContender[] = [ourPages(ours)];
  const stops = [ours.stop];
  if (cluster !== null) {
    const server = forkScript('./postgres-page-server.ts', [cluster.socket, cluster.user, table]);
    const url = await listeningAt(server);
    contenders.push(postgresPages(url, true), postgresPages(url, false));
    stops.push(server.stop);
  }
  const pages = await measurePages(
    contenders,
    { ...plan, sites, entriesPerSite: plan.entries / plan.sites },
    (text) => progress(`${plan.name}: ${text}`),
  );
  for (const { client } of contenders) client.close();
  for (const stop of stops) await stop();
  await cluster?.pool.query(`DROP TABLE ${table}`);
  await folder.remove();
  return { plan, seeded, load, pages };
}

export async function seedStore(
  folder: string,
  plan: NamedPlan,
  progress: (text: string) => void,
): Promise<Seeded> {
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const report = reporter(`${plan.name}: ocpp-logs`, plan, progress);
  const child = forkScript('./seed-store.ts', [folder, String(plan.entries), String(plan.sites)]);
  for (;;) {
    // Safe: seed-store.ts sends these two.
    const message = (await child.next()) as Seeded | SeedProgress;
    if ('progress' in message) {
      report(message.progress);
      continue;
    }
    await child.stop();
    return message;
  }
}

function reporter(
  what: string,
  plan: NamedPlan,
  progress: (text: string) => void,
): (entries: number) => void {
  let told = 0;
  return (entries) => {
    if (entries < told + PROGRESS_EVERY) return;
    told = entries;
    progress(`${what}: ${entries} of ${plan.entries} entries stored`);
  };
}
