/**
 * What watches the dashboard from inside its page. It is put there before the page's own scripts, as text: the page
 * knows nothing of it. Times are of the frame in which something was painted, not of the request that brought it.
 */

import type { BrowserContext, Page } from 'playwright-core';

/** ms since the navigation, or since the last `again`. */
export interface Seen {
  /** First row of entries, or that there is none; at a search, of the new result. */
  readonly rows?: number;
  readonly count?: number;
  readonly histogram?: number;
  readonly facets?: number;
}

export interface JumpSeen {
  readonly ms: number;
  readonly first: number;
}

const PROBE = `(() => {
  const probe = { seen: {}, from: 0, waits: false, jump: null };
  window.__probe = probe;
  const afterPaint = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(0);
  });
  const all = (selector) => document.querySelectorAll(selector);
  const tellsRows = () => all('[aria-label="Loading entries"]').length === 0 &&
    (all('[role=grid] [role=row] time').length > 0 || all('section[aria-label=Entries] h2').length > 0);
  // What is shown of an older question is busy.
  const done = {
    rows: tellsRows,
    count: () => all('main output[aria-busy=false] strong').length === 1,
    histogram: () => all('[aria-label="Entries over time"][aria-busy=false] svg').length > 0,
    facets: () => all('aside [aria-busy=false]').length === 1,
  };
  const look = () => {
    // A question shows that it is asked before its answer can: without that, what is there is of the one before.
    if (probe.waits) {
      if (all('[aria-label="Loading entries"]').length > 0) probe.waits = false;
      return;
    }
    const { seen } = probe;
    for (const [name, is] of Object.entries(done)) {
      if (name in seen || !('rows' in seen || name === 'rows') || !is()) continue;
      seen[name] = null;
      afterPaint((now) => { if (probe.seen === seen) seen[name] = now - probe.from; });
    }
    if (probe.jump) probe.jump();
  };
  probe.again = () => { probe.seen = {}; probe.waits = true; };
  addEventListener('keydown', (event) => { if (event.key === 'Enter' && probe.waits) probe.from = performance.now(); }, true);
  new MutationObserver(look).observe(document, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['aria-busy'],
  });
  const rowsOf = () => [...all('[role=rowgroup] > [role=row]')].map((row) => ({
    row,
    index: Number(row.getAttribute('aria-rowindex')) - 2,
  }));
  /** Rows inside the scroller's view, first to last. */
  probe.visible = () => {
    const grid = document.querySelector('[role=grid]');
    const { top, bottom } = grid.getBoundingClientRect();
    const head = grid.querySelector('[role=columnheader]')?.getBoundingClientRect().height ?? 0;
    return rowsOf().filter(({ row }) => {
      const box = row.getBoundingClientRect();
      return box.top >= top + head - 1 && box.bottom <= bottom + 1;
    }).sort((a, b) => a.index - b.index).map(({ row, index }) => ({
      index,
      time: row.querySelector('time')?.dateTime ?? null,
      action: row.querySelector('strong')?.textContent ?? '',
      top: row.getBoundingClientRect().top,
    }));
  };
  probe.jumpTo = (share) => new Promise((resolve) => {
    const grid = document.querySelector('[role=grid]');
    const before = probe.visible()[0]?.index ?? -1;
    const start = performance.now();
    const settled = () => {
      const rows = probe.visible();
      if (rows.length === 0 || rows[0].index === before || rows.some(({ time }) => time === null)) return;
      probe.jump = null;
      afterPaint((now) => resolve({ ms: now - start, first: rows[0].index }));
    };
    probe.jump = settled;
    grid.scrollTop = Math.round(share * (grid.scrollHeight - grid.clientHeight));
  });
})();`;

export interface VisibleRow {
  readonly index: number;
  readonly time: string | null;
  readonly action: string;
  readonly top: number;
}

export async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(PROBE);
}

const LIMIT_MS = 15_000;
const LOOK_MS = 40;

/** Waits for all of them; what never comes is left out. */
export async function seen(page: Page): Promise<Seen> {
  const names = ['rows', 'count', 'histogram', 'facets'];
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const now = await page.evaluate<Record<string, number | null>>('window.__probe?.seen ?? {}');
    const told = Object.entries(now).filter(([, ms]) => ms !== null);
    if (told.length === names.length || Date.now() > deadline) {
      // Safe: only numbers are left.
      return Object.fromEntries(told) as Seen;
    }
    await page.waitForTimeout(LOOK_MS);
  }
}

/** Types a search and presses Enter. */
export async function searchFor(page: Page, text: string): Promise<Seen> {
  const field = page.getByRole('combobox', { name: 'Search' });
  await field.fill(text);
  await page.evaluate('window.__probe.again()');
  await field.press('Enter');
  return seen(page);
}

export async function jumpTo(page: Page, share: number): Promise<JumpSeen> {
  return page.evaluate<JumpSeen>(`window.__probe.jumpTo(${share})`);
}

export async function visibleRows(page: Page): Promise<readonly VisibleRow[]> {
  return page.evaluate<readonly VisibleRow[]>('window.__probe.visible()');
}
