/** A server that goes and comes back, a session that ends, and a way in that was put off: what is open stays. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type RunningServer, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { chart, filters, ready } from './explore-page.ts';
import { DAY_PATH, pushHistory, SITES_CONFIG } from './history.ts';
import { ADMIN, becomeAdmin, openPage, printedLink } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let folder: string;
let server: RunningServer;

before(async () => {
  if (skip !== false) return;
  folder = await temporaryFolder();
  [browser, server] = await Promise.all([launch(), startServer({ folder, config: SITES_CONFIG })]);
  await pushHistory(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

test('from the first link on', { skip }, async (t) => {
  await using opened = await openPage(browser, printedLink(server));
  const { page } = opened;

  await t.test('a password that is put off is not asked for again, but reminded of', async () => {
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('You have no password yet').waitFor();
    await page.goto(server.url + DAY_PATH);
    await ready(page);
    assert.equal(await page.getByRole('heading', { name: 'Welcome' }).count(), 0);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Choose a name and password' }).click();
    await becomeAdmin(page);
    await page.getByText('You have no password yet').waitFor({ state: 'detached' });
  });

  await t.test('who is signed in is not asked to sign in', async () => {
    await page.goto(`${server.url}/sign-in?to=/stations`);
    await heading(page, 'Stations').waitFor();
  });

  await t.test('a session that ends is begun again over the page, which keeps what was typed', async () => {
    await page.goto(`${server.url}/settings/users`);
    await page.getByRole('link', { name: 'Add a user' }).click();
    await page.getByLabel('Name').fill('ada');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Add the user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session ended' });
    await dialog.waitFor();
    assert.deepEqual(await violations(page), []);
    await screenshot(page, 'session-ended');
    const told = page.getByRole('alert').filter({ hasText: 'Your session ended: sign in, then try again.' });
    assert.equal(await told.count(), 1);
    const word = dialog.getByLabel(`Password of ${ADMIN.name}`);
    await word.fill('not this one at all');
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.getByText('Name and password do not belong together.').waitFor();
    await word.fill(ADMIN.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Name').inputValue(), 'ada');
    await page.getByRole('button', { name: 'Add the user' }).click();
    await heading(page, 'ada is added').waitFor();
  });

  await t.test('a server that comes back heals the page, all of it, without a click', async () => {
    // A window that has not loaded the settings yet.
    const storageState = await opened.page.context().storageState();
    await using fresh = await openPage(browser, server.url + DAY_PATH, { storageState });
    const { page } = fresh;
    await ready(page);
    await chart(page).waitFor();
    const port = Number(new URL(server.url).port);
    await server.stop();

    // A part that was never loaded: told on a page that keeps its ways to the others.
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByText('The server does not answer yet.').waitFor();
    assert.deepEqual(await violations(page), []);
    await screenshot(page, 'page-missing');

    await page.getByRole('link', { name: 'Logs', exact: true }).click();
    await page.getByRole('heading', { name: 'The entries could not be loaded' }).waitFor();
    await page.getByText(/^The server does not answer\. It is asked again/).waitFor();
    assert.deepEqual(await violations(page), []);

    server = await startServer({ folder, port, config: SITES_CONFIG });
    await page.getByText(/It is asked again/).waitFor({ state: 'detached' });
    await page
      .getByRole('heading', { name: 'The entries could not be loaded' })
      .waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Settings' }).click();
    await heading(page, 'Sites').waitFor();
  });

  await t.test('chart and filters that could not be had come with the entries', async () => {
    let broken = true;
    await page.route(/\/ocpp-logs\/(?:histogram|facets)/, (route) =>
      broken ? route.abort() : route.continue(),
    );
    await page.goto(server.url + DAY_PATH);
    await ready(page);
    await page.getByText(/^The histogram could not be made/).waitFor();
    broken = false;
    await chart(page).waitFor();
    await filters(page)
      .getByRole('button', { name: /^Heartbeat/ })
      .first()
      .waitFor();
  });
});
