/** Empty, slow, broken, signed out: what the page says then, and what it keeps. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { EXPORTED } from './fake/exports.ts';
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

async function open(path: string, server = fake) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  await page.goto(server.url + path);
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

const ready = (page: Page) => page.locator('[role=row][aria-rowindex="2"] time').waitFor();

test('a page without any station says how to get one, an import or a simulation', { skip }, async () => {
  const empty = await startFake({ count: 0 });
  try {
    await using opened = await open('/explore', empty);
    const { page } = opened;
    await page.getByText('No station has spoken here yet').waitFor();
    await page.getByText(`${empty.url.replace('http', 'ws')}/ocpp/depot/{charger}`).waitFor();
    assert.deepEqual(await violations(page), []);
    await screenshot(page, 'empty');
  } finally {
    await empty.close();
  }
});

test('nothing found keeps the search and offers more time', { skip }, async () => {
  await using opened = await open('/explore?q=station:CP999');
  const { page } = opened;
  await page.getByText('No entry in this time').waitFor();
  await page.getByRole('button', { name: 'Clear the search' }).last().click();
  await ready(page);
});

test('an error says what happened and what to do, and asking again heals it', { skip }, async () => {
  fake.failure = {
    status: 503,
    body: { title: 'Unavailable', detail: 'The store does not answer now; try again.', instance: 'req-7' },
  };
  await using opened = await open('/explore?q=action:Heartbeat');
  const { page } = opened;
  await page.getByText('The store does not answer now; try again.').waitFor();
  await page.getByText('req-7').waitFor();
  await screenshot(page, 'error');
  assert.deepEqual(await violations(page), []);
  assert.equal(await page.getByRole('combobox', { name: 'Search' }).inputValue(), 'action:Heartbeat');
  fake.failure = null;
  await page.getByRole('button', { name: 'Try again' }).click();
  await ready(page);
});

test('a wait shows progress', { skip }, async () => {
  fake.delay = 1_500;
  try {
    await using opened = await open('/explore');
    const { page } = opened;
    const bar = page.getByRole('progressbar', { name: 'Loading entries' });
    await bar.waitFor();
    await until(page, `getComputedStyle(document.querySelector('[role=progressbar]')).opacity === '1'`);
    await ready(page);
    await bar.waitFor({ state: 'detached' });
  } finally {
    fake.delay = 0;
  }
});

test('who is not signed in is led to the door and back to where he wanted', { skip }, async () => {
  const closed = await startFake({ signedIn: false });
  try {
    await using opened = await open('/explore?q=action:Heartbeat', closed);
    const { page } = opened;
    await page.getByRole('heading', { name: 'Sign in to ocpp-logs' }).waitFor();
    assert.deepEqual(await violations(page), []);
    const provider = page.getByRole('link', { name: 'Sign in by your organisation' });
    const to = new URL((await provider.getAttribute('href')) ?? '', closed.url).searchParams.get('to');
    assert.equal(to, '/explore?q=action:Heartbeat');
    await screenshot(page, 'sign-in');
    await page.getByLabel('User').fill('sam');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name and password do not belong together.').waitFor();
    assert.equal(await page.getByLabel('User').inputValue(), 'sam');
    await page.getByLabel('Password').fill('secret');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/explore\?q=action/);
    await ready(page);
  } finally {
    await closed.close();
  }
});

test('the link of a first start signs in, its token leaves the address, and a name and password are chosen', {
  skip,
}, async () => {
  const closed = await startFake({ signedIn: false });
  try {
    await using opened = await open('/sign-in#token=once', closed);
    const { page } = opened;
    await page.waitForURL(/\/explore$/);
    await page.getByRole('heading', { name: 'Welcome' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill('twelve or more');
    await page.getByRole('button', { name: 'Go on to the logs' }).click();
    await ready(page);
    await page.getByRole('button', { name: 'Signed in as ada' }).waitFor();
  } finally {
    await closed.close();
  }
});

test('a download tells its size, its progress, and saves the very bytes', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await ready(page);
  await page.getByRole('button', { name: 'Download' }).click();
  await page.getByText('6,000 entries, about 5.4 MB').waitFor();
  await page.getByRole('button', { name: 'Make the file' }).click();
  await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
  const link = page.getByRole('link', { name: 'Save the file' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.equal(download.suggestedFilename(), 'ocpp-logs-depot.csv');
  assert.equal(readFileSync(await download.path(), 'utf8'), EXPORTED);
});
