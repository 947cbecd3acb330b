/** The Explore page in a real browser, against a server with a made-up log. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { faultsOf, launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
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

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly faults: readonly string[];
}

async function open(path: string, options: BrowserContextOptions = {}, server = fake): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  const { texts } = faultsOf(page);
  await page.goto(server.url + path);
  return { page, faults: texts, [Symbol.asyncDispose]: () => context.close() };
}

const firstRow = (page: Page) => page.locator('[role=row][aria-rowindex="2"]');
const ready = (page: Page) => firstRow(page).locator('time').waitFor();
const count = (page: Page) =>
  page.getByRole('region', { name: 'Entries', exact: true }).locator('output').first();
const search = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Entry' });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    test(`${colorScheme} at ${width} px: nothing that axe finds, no fault, nothing wider than the screen`, {
      skip,
    }, async () => {
      await using opened = await open('/explore', {
        colorScheme,
        viewport: { width, height },
        hasTouch: width < 500,
      });
      const { page, faults } = opened;
      await ready(page);
      await page.getByText('StatusNotification').first().waitFor();
      await screenshot(page, `explore-${colorScheme}-${width}`);
      assert.deepEqual(await violations(page), []);
      await firstRow(page).click();
      await panel(page).getByText('Extracted fields').or(panel(page).getByText('Raw text')).first().waitFor();
      await screenshot(page, `entry-${colorScheme}-${width}`);
      assert.deepEqual(await violations(page), []);
      const wider = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      assert.equal(wider, false);
      assert.deepEqual(faults, []);
    });
  }
}

test('dialogs and what opens are free of what axe finds, too', { skip }, async () => {
  await using opened = await open('/explore');
  const { page, faults } = opened;
  await ready(page);
  for (const key of ['?', 't']) {
    await page.keyboard.press(key);
    await page.getByRole('dialog').first().waitFor();
    assert.deepEqual(await violations(page), [], key);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
  }
  await page.getByRole('button', { name: 'Columns' }).click();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByText(/about/).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'download');
  assert.deepEqual(faults, []);
});

test('a search narrows what is shown; a fault marks its column and keeps what was typed', {
  skip,
}, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  await page.keyboard.press('/');
  await page.keyboard.type('sta');
  await page.getByRole('option', { name: /^station:/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await search(page).inputValue(), 'status:');
  await page.getByRole('option', { name: /^Faulted/ }).click();
  assert.equal(await search(page).inputValue(), 'status:Faulted ');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=status%3AFaulted/);
  await until(page, 'document.querySelectorAll("[role=gridcell]").length > 0');
  await count(page).filter({ hasNotText: '6,000' }).waitFor();
  const statuses = await page.locator('[role=row] [role=gridcell]:nth-child(5)').allTextContents();
  assert.deepEqual([...new Set(statuses)], ['Faulted']);

  await search(page).fill('status:Faulted actoin:Heartbeat');
  await page.keyboard.press('Enter');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(
    (await alert.textContent()) ?? '',
    /Column 16: there is no field actoin; did you mean action\?/,
  );
  assert.equal(await search(page).inputValue(), 'status:Faulted actoin:Heartbeat');
  assert.equal(await page.locator('mark').textContent(), 'actoin:Heartbeat');
  await screenshot(page, 'search-fault');
  assert.ok((await page.locator('[role=row]').count()) > 3, 'the entries before are still there');
});

test('facets include, exclude and choose alone, as a part of the search', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  const facets = page.getByRole('complementary', { name: 'Filters' });
  await facets.getByRole('button', { name: /^Heartbeat/ }).click();
  await page.waitForURL(/q=action%3AHeartbeat$/);
  await facets.getByRole('button', { name: /^Authorize/ }).click();
  assert.equal(await search(page).inputValue(), 'action:Heartbeat OR action:Authorize');
  await facets.getByText('MeterValues').hover();
  await facets.getByRole('button', { name: 'Exclude MeterValues' }).click();
  await facets.getByText('CP003').hover();
  await facets.getByRole('button', { name: 'Only CP003' }).click();
  assert.equal(
    await search(page).inputValue(),
    '(action:Heartbeat OR action:Authorize) -action:MeterValues station:CP003',
  );
  await page.goBack();
  await page.goBack();
  assert.equal(await search(page).inputValue(), 'action:Heartbeat OR action:Authorize');
});

test('the noise switch says how many it hides, and hides as many', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  const all = Number((await count(page).locator('strong').textContent())?.replaceAll(',', ''));
  const label = page.locator('label', { hasText: 'Hide noise' });
  const hidden = Number((await label.locator('span').textContent())?.replaceAll(',', ''));
  await label.click();
  await count(page)
    .filter({ hasText: (all - hidden).toLocaleString('en') })
    .waitFor();
  assert.match(page.url(), /quiet=1/);
});

test('the histogram zooms by keys and by drawing, and tells its counts as a table', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  const chart = page.getByRole('slider', { name: /^Time/ });
  await chart.focus();
  for (const key of ['ArrowLeft', 'ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft'])
    await page.keyboard.press(key);
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /entries/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=20/);
  const zoomed = new URL(page.url());
  const span =
    Date.parse(zoomed.searchParams.get('to') ?? '') - Date.parse(zoomed.searchParams.get('from') ?? '');
  assert.equal(span, 3 * 600_000);
  await page.goBack();
  await until(page, '!location.search.includes("from=")');
  const box = await chart.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/from=20/);
  await page.getByRole('button', { name: 'As a table' }).click();
  assert.ok((await page.getByRole('dialog').getByRole('row').count()) > 10);
});
