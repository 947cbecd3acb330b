/**
 * The page under a live tail: entries pushed at a steady rate for minutes, what the tab and the server hold of memory
 * meanwhile, whether all of them were told, and whether rows that somebody reads stay where they are.
 */

import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { seen, type VisibleRow, visibleRows } from './dashboard-probe.ts';
import { startMeasured } from './dashboard-server.ts';
import type { ViewsPlan } from './dashboard-views.ts';
import { HttpClient } from './http-client.ts';
import { linesOf } from './ingest-push.ts';
import type { OurServer } from './our-server.ts';
import { traffic } from './seed.ts';
import { count, type Table } from './table.ts';

const RATE = 500;
const PUSHES_PER_S = 10;
const MINUTE = 60_000;
const MB = 1024 * 1024;
/** How far somebody has scrolled who reads while entries arrive. */
const READ_ROW = 40;
const READ_MS = 10_000;
const SETTLE_MS = 3_000;

export interface LivePlan extends ViewsPlan {
  readonly minutes: number;
}

interface Held {
  readonly at: string;
  readonly sent: number;
  readonly shown: number;
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly server: number;
}

/** A site's entries as they are spoken now, a tenth of a second at a time. */
class Pushing {
  readonly #client: HttpClient;
  readonly #entries = traffic({ entries: 50_000_000, sites: 1 });
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<unknown> = Promise.resolve();
  #started = 0;
  sent = 0;
  failed: unknown = null;

  constructor(server: OurServer) {
    this.#client = new HttpClient(server.url, { authorization: server.credentials });
  }

  start(): void {
    this.#started = performance.now();
    const before = this.sent;
    this.#timer = setInterval(() => {
      // By the clock, as timers come late on a busy machine.
      const due = before + Math.floor(((performance.now() - this.#started) / 1000) * RATE) - this.sent;
      if (due > 0) this.#push(due);
    }, 1000 / PUSHES_PER_S);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#sending;
    if (this.failed !== null) throw this.failed;
  }

  close(): void {
    this.#client.close();
  }

  #push(entries: number): void {
    this.sent += entries;
    const now = Date.now();
    const lines: string[] = [];
    for (let each = 0; each < entries; each++) {
      const { value } = this.#entries.next();
      if (value === undefined) throw new Error('there is no more traffic');
      const at = now - 200 + Math.floor((each * 100) / entries);
      lines.push(...linesOf({ ...value, at, latency: value.answer === null ? 0 : 50_000 }));
    }
    const body = Buffer.from(lines.join('\n'));
    this.#sending = this.#sending
      .then(() => this.#client.post('/rest/v1/ocpp-logs/site/site-001', body, 'application/x-ndjson'))
      .catch((error: unknown) => {
        this.failed ??= error;
      });
  }
}

export async function measureLive(
  plan: LivePlan,
  progress: (text: string) => void,
): Promise<readonly Table[]> {
  const measured = await startMeasured(plan);
  const context = await measured.openContext();
  const page = await context.newPage();
  const inspector = await context.newCDPSession(page);
  await inspector.send('Performance.enable');
  const began = Date.now() - 1_000;
  await page.goto(`${measured.server.url}/explore?live=1&from=-3h`, { waitUntil: 'commit' });
  await seen(page);
  const pushing = new Pushing(measured.server);
  const before = await totalOf(page);
  const held: Held[] = [];
  const hold = async (at: string) => {
    held.push(await heldNow(at, page, inspector, measured.server, pushing.sent, before));
    progress(rowOf(held.at(-1)).join('  '));
  };
  await hold('0 min');
  pushing.start();
  const start = performance.now();
  for (let minute = 1; minute <= plan.minutes; minute++) {
    await page.waitForTimeout(Math.max(0, start + minute * MINUTE - performance.now()));
    await hold(`${minute} min`);
  }
  const anchor = await readWhilePushed(page);
  await pushing.stop();
  await page.waitForTimeout(SETTLE_MS);
  await hold('after it');
  const query = new URLSearchParams({
    site: 'site-001',
    from: new Date(began).toISOString(),
    to: new Date(Date.now() + MINUTE).toISOString(),
    take: '1',
  });
  const { body } = await measured.client.get(`/rest/v1/ocpp-logs?${query}`);
  // Safe: the API's own tests hold its answers against this schema.
  const stored = (JSON.parse(body.toString()) as { readonly count: number }).count;
  const last = held.at(-1);
  pushing.close();
  await context.close();
  await measured.stop();
  return [
    {
      title: `Live tail: ${RATE} entries/s for ${plan.minutes} minutes`,
      header: ['after', 'sent', 'told by the page', 'heap after GC', 'DOM nodes', 'listeners', 'server RSS'],
      rows: held.map(rowOf),
      notes: [
        `pushed by HTTP into one of ${plan.sites} sites that hold ${count(plan.entries)}; the page shows all of them, live, for 3 h`,
        'told by the page: its number of entries, with those that it tells of in the gap behind the newest 1,500',
        `${count(pushing.sent)} sent, ${count(stored)} stored, ${count(last?.shown ?? 0)} told by the page: ${pushing.sent === stored && stored === last?.shown ? 'none is missing' : 'NOT THE SAME'}`,
        anchor,
      ],
    },
  ];
}

function rowOf(held: Held | undefined): string[] {
  if (held === undefined) return [];
  const { at, sent, shown, heap, nodes, listeners, server } = held;
  return [
    at,
    count(sent),
    count(shown),
    `${(heap / MB).toFixed(1)} MB`,
    count(nodes),
    count(listeners),
    `${(server / MB).toFixed(0)} MB`,
  ];
}

async function totalOf(page: Page): Promise<number> {
  const text = await page.evaluate<string>(`document.querySelector('main output strong')?.textContent ?? ''`);
  const waiting = await page.evaluate<string>(
    `[...document.querySelectorAll('button')].map((each) => each.textContent).find((text) => / new$/.test(text)) ?? ''`,
  );
  const number = (of: string) => Number(of.replace(/\D/g, ''));
  return number(text) + number(waiting);
}

async function heldNow(
  at: string,
  page: Page,
  inspector: CDPSession,
  { pid }: OurServer,
  sent: number,
  before: number,
): Promise<Held> {
  const shown = (await totalOf(page)) - before;
  await inspector.send('HeapProfiler.collectGarbage');
  const { metrics } = await inspector.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return {
    at,
    sent,
    shown,
    heap: metric('JSHeapUsedSize'),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    server: Number(kilobytes) * 1024,
  };
}

/** Scrolls down a little and looks at the same rows twice, while entries arrive above. */
async function readWhilePushed(page: Page): Promise<string> {
  await page.evaluate(`document.querySelector('[role=grid]').scrollTop = ${READ_ROW * 28}`);
  await page.waitForTimeout(1_000);
  const before = await visibleRows(page);
  await page.waitForTimeout(READ_MS);
  const after = await visibleRows(page);
  const waiting = await totalOf(page);
  await page.evaluate(`document.querySelector('[role=grid]').scrollTop = 0`);
  const same = before.length > 0 && sameRows(before, after);
  const what = same ? 'none of them moved by a pixel' : 'THEY MOVED';
  return `rows ${before[0]?.index ?? 0} to ${before.at(-1)?.index ?? 0} were looked at for ${READ_MS / 1000} s while entries arrived (${count(waiting)} in all): ${what}`;
}

function sameRows(before: readonly VisibleRow[], after: readonly VisibleRow[]): boolean {
  return before.every((row, at) => {
    const now = after[at];
    return now !== undefined && row.time === now.time && row.action === now.action && row.top === now.top;
  });
}
