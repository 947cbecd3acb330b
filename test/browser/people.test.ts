/** People at the door, and those who let them in: links, passwords, users, roles. On the server itself. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type RunningServer, startServer } from '../e2e/running-server.ts';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { ADMIN, becomeAdmin, openPage, printedLink } from './real-server.ts';

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

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('User').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

test('from the printed link to users of every kind', { skip }, async (t) => {
  const link = printedLink(server);

  await t.test('the link of the first start leads to a name and a password', async () => {
    await using opened = await openPage(browser, link);
    await opened.page.getByRole('heading', { name: 'Welcome' }).waitFor();
    assert.deepEqual(await violations(opened.page), []);
    await screenshot(opened.page, 'welcome');
    await becomeAdmin(opened.page);
    assert.doesNotMatch(opened.page.url(), /token/);
  });

  await t.test('a link works once, and says so the second time', async () => {
    await using opened = await openPage(browser, link);
    await opened.page.getByText(/This link has been used/).waitFor();
  });

  await t.test('whoever signs in comes to where he wanted, and out again', async () => {
    await using opened = await openPage(browser, `${server.url}/settings/account`);
    const { page } = opened;
    await signIn(page, ADMIN.name, ADMIN.password);
    await heading(page, ADMIN.name).waitFor();
    await page.getByText('admin of all sites').waitFor();
    assert.match(page.url(), /\/settings\/account$/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in to ocpp-logs').waitFor();
  });

  await using opened = await openPage(browser, `${server.url}/settings/users`);
  const { page } = opened;
  await signIn(page, ADMIN.name, ADMIN.password);

  await t.test('a fault stands at its field, and what was typed stays', async () => {
    await page.getByRole('link', { name: 'Add a user' }).click();
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('With a password').check();
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Add the user' }).click();
    await page.getByText('Must have 12 to 1000 characters.').waitFor();
    const field = page.getByLabel('Password', { exact: true });
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await until(page, `document.activeElement?.value === 'short'`);
    assert.equal(await page.getByLabel('Name').inputValue(), 'ada');
    assert.deepEqual(await violations(page), []);
  });

  await t.test('an invited user chooses a password and sees what the role allows', async () => {
    await page.getByLabel('By a link').check();
    await page.getByRole('button', { name: 'Add the user' }).click();
    await heading(page, 'ada is added').waitFor();
    const invited = await page.getByText(/sign-in#token=/).textContent();
    await screenshot(page, 'settings-invitation');
    await using other = await openPage(browser, invited ?? '');
    assert.equal(await other.page.getByLabel('Name').inputValue(), 'ada');
    await other.page.getByLabel('Password').fill('another long password');
    await other.page.getByRole('button', { name: 'Go on to the logs' }).click();
    await other.page.getByRole('link', { name: 'Settings' }).click();
    await heading(other.page, 'Sites').waitFor();
    const places = await other.page.getByRole('navigation', { name: 'Settings' }).getByRole('link').all();
    const names = await Promise.all(places.map((place) => place.textContent()));
    assert.deepEqual(names, ['Sites', 'Appearance', 'Your account']);
    await other.page.goto(`${server.url}/settings/keys`);
    await other.page.getByText('Your role does not reach here.').waitFor();
  });

  await t.test('another role counts at once; who is disabled is led to the door', async () => {
    await page.goto(`${server.url}/settings/users`);
    await page.getByRole('link', { name: 'Change ada' }).click();
    await page.getByLabel('Role on all sites', { exact: true }).selectOption('operator');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The user is changed').waitFor();

    await using other = await openPage(browser, `${server.url}/settings/health`);
    await signIn(other.page, 'ada', 'another long password');
    await heading(other.page, 'Storage and health').waitFor();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('ada is kept out').waitFor();
    // Asks again by itself.
    const ended = other.page.getByRole('dialog', { name: 'Your session ended' });
    await ended.getByLabel('Password of ada').fill('another long password');
    await ended.getByRole('button', { name: 'Sign in', exact: true }).click();
    await ended.getByText('Name and password do not belong together.').waitFor();
    await ended.getByRole('button', { name: 'Leave this page' }).click();
    await heading(other.page, 'Sign in to ocpp-logs').waitFor();
    assert.match(decodeURIComponent(other.page.url()), /to=\/settings\/health/);
  });

  await t.test('the last admin stays one', async () => {
    await page.goto(`${server.url}/settings/users`);
    await page.getByRole('link', { name: `Change ${ADMIN.name}` }).click();
    await page.getByLabel('Role on all sites', { exact: true }).selectOption('viewer');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText(/admin/).waitFor();
  });
});
