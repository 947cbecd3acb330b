/** Any row of all: how soon it is there when the scrollbar is drawn to it, and whether it is the right one. */

import { type JumpSeen, jumpTo, seen, type VisibleRow, visibleRows } from './dashboard-probe.ts';
import { startMeasured } from './dashboard-server.ts';
import type { ViewsPlan } from './dashboard-views.ts';
import type { HttpClient } from './http-client.ts';
import { median } from './percentile.ts';
import { SEED_FROM, SEED_TO } from './seed.ts';
import { count, ms, type Table } from './table.ts';

const SHARES = [0.5, 0.1, 0.99, 1, 0];
const LIMIT_MS = 1_000;
const RANGE = { from: new Date(SEED_FROM).toISOString(), to: new Date(SEED_TO).toISOString() };

export async function measureScroll(plan: ViewsPlan): Promise<Table> {
  const measured = await startMeasured(plan);
  const context = await measured.openContext();
  const page = await context.newPage();
  await page.goto(`${measured.server.url}/explore?${new URLSearchParams(RANGE)}`, { waitUntil: 'commit' });
  await seen(page);
  const jumps = new Map<number, { readonly jump: JumpSeen; readonly right: boolean }[]>();
  for (let repeat = 0; repeat < plan.repeats; repeat++) {
    for (const share of SHARES) {
      // Some rows beside those of the time before, so that the page must be asked for.
      const inside = share > 0 && share < 1 ? share + repeat * 0.003 : share;
      const jump = await jumpTo(page, inside);
      const right = await areRight(measured.client, await visibleRows(page));
      jumps.set(share, [...(jumps.get(share) ?? []), { jump, right }]);
    }
  }
  await context.close();
  await measured.stop();
  const rows = [...jumps]
    .sort(([a], [b]) => a - b)
    .map(([share, all]) => {
      const took = all.map(({ jump }) => jump.ms);
      const right = all.every((each) => each.right) ? 'yes' : 'NO';
      const first = all[0]?.jump.first ?? 0;
      return [
        `${share * 100} %`,
        count(first),
        ms(took[0]),
        ms(median(took)),
        ms(Math.max(...took)),
        right,
        median(took) < LIMIT_MS ? 'yes' : 'NO',
      ];
    });
  return {
    title: `Scrolling: ${count(plan.entries)} rows, ${plan.sites} ${plan.sites === 1 ? 'site' : 'sites'}`,
    header: ['to', 'row', 'first time', 'p50', 'worst', 'the right rows', 'under 1 s'],
    rows,
    notes: [
      'from drawing the scrollbar to the frame in which all rows on the screen are painted',
      `the right rows: time and action of each row on the screen are those that the API gives for its number; ${plan.repeats} times each`,
    ],
  };
}

async function areRight(client: HttpClient, rows: readonly VisibleRow[]): Promise<boolean> {
  const first = rows[0]?.index;
  if (first === undefined) return false;
  const query = new URLSearchParams({
    ...RANGE,
    skip: String(first),
    take: String(rows.length),
    count: 'quick',
  });
  const { body } = await client.get(`/rest/v1/ocpp-logs?${query}`);
  // Safe: the API's own tests hold its answers against this schema.
  const page = JSON.parse(body.toString()) as {
    readonly ocpp_logs: readonly { readonly occurrence_time: string; readonly action: string | null }[];
  };
  return rows.every(({ time, action }, at) => {
    const entry = page.ocpp_logs[at];
    return entry !== undefined && entry.occurrence_time === time && (entry.action ?? '') === action;
  });
}
