/** Pages and counts over HTTP: every contender asked for the same, in turns. */

import assert from 'node:assert/strict';
import type { PageContender } from './page-contenders.ts';
import { PAGE_QUERIES, type PageQuery, type Position } from './page-queries.ts';
import { percentile } from './percentile.ts';

export interface PagePlan {
  readonly sites: readonly string[];
  readonly entriesPerSite: number;
  /** Requests a contender and row, and seconds after which there are no more of them. */
  readonly requests: number;
  readonly seconds: number;
}

export interface PageTimes {
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Of an answer, in the mean. */
  readonly bytes: number;
}

export interface PageRow {
  readonly query: PageQuery;
  /** By name of contender. */
  readonly times: ReadonlyMap<string, PageTimes>;
}

/** Sites that take turns: more than fit into a processor's cache, few enough for their cursors to be found. */
const SITES_ASKED = 20;
/** Requests of one contender before the next one's turn. */
const TURN = 10;
const LEAST_REQUESTS = 3;

export async function measurePages(
  contenders: readonly PageContender[],
  plan: PagePlan,
  progress: (text: string) => void,
): Promise<readonly PageRow[]> {
  const every = Math.max(1, Math.floor(plan.sites.length / SITES_ASKED));
  const sites = plan.sites.filter((_, place) => place % every === 0).slice(0, SITES_ASKED);
  const [first = ''] = sites;
  await compareAnswers(contenders, first);
  const rows: PageRow[] = [];
  for (const query of PAGE_QUERIES) {
    progress(`pages: ${query.name}`);
    const times = new Map<string, PageTimes>();
    const runs: Run[] = [];
    for (const contender of contenders) runs.push(await prepare(contender, query, sites, plan));
    // Once each, so that files, plans and code are warm.
    for (const run of runs) for (const path of run.paths) if (!overBudget(run, plan)) await ask(run, path);
    for (const run of runs) Object.assign(run, { samples: [], bytes: 0, spent: 0 });
    while (runs.some((run) => !finished(run, plan))) {
      for (const run of runs) await turn(run, plan);
    }
    for (const { contender, samples, bytes } of runs) {
      times.set(contender.name, {
        p50: percentile(samples, 0.5),
        p99: percentile(samples, 0.99),
        requests: samples.length,
        bytes: bytes / samples.length,
      });
    }
    rows.push({ query, times });
  }
  return rows;
}

interface Run {
  readonly contender: PageContender;
  readonly paths: readonly string[];
  samples: number[];
  bytes: number;
  /** ms */
  spent: number;
}

async function prepare(
  contender: PageContender,
  query: PageQuery,
  sites: readonly string[],
  plan: PagePlan,
): Promise<Run> {
  const paths: string[] = [];
  for (const site of sites) {
    const entries = Math.floor((plan.entriesPerSite * (query.deep?.share ?? 0)) / query.take) * query.take;
    const by = query.deep?.by;
    let position: Position = {};
    if (by === 'skip') position = { skip: entries };
    if (by === 'cursor') position = await contender.cursorAt(site, query, entries);
    paths.push(contender.path(site, query, position));
  }
  return { contender, paths, samples: [], bytes: 0, spent: 0 };
}

async function ask(run: Run, path: string): Promise<void> {
  const { ms, bytes } = await run.contender.client.get(path);
  run.samples.push(ms);
  run.bytes += bytes;
  run.spent += ms;
}

function overBudget(run: Run, plan: PagePlan): boolean {
  return run.spent > plan.seconds * 1000;
}

function finished(run: Run, plan: PagePlan): boolean {
  const { length } = run.samples;
  return length >= plan.requests || (length >= LEAST_REQUESTS && overBudget(run, plan));
}

async function turn(run: Run, plan: PagePlan): Promise<void> {
  for (let asked = 0; asked < TURN && !finished(run, plan); asked++) {
    await ask(run, run.paths[run.samples.length % run.paths.length] ?? '');
  }
}

/** What is compared must be the same: entries, order, every field. */
async function compareAnswers(contenders: readonly PageContender[], site: string): Promise<void> {
  const query: PageQuery = { name: 'comparison', take: 1000 };
  const answers: unknown[] = [];
  for (const { client, path } of contenders) {
    const { body } = await client.get(path(site, query, {}));
    const answer: unknown = JSON.parse(body.toString());
    assert(typeof answer === 'object' && answer !== null && 'ocpp_logs' in answer);
    answers.push(answer.ocpp_logs);
  }
  const [ours, ...theirs] = answers;
  assert(Array.isArray(ours) && ours.length > 0, 'the first page is empty');
  for (const answer of theirs) assert.deepEqual(answer, ours);
}
