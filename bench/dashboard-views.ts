/** How soon a view is there: opened by its address, and searched for from another one. */

import type { Browser, Page } from 'playwright-core';
import { type Seen, searchFor, seen } from './dashboard-probe.ts';
import { type Measured, startMeasured } from './dashboard-server.ts';
import { median } from './percentile.ts';
import { SEED_FROM, SEED_TO } from './seed.ts';
import { count, ms, type Table } from './table.ts';

const DAY = 86_400_000;
const AIM_MS = 300;
const FOLLOW_MS = 1_000;

interface View {
  readonly name: string;
  readonly q: string;
  readonly days: number;
}

const VIEWS: readonly View[] = [
  { name: 'everything, 24 h', q: '', days: 1 },
  { name: 'everything, 30 days', q: '', days: 31 },
  { name: 'action and status', q: 'action:StatusNotification status:Finishing', days: 31 },
  { name: 'the same, of which there is none', q: 'action:StatusNotification status:Faulted', days: 31 },
  { name: 'one station', q: 'station:EX-00123', days: 31 },
  { name: 'latency:>5s, of which there is none', q: 'latency:>5s', days: 31 },
  { name: 'free text', q: 'payload:idTag', days: 31 },
  { name: 'free text that is nowhere, 24 h', q: 'nowhere', days: 1 },
];

export interface ViewsPlan {
  readonly browser: Browser;
  readonly folder: string;
  readonly entries: number;
  readonly sites: number;
  readonly repeats: number;
}

/** Each repeat asks for a time of its own, so that nothing which was counted before answers it. */
function address(server: string, { q, days }: View, repeat: number): string {
  const to = SEED_TO - repeat * 61 * 60_000;
  const from = Math.max(SEED_FROM, to - days * DAY);
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  if (q !== '') query.set('q', q);
  return `${server}/explore?${query}`;
}

async function opened(measured: Measured, view: View, repeat: number): Promise<Seen> {
  const context = await measured.openContext();
  try {
    const page = await context.newPage();
    await page.goto(address(measured.server.url, view, repeat), { waitUntil: 'commit' });
    return await seen(page);
  } finally {
    await context.close();
  }
}

/** In a window with an empty cache, on a server with an empty one, and in such a window again. */
async function coldView(plan: ViewsPlan, view: View): Promise<{ readonly cold: Seen; readonly fresh: Seen }> {
  const measured = await startMeasured({ ...plan, cold: true });
  try {
    const cold = await opened(measured, view, 0);
    return { cold, fresh: await opened(measured, view, 1) };
  } finally {
    await measured.stop();
  }
}

/** In one window, search after search, as somebody works who has the page open. */
async function searched(page: Page, view: View): Promise<Seen> {
  await searchFor(page, '-action:Reset');
  return searchFor(page, view.q);
}

export async function measureViews(plan: ViewsPlan, progress: (text: string) => void): Promise<Table> {
  const rows: string[][] = [];
  const cold = new Map<string, { readonly cold: Seen; readonly fresh: Seen }>();
  for (const view of VIEWS.slice(0, 3)) cold.set(view.name, await coldView(plan, view));
  const measured = await startMeasured(plan);
  const context = await measured.openContext();
  const page = await context.newPage();
  for (const view of VIEWS) {
    const warm: Seen[] = [];
    const entered: Seen[] = [];
    for (let repeat = 0; repeat < plan.repeats; repeat++) {
      await page.goto(address(measured.server.url, view, repeat), { waitUntil: 'commit' });
      warm.push(await seen(page));
      if (view.q !== '') entered.push(await searched(page, view));
    }
    rows.push(rowOf(view, cold.get(view.name), warm, entered));
    progress(rows.at(-1)?.join('  ') ?? '');
  }
  await context.close();
  await measured.stop();
  return {
    title: `Dashboard: ${count(plan.entries)} entries, ${plan.sites} ${plan.sites === 1 ? 'site' : 'sites'}`,
    header: [
      'view',
      'all cold',
      'new window',
      'opened p50',
      'worst',
      'from Enter p50',
      'worst',
      'under 300 ms',
      'count p50',
      'chart p50',
      'filters p50',
      'all within 1 s',
    ],
    rows,
    notes: [
      'ms from the navigation, or from Enter, to the frame in which rows, or that there are none, were painted',
      "all cold: a server that just started, its files not in the system's memory, a window with an empty cache; new window: the latter alone; opened: in a window that has seen the dashboard before",
      `medians and worst of ${plan.repeats}, each of a time of its own; count, chart and filters from the navigation too, in the window that has seen it before`,
    ],
  };
}

function rowOf(
  view: View,
  cold: { readonly cold: Seen; readonly fresh: Seen } | undefined,
  warm: readonly Seen[],
  entered: readonly Seen[],
): string[] {
  const of = (all: readonly Seen[], what: keyof Seen) =>
    all.map((each) => each[what] ?? Number.POSITIVE_INFINITY);
  const rows = [...of(warm, 'rows')];
  const searchRows = of(entered, 'rows');
  const firsts = [median(rows), ...(searchRows.length > 0 ? [median(searchRows)] : [])];
  const follow = (['count', 'histogram', 'facets'] as const).map((what) => median(of(warm, what)));
  return [
    view.name,
    ms(cold?.cold.rows),
    ms(cold?.fresh.rows),
    ms(median(rows)),
    ms(Math.max(...rows)),
    ms(entered.length > 0 ? median(searchRows) : undefined),
    ms(entered.length > 0 ? Math.max(...searchRows) : undefined),
    firsts.every((each) => each < AIM_MS) ? 'yes' : 'NO',
    ...follow.map((each) => ms(each)),
    follow.every((each) => each < FOLLOW_MS) ? 'yes' : 'NO',
  ];
}
