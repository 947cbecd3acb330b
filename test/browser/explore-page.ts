/** Where things are on the page of the logs, as a person finds them. */

import type { Page } from 'playwright-core';

export const row = (page: Page, number: number) => page.locator(`[role=row][aria-rowindex="${number + 1}"]`);
export const ready = (page: Page) => row(page, 1).locator('time').waitFor();
export const grid = (page: Page) => page.getByRole('grid', { name: 'Log entries' });
export const panel = (page: Page) => page.getByRole('complementary', { name: 'Entry' });
export const filters = (page: Page) => page.getByRole('complementary', { name: 'Filters' });
export const search = (page: Page) => page.getByRole('combobox', { name: 'Search' });
export const chart = (page: Page) => page.getByRole('slider', { name: /^Time/ });
export const count = (page: Page) =>
  page.getByRole('region', { name: 'Entries', exact: true }).locator('output').first();

/** Until the page says that there are as many entries, no more and no less. */
export function counted(page: Page, entries: number): Promise<void> {
  const text = new RegExp(`^${entries.toLocaleString('en')}$`);
  return count(page).locator('strong').filter({ hasText: text }).waitFor();
}

export interface Scrolled {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

export const scrollToPixel = (page: Page, top: number) =>
  grid(page).evaluate((element: Scrolled, px) => {
    element.scrollTop = px;
  }, top);

export const scrollTop = (page: Page) => grid(page).evaluate((element: Scrolled) => element.scrollTop);

/** The cells of the rows that are drawn, by their number from 1. */
export async function drawnRows(page: Page): Promise<ReadonlyMap<number, readonly string[]>> {
  // The rows are read at once: one by one they would change meanwhile.
  const rows = await page.evaluate<readonly (readonly [string, readonly string[]])[]>(
    `[...document.querySelectorAll('[role=grid] [role=row][aria-rowindex]')]
      .filter((row) => row.querySelector('[role=gridcell] time') !== null)
      .map((row) => [row.getAttribute('aria-rowindex'), [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent)])`,
  );
  return new Map(rows.map(([number, cells]) => [Number(number) - 1, cells]));
}

const ROW_PX = 28;
const STEP = 10;
const DRAWN_MS = 30_000;

/** The cells of every row, from the first to the last, scrolled through as a person would. */
export async function allRows(page: Page): Promise<readonly (readonly string[])[]> {
  const total = Number(await grid(page).getAttribute('aria-rowcount')) - 1;
  const found = new Map<number, readonly string[]>();
  const deadline = Date.now() + DRAWN_MS;
  for (let top = 1; found.size < total && Date.now() < deadline; ) {
    for (const [number, cells] of await drawnRows(page)) found.set(number, cells);
    while (found.has(top)) top += 1;
    await scrollToPixel(page, Math.max(0, top - 1 - STEP) * ROW_PX);
    await page.waitForTimeout(20);
  }
  await scrollToPixel(page, 0);
  if (found.size < total) throw new Error(`only ${found.size} of ${total} rows were ever drawn`);
  return Array.from({ length: total }, (_, at) => found.get(at + 1) ?? []);
}
