/** Entries in the table and in full: millions of them, live ones, and every way to one of them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, until, withoutBrowser } from './browser.ts';
import { type FakeServer, startFake } from './fake/fake-server.ts';

const skip = withoutBrowser();
const LIMIT = 10_000;
let browser: Browser;
let fake: FakeServer;

before(async () => {
  if (skip !== false) return;
  [browser, fake] = await Promise.all([launch(), startFake()]);
});
after(async () => {
  await browser?.close();
  await fake?.close();
});

async function open(path: string, server = fake, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  await page.goto(server.url + path);
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

const row = (page: Page, index: number) => page.locator(`[role=row][aria-rowindex="${index}"]`);
const ready = (page: Page) => row(page, 2).locator('time').waitFor();
const grid = (page: Page) => page.getByRole('grid', { name: 'Log entries' });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Entry' });

interface Scrolled {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}
const scrollTo = (page: Page, share: number) =>
  grid(page).evaluate((element: Scrolled, part) => {
    element.scrollTop = part * (element.scrollHeight - element.clientHeight);
  }, share);
const scrollToPixel = (page: Page, top: number) =>
  grid(page).evaluate((element: Scrolled, px) => {
    element.scrollTop = px;
  }, top);

test('any of ten million rows is reached by the scrollbar, and the last one is the oldest', {
  skip,
}, async () => {
  const many = await startFake({ count: 10_000_000, step: 8 });
  try {
    await using opened = await open('/explore?from=-2d', many);
    const { page } = opened;
    await ready(page);
    assert.equal(await grid(page).getAttribute('aria-rowcount'), '10000001');
    await scrollTo(page, 1);
    await row(page, 10_000_001).locator('time').waitFor();
    const times = async () => (await page.locator('[role=row] time').allTextContents()).join();
    const last = await times();
    await scrollTo(page, 0.5);
    await page.getByText(/^at row (4,9|5,0)\d\d,\d\d\d$/).waitFor();
    await until(page, 'document.querySelectorAll("[role=row] time").length > 20');
    assert.notEqual(await times(), last);
    await screenshot(page, 'ten-million');
    await scrollTo(page, 0);
    await ready(page);
  } finally {
    await many.close();
  }
});

test('keys alone move, open, go on to the next error, and close', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
  assert.equal(await row(page, 3).getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Enter');
  await panel(page).waitFor();
  await page.keyboard.press('e');
  await until(
    page,
    `/Timeout|Late|Error|Rejected|Faulted/.test(document.querySelector('[role=row][aria-selected=true]')?.textContent ?? '')`,
  );
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  assert.doesNotMatch(page.url(), /entry=/);
});

test('a link to an entry opens it in a new window, its row on the screen', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  await scrollTo(page, 0.4);
  const wanted = page.locator('[role=row]', { hasText: 'Authorize' }).first();
  await wanted.click();
  await panel(page).getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate<string>('navigator.clipboard.readText()');
  const time = await panel(page)
    .getByText(/^\d{4}-\d\d-\d\d /)
    .textContent();
  assert.match(link, /from=20\d\d-.*entry=/);

  await using other = await open(link.slice(fake.url.length));
  await panel(other.page)
    .getByText(time ?? 'nothing')
    .waitFor();
  await other.page.locator('[role=row][aria-selected=true]', { hasText: 'Authorize' }).waitFor();
  assert.equal(await panel(other.page).getByRole('heading', { level: 2 }).textContent(), 'Authorize');
});

test('an entry tells request and answer, its findings at their line, and leads to those around it', {
  skip,
}, async () => {
  await using opened = await open('/explore?q=action:MeterValues');
  const { page } = opened;
  await ready(page);
  await row(page, 5).click();
  const finding = page.locator('section[aria-label^="Request"]').getByText('unit-assumed');
  await finding.waitFor();
  const marked = await panel(page)
    .locator('section[aria-label^="Request"] > div', { hasText: 'unit-assumed' })
    .textContent();
  assert.match(marked ?? '', /"unit": "V"/);
  await screenshot(page, 'entry-finding');
  await panel(page).getByRole('button', { name: 'Around this' }).click();
  await page.waitForURL(/q=station/);
  const query = new URL(page.url()).searchParams;
  const span = Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '');
  assert.equal(span, 60_001);
  await page.locator('[role=row][aria-selected=true]').waitFor();
});

test('live entries arrive at the top; scrolled away nothing moves, and what waits is counted', {
  skip,
}, async () => {
  const live = await startFake();
  try {
    await using opened = await open('/explore?live=1&from=-24h', live);
    const { page } = opened;
    await ready(page);
    await until(page, '[...document.querySelectorAll("button")].some((b) => b.textContent === "Live")');
    while (live.tails === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    live.push(3);
    await page.getByText('6,003').waitFor();
    await scrollToPixel(page, 2_000);
    await page.getByText(/^at row/).waitFor();
    const seen = () => page.locator('[role=row] time').allTextContents();
    const before = await seen();
    live.push(312);
    const fresh = page.getByRole('button', { name: '312 new' });
    await fresh.waitFor();
    assert.deepEqual(await seen(), before);
    await screenshot(page, 'live-paused');
    await fresh.click();
    await page.getByText('6,315').waitFor();
    await fresh.waitFor({ state: 'hidden' });
    assert.equal(await grid(page).evaluate((element: Scrolled) => element.scrollTop), 0);
  } finally {
    await live.close();
  }
});

test('more than is held becomes a gap that says how many, and loads them', { skip }, async () => {
  const live = await startFake();
  try {
    await using opened = await open('/explore?live=1&from=-24h', live);
    const { page } = opened;
    await ready(page);
    while (live.tails === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    live.push(2_500);
    await page.getByText('8,500').waitFor();
    await scrollToPixel(page, 1_000 * 28 - 200);
    await page.getByText(/entries came that are not held here/).waitFor();
    await screenshot(page, 'live-gap');
    await page.getByRole('button', { name: 'Load them' }).click();
    await page.getByText(/entries came that are not held here/).waitFor({ state: 'hidden' });
  } finally {
    await live.close();
  }
});

test('columns are added, moved and sized, and are the same the next time', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  const names = () => page.getByRole('columnheader').allTextContents();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Find a field').fill('latency');
  await page.getByRole('checkbox', { name: 'Latency' }).check();
  await page.keyboard.press('Escape');
  assert.equal((await names()).at(-1), 'Latency');
  await grid(page).getByRole('button', { name: 'Site', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Move left' }).click();
  const header = page.getByRole('columnheader', { name: 'Action' });
  const before = (await header.boundingBox())?.width ?? 0;
  await page.getByRole('separator', { name: 'Width of Action' }).press('ArrowRight');
  await page.reload();
  await ready(page);
  assert.deepEqual((await names()).slice(-3), ['Site', 'Error Code', 'Latency']);
  assert.equal((await header.boundingBox())?.width, before + 16);
});

test('another clock tells the same times otherwise', { skip }, async () => {
  await using opened = await open('/explore', fake, { timezoneId: 'Asia/Kolkata' });
  const { page } = opened;
  await ready(page);
  const shown = async () => (await row(page, 2).locator('time').textContent()) ?? '';
  const instant = (await row(page, 2).locator('time').getAttribute('datetime')) ?? '';
  assert.notEqual((await shown()).replace(' ', 'T'), instant.slice(0, -1));
  await page.keyboard.press('t');
  await page.getByRole('radio', { name: 'UTC' }).check();
  await page.waitForURL(/zone=utc/);
  assert.equal((await shown()).replace(' ', 'T'), instant.slice(0, -1));
});
