/** Signing in by an OpenID provider, with its own pages, as a person does it. */

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ADMIN_TOKEN, type RunningServer, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { counted } from './explore-page.ts';
import { DAY_PATH, HISTORY, pushHistory, SITES } from './history.ts';
import { CLIENT, type LoginProvider, startLoginProvider } from './login-provider.ts';
import { openPage } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let provider: LoginProvider;
let server: RunningServer;
let folder = '';

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  provider = await startLoginProvider();
  folder = await temporaryFolder();
  const secret = join(folder, 'client-secret');
  await writeFile(secret, CLIENT.secret);
  const oidc = { issuer: provider.issuer, client_id: CLIENT.id, client_secret_file: secret };
  // JSON is YAML.
  server = await startServer({ config: JSON.stringify({ sites: SITES, oidc }), folder });
  provider.serve(server.url);
  const added = await fetch(`${server.url}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ada', roles: [{ site: 'depot', role: 'viewer' }], oidc_subject: 'ada' }),
  });
  assert.equal(added.status, 201, await added.text());
  await pushHistory(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await provider?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

async function open(path: string) {
  const opened = await openPage(browser, 'about:blank');
  // The pages of the provider ask for fonts from elsewhere.
  await opened.page.context().route(/^https:/, (route) => route.abort());
  await opened.page.goto(server.url + path);
  return opened;
}

const door = (page: Page) => page.getByRole('heading', { name: 'Sign in to ocpp-logs' });

/** At the provider's own page. */
async function atProvider(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sign in by your organisation' }).click();
  await page.waitForURL((url) => url.origin === provider.issuer);
}

async function signInAtProvider(page: Page, name: string): Promise<void> {
  await atProvider(page);
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a person signs in at the provider, lands where the way led, sees what the role allows, and signs out', {
  skip,
}, async () => {
  await using opened = await open(`${DAY_PATH}&q=action:Authorize`);
  const { page } = opened;
  await door(page).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'sign-in-provider');
  await signInAtProvider(page, 'ada');
  // Not the address to which the provider leads back: that leads on.
  await page.waitForURL((url) => url.origin === server.url && url.pathname === '/explore');
  const query = new URL(page.url()).searchParams;
  assert.deepEqual([query.get('q'), query.get('from')], ['action:Authorize', '2026-01-05T00:00:00.000Z']);
  // Of the site that the role is for.
  const seen = HISTORY.filter(({ action, site }) => action === 'Authorize' && site.id === 'depot');
  await counted(page, seen.length);
  await page.reload();
  await counted(page, seen.length);
  const cookie = (await page.context().cookies(server.url)).find(({ name }) => name === 'ocpp_logs_session');
  assert.deepEqual([cookie?.httpOnly, cookie?.domain], [true, '127.0.0.1']);

  await page.getByRole('button', { name: 'Signed in as ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await door(page).waitFor();
  await page.goto(`${server.url}/explore`);
  await door(page).waitFor();
});

const alert = (page: Page) => page.getByRole('alert');

test('whoever gives up at the provider is told so, and can try again', { skip }, async () => {
  await using opened = await open('/settings/account');
  const { page } = opened;
  await atProvider(page);
  await page.getByRole('link', { name: /Cancel/ }).click();
  await alert(page).getByText('The sign-in provider did not let you in').waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'sign-in-refused');
  await signInAtProvider(page, 'ada');
  await page.getByRole('link', { name: 'Settings' }).waitFor();
});

test('whom the provider knows and the server does not is told whom to ask', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await signInAtProvider(page, 'mallory');
  await alert(page).getByText('there is no user of that name here. Ask an admin to add one.').waitFor();
  await page.goto(`${server.url}/explore`);
  await door(page).waitFor();
});
