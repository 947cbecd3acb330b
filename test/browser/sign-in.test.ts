/** Signing in to the program itself: by the link that a first start prints, then by name and password. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type RunningServer, startServer } from '../e2e/running-server.ts';
import { faultsOf, launch, screenshot, violations, withoutBrowser } from './browser.ts';

const PASSWORD = 'correct horse battery';
const skip = withoutBrowser();
let browser: Browser;
let server: RunningServer;

before(async () => {
  if (skip !== false) return;
  [browser, server] = await Promise.all([launch(), startServer()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const search = (page: Page) => page.getByRole('combobox', { name: 'Search' });

async function signIn(page: Page, user: string): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('the first link makes an admin, who chooses a name and a password, stays signed in, and comes back', {
  skip,
}, async () => {
  const link = /open {9}(\S+#token=\S+)/.exec(server.output())?.[1];
  assert.ok(link !== undefined, `no link: is the dashboard built?\n${server.output()}`);
  const context = await browser.newContext();
  const page = await context.newPage();
  const { texts } = faultsOf(page);
  await page.goto(link);
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  assert.doesNotMatch(page.url(), /token/, 'the token is in no history');
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'welcome');
  await page.getByLabel('Name').fill('Grace');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Go on to the logs' }).click();
  await search(page).waitFor();
  await page.reload();
  await search(page).waitFor();
  assert.deepEqual(texts, []);
  const [cookie] = await context.cookies();
  assert.deepEqual(
    [cookie?.name, cookie?.httpOnly, cookie?.sameSite, cookie?.path],
    ['ocpp_logs_session', true, 'Strict', '/'],
  );
  await context.close();

  const other = await browser.newContext();
  const fresh = await other.newPage();
  await fresh.goto(link);
  await fresh.getByRole('alert').waitFor();
  assert.match((await fresh.getByRole('alert').textContent()) ?? '', /has been used/);
  await fresh.goto(`${server.url}/settings/users`);
  await signIn(fresh, 'nobody');
  await fresh.getByRole('alert').waitFor();
  await signIn(fresh, 'grace');
  await fresh.waitForURL(`${server.url}/settings/users`);
  await fresh.getByText('admin of all sites').waitFor();
  await other.close();
});
