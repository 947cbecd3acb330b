/** How the pages look and read: both themes, desktop and phone, with what axe finds; a picture of each. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import {
  faultsOf,
  isSound,
  launch,
  noWider,
  screenshot,
  violations,
  whole,
  withoutBrowser,
} from './browser.ts';
import { counted, filters, grid, panel, ready, row } from './explore-page.ts';
import { DAY_PATH, HISTORY, pushHistory, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushHistory(admin.server);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, {
    storageState: admin.state,
    timezoneId: 'Europe/Berlin',
    ...options,
  });

const RANGE = DAY_PATH.slice(DAY_PATH.indexOf('?'));

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    const kind = `${colorScheme}-${width}`;
    const options = { colorScheme, viewport: { width, height }, hasTouch: width < 500 };
    test(`${colorScheme} at ${width} px: logs, an entry, stations, one station, the door`, {
      skip,
    }, async () => {
      await using opened = await open(`${DAY_PATH}&q=-action:Heartbeat`, options);
      const { page } = opened;
      const { texts } = faultsOf(page);
      await ready(page);
      await page.getByText('StatusNotification').first().waitFor();
      await isSound(page, `explore-${kind}`);
      await grid(page).locator('[role=row]', { hasText: 'StatusNotification' }).first().click();
      await panel(page).getByText('Raw text').waitFor();
      await isSound(page, `entry-${kind}`);

      await page.goto(`${admin.server.url}/stations`);
      await page.getByRole('link', { name: 'HB-1' }).waitFor();
      await isSound(page, `stations-${kind}`);
      await page.goto(`${admin.server.url}/station/harbour/HB-1${RANGE}`);
      await page.getByRole('heading', { level: 1, name: 'HB-1' }).waitFor();
      await isSound(page, `station-history-${kind}`);
      assert.deepEqual(texts, []);

      await using other = await open('/explore', { ...options, storageState: { cookies: [], origins: [] } });
      await other.page.getByRole('heading', { name: 'Sign in to ocpp-logs' }).waitFor();
      await isSound(other.page, `sign-in-${kind}`);
    });
  }

  test(`${colorScheme}: dialogs and what opens`, { skip }, async () => {
    await using opened = await open(DAY_PATH, { colorScheme, viewport: { width: 1440, height: 900 } });
    const { page } = opened;
    await ready(page);
    for (const key of ['?', 't']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').first().waitFor();
      await isSound(page, `${key === '?' ? 'help' : 'time'}-${colorScheme}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').first().waitFor({ state: 'hidden' });
    }
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Find a field').waitFor();
    await isSound(page, `columns-${colorScheme}`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'As a table' }).click();
    await page.getByRole('dialog').getByRole('row').nth(3).waitFor();
    await isSound(page, `chart-table-${colorScheme}`);
  });
}

test('on a phone one searches, filters, opens and closes by touch', { skip }, async () => {
  await using opened = await open(DAY_PATH, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const { page } = opened;
  await ready(page);
  await counted(page, HISTORY.length);
  assert.equal(await page.getByRole('columnheader').count(), 0, 'rows of two lines in place of columns');
  await page.getByRole('button', { name: 'Filters' }).tap();
  await filters(page)
    .getByRole('button', { name: /^StatusNotification/ })
    .tap();
  const states = HISTORY.filter(({ action }) => action === 'StatusNotification');
  await whole(page);
  await screenshot(page, 'filters-390');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Show entries' }).tap();
  await counted(page, states.length);
  await row(page, 2).tap();
  const { id = '' } = states.at(-2) ?? {};
  await panel(page).locator('dd').getByText(id, { exact: true }).waitFor();
  const box = await panel(page).boundingBox();
  assert.ok(box !== null && box.x === 0 && box.width === 390, 'the entry has all of the screen');
  await panel(page).getByRole('button', { name: 'Close the entry' }).tap();
  await panel(page).waitFor({ state: 'hidden' });
  await noWider(page, 'logs');
});
