/** Ways about the page of the logs: back, by keys, on a low screen, to the newest entry, and while it is live. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launch, until, withoutBrowser } from './browser.ts';
import { counted, grid, panel, ready, row, search } from './explore-page.ts';
import { DAY_PATH, HISTORY, push, pushHistory, SITES_CONFIG } from './history.ts';
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
  openPage(browser, admin.server.url + path, { storageState: admin.state, timezoneId: 'UTC', ...options });

test('closing an entry and going back are one step', { skip }, async () => {
  await using window = await open(DAY_PATH);
  const { page } = window;
  await ready(page);
  await search(page).fill('action:Authorize');
  await search(page).press('Enter');
  await counted(page, HISTORY.filter(({ action }) => action === 'Authorize').length);
  await row(page, 1).click();
  await page.keyboard.press('j');
  await page.waitForURL(/entry=/);
  await panel(page).waitFor();
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  await page.goBack();
  await counted(page, HISTORY.length);
});

test('the first stop of the page leads to the entries, and none is what cannot be used', {
  skip,
}, async () => {
  await using window = await open(DAY_PATH);
  const { page } = window;
  await ready(page);
  const way = page.getByRole('button', { name: 'Skip to entries' });
  await page.getByRole('link', { name: 'Settings' }).focus();
  for (const _ of [1, 2, 3]) await page.keyboard.press('Tab');
  await until(page, `document.activeElement.textContent === 'Skip to entries'`);
  assert.ok(((await way.boundingBox())?.y ?? -1) >= 0, 'it is seen while it has the focus');
  await page.keyboard.press('Enter');
  await until(page, `document.activeElement.getAttribute('role') === 'grid'`);
  await search(page).focus();
  await page.keyboard.press('Tab');
  await until(page, `document.activeElement.matches('button')`);
});

test('on a low screen there are rows, and the newest entry is one step away', { skip }, async () => {
  await using window = await open(DAY_PATH, { viewport: { width: 844, height: 390 } });
  const { page } = window;
  await ready(page);
  const fifth = await row(page, 5).boundingBox();
  assert.ok(fifth !== null && fifth.y + fifth.height <= 390, 'five rows at least');
  await page.goto(`${admin.server.url}/explore?from=-15m&q=station:HB-1`);
  await page.getByRole('button', { name: /^Go to the newest entry: 2026-01-05 23:58:00/ }).click();
  await row(page, 1).locator('time').waitFor();
});

test('a live table stands still while an entry is read', { skip }, async () => {
  await using window = await open('/explore?live=1&from=-1h');
  const { page } = window;
  await page.getByRole('button', { name: 'Live', pressed: true }).waitFor();
  const say = (id: string) =>
    push(admin.server, 'depot', [
      {
        charger: 'CP-9',
        at: Date.now() - 1000,
        up: true,
        frame: `[2,"${id}","DataTransfer",{"vendorId":"${id}"}]`,
      },
    ]);
  await say('one');
  await row(page, 1).click();
  await panel(page).getByText('Raw text').waitFor();
  await say('two');
  await page.getByRole('button', { name: '1 new' }).waitFor();
  assert.equal(await grid(page).locator('time').count(), 1);
  await page.keyboard.press('Escape');
  await row(page, 2).locator('time').waitFor();
});
