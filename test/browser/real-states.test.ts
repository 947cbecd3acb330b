/** Empty, slow, gone: what the page says while the server itself is so, and what it keeps. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startServer, temporaryFolder } from '../e2e/running-server.ts';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { counted, ready, search } from './explore-page.ts';
import { DAY_PATH, HISTORY, pushHistory, SITES_CONFIG } from './history.ts';
import { ADMIN, openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;
let folder = '';

before(async () => {
  if (skip !== false) return;
  folder = await temporaryFolder();
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG, folder });
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

const open = (path: string) => openPage(browser, admin.server.url + path, { storageState: admin.state });

async function ask(page: Page, q: string): Promise<void> {
  await search(page).fill(q);
  await page.keyboard.press('Enter');
}

const heartbeats = HISTORY.filter(({ action }) => action === 'Heartbeat').length;

test('before the first station the page says how to get one, an import or a simulation', {
  skip,
}, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByText('No station has spoken here yet').waitFor();
  await page.getByText(`${admin.server.url.replace('http', 'ws')}/ocpp/depot/`).waitFor();
  await page.getByText('npx ocpp-logs simulate --site depot').waitFor();
  assert.equal(await page.getByRole('slider').count(), 0, 'no chart of nothing');
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'empty');
  await page.getByRole('link', { name: 'import them here' }).click();
  await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor();
});

test('while the server is slow the wait shows, and the entries before stay', { skip }, async () => {
  await pushHistory(admin.server);
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await counted(page, HISTORY.length);
  // Stopped, it takes connections and answers nobody.
  process.kill(admin.server.pid, 'SIGSTOP');
  try {
    await ask(page, 'action:Heartbeat');
    await page.getByRole('progressbar', { name: 'Loading entries' }).waitFor();
    await until(page, `getComputedStyle(document.querySelector('[role=progressbar]')).opacity === '1'`);
    assert.equal(await search(page).inputValue(), 'action:Heartbeat');
    assert.ok((await page.locator('[role=row] time').count()) > 10);
    await screenshot(page, 'slow');
  } finally {
    process.kill(admin.server.pid, 'SIGCONT');
  }
  await counted(page, heartbeats);
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
});

test('while the server is gone the page says so, keeps what was typed, and comes back with it', {
  skip,
}, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await ready(page);
  await admin.server.stop('SIGKILL');
  await ask(page, 'action:Heartbeat');
  const alert = page.getByRole('alert').filter({ hasText: 'The entries could not be loaded' });
  await alert.waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'gone');
  assert.equal(await search(page).inputValue(), 'action:Heartbeat');
  const port = Number(new URL(admin.server.url).port);
  const server = await startServer({ config: SITES_CONFIG, folder, port });
  admin = { ...admin, server };
  // Without a click.
  await alert.waitFor({ state: 'detached' });
  await counted(page, heartbeats);
});

test('whose session ends signs in again over what was looked at', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=status:Faulted`);
  const { page } = opened;
  const faulted = HISTORY.filter(({ status }) => status === 'Faulted').length;
  await counted(page, faulted);
  const path = page.url();
  // In another window.
  const other = await page.context().newPage();
  await other.goto(`${admin.server.url}/settings/account`);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByRole('heading', { name: 'Sign in to ocpp-logs' }).waitFor();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Your session ended' });
  await dialog.getByLabel(`Password of ${ADMIN.name}`).fill('wrong');
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.getByText('Name and password do not belong together.').waitFor();
  await dialog.getByLabel(`Password of ${ADMIN.name}`).fill(ADMIN.password);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await counted(page, faulted);
  assert.equal(page.url(), path);
});
