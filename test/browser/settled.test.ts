/** What a page must not show before it knows it, and where keys go on when something over it closes. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ADMIN_TOKEN } from '../e2e/running-server.ts';
import { launch, until, withoutBrowser } from './browser.ts';
import { drawnRows, ready } from './explore-page.ts';
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
  openPage(browser, path === '' ? 'about:blank' : admin.server.url + path, {
    storageState: admin.state,
    timezoneId: 'UTC',
    ...options,
  });

/** Once what came is drawn. */
const drawn = (page: Page) =>
  page.evaluate('new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))');

test('times by the clock of a site are shown once it is known, and never by another before', {
  skip,
}, async () => {
  await using opened = await open('');
  const { page } = opened;
  await page.addInitScript(`
    window.times = new Set();
    new MutationObserver(() => {
      for (const time of document.querySelectorAll('[role=gridcell] time')) window.times.add(time.textContent);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  `);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.route(/\/sites\?chargers=none/, async (route) => {
    await held;
    await route.continue();
  });
  const entries = page.waitForResponse(/\/ocpp-logs\?/);
  const path = '/explore?from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z&site=harbour&zone=site';
  await page.goto(admin.server.url + path);
  await (await entries).finished();
  await drawn(page);
  release();
  await ready(page);
  const newest = HISTORY.findLast(({ site }) => site.id === 'harbour');
  assert.ok(newest);
  // In January New York is five hours behind.
  const told = (at: number) => new Date(at - 5 * 3_600_000).toISOString().replace('T', ' ').slice(0, -1);
  const rows = [...(await drawnRows(page)).values()];
  assert.equal(rows[0]?.[0], told(newest.at));
  const seen = await page.evaluate<readonly string[]>('[...window.times]');
  const right = new Set(HISTORY.map(({ at }) => told(at)));
  assert.deepEqual(
    seen.filter((time) => !right.has(time)),
    [],
  );
});

const focused = (page: Page, what: string) =>
  until(page, `document.activeElement?.matches('${what}') === true`);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('a dialog that closes gives the focus back to the button or the key that opened it', {
  skip,
}, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await ready(page);
  const dialog = page.getByRole('dialog');
  const isFocused = (name: string) =>
    until(
      page,
      `((document.activeElement?.ariaLabel || document.activeElement?.textContent) ?? '').trim() === '${name}'`,
    );
  for (const name of ['Download', 'Keys and search', 'As a table']) {
    await button(page, name).focus();
    for (const close of ['Escape', 'Close']) {
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      if (close === 'Escape') await page.keyboard.press('Escape');
      else await dialog.getByRole('button', { name: 'Close' }).first().click();
      await dialog.waitFor({ state: 'detached' });
      await isFocused(name);
    }
  }
  await page.getByRole('grid').focus();
  await page.keyboard.press('?');
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await focused(page, '[role=grid]');
});

test('a dialog that was opened from a menu gives the focus back to what opened the menu', {
  skip,
}, async () => {
  await using opened = await open(DAY_PATH, { viewport: { width: 390, height: 844 } });
  const { page } = opened;
  await ready(page);
  await button(page, 'More').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Keys and search' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Keys and search' });
  await dialog.waitFor();
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await focused(page, '[aria-label=More]');
});

test('where the deed of a dialog took its opener away, keys go on in the page', { skip }, async () => {
  const made = await fetch(`${admin.server.url}/alarms`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Short-lived', rule: 'action:Reset' }),
  });
  assert.equal(made.status, 201, await made.clone().text());
  const { id } = (await made.json()) as { readonly id: string };
  await using opened = await open(`/alarm-overview?edit=${id}`);
  const { page } = opened;
  await button(page, 'Remove it').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1, name: 'Alarms' }).waitFor();
  await focused(page, 'main');
});
