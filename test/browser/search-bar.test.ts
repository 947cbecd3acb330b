/** What the search bar and the time field tell a person who meant something else, in a real browser. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, violations, withoutBrowser } from './browser.ts';
import { type FakeServer, startFake } from './fake/fake-server.ts';

const skip = withoutBrowser();
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

async function open(): Promise<AsyncDisposable & { readonly page: Page }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${fake.url}/explore`);
  await page.locator('[role=row][aria-rowindex="2"] time').waitFor();
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

const search = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const queryOf = (page: Page) => new URL(page.url()).searchParams.get('q');

test('a lower-case or is searched as a word, and can be made a keyword or kept', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  const hint = page.getByRole('status').filter({ hasText: 'or is searched as a word; write OR' });
  await search(page).fill('status:Faulted or status:Charging');
  await search(page).press('Enter');
  await hint.waitFor();
  assert.equal(queryOf(page), 'status:Faulted or status:Charging');
  assert.match((await hint.textContent()) ?? '', /^Column 16: /);
  assert.deepEqual(await violations(page), []);

  await hint.getByRole('button', { name: 'Keep the word' }).click();
  await hint.waitFor({ state: 'detached' });
  assert.equal(queryOf(page), 'status:Faulted or status:Charging');

  await search(page).fill('status:Faulted or status:Preparing');
  await search(page).press('Enter');
  await hint.getByRole('button', { name: 'Write OR' }).click();
  await hint.waitFor({ state: 'detached' });
  assert.equal(queryOf(page), 'status:Faulted OR status:Preparing');
  assert.equal(await search(page).inputValue(), 'status:Faulted OR status:Preparing');
});

test('sites are a field of the search like any other', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  const filters = page.getByRole('complementary', { name: 'Filters' });
  await filters.getByRole('button', { name: 'Site' }).click();
  await filters.getByRole('button', { name: 'Only Harbour' }).click();
  await page.waitForURL(/q=site%3Aharbour/);
  await filters.getByRole('button', { name: 'Only Depot North' }).click();
  await page.waitForURL(/q=site%3Adepot/);
  await filters.getByRole('button', { name: 'Exclude Depot North' }).click();
  await page.waitForURL(/q=-site%3Adepot/);
  assert.equal(await search(page).inputValue(), '-site:depot');

  await page.goto(`${fake.url}/explore?site=harbour`);
  await filters.getByRole('button', { name: 'Site' }).click();
  const included = filters.getByRole('button', { name: /^Harbour/ });
  await included.waitFor();
  assert.equal(await included.getAttribute('aria-pressed'), 'true');
  await filters.getByRole('button', { name: 'Exclude Harbour' }).click();
  await page.waitForURL(/q=-site%3Aharbour/);
  assert.equal(new URL(page.url()).searchParams.get('site'), null);
});

test('a day with dots is day first; with slashes it is said how to write it', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  await page.keyboard.press('t');
  const panel = page.getByRole('dialog', { name: 'Time' });
  await panel.getByLabel('From', { exact: true }).fill('05.01.2026');
  await panel.getByLabel('To', { exact: true }).fill('05/01/2026');
  await panel.getByRole('button', { name: 'Apply' }).click();
  assert.match(
    (await panel.getByRole('alert').textContent()) ?? '',
    /^“05\/01\/2026” is not read with slashes, .*; write 31\.01\.2026 or 2026-01-31$/,
  );
  await panel.getByLabel('To', { exact: true }).fill('5.1.2026 14:30');
  await panel.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/from=2026-01-04T23%3A00%3A00\.000Z&to=2026-01-05T13%3A30%3A00\.000Z/);
});
