/** Lists of sessions on the server itself: of a station, and across sites. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { DAY_QUERY, PLUGS, pushChargingDay } from './charging-day.ts';
import { SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushChargingDay(admin.server);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });

const STATION = `/station/depot/CP-7?${DAY_QUERY}`;
const list = (page: Page) =>
  page
    .locator('section, main')
    .filter({ has: page.getByRole('heading', { name: 'Sessions', exact: true }) })
    .last();
const rows = (page: Page) => list(page).getByRole('table').locator('tbody tr');

async function texts(page: Page): Promise<readonly (readonly string[])[]> {
  await rows(page).first().waitFor();
  const told: string[][] = [];
  for (const row of await rows(page).all()) told.push(await row.locator('th, td').allTextContents());
  return told;
}

async function isSound(page: Page, name: string): Promise<void> {
  await until(page, `document.querySelector('[role=progressbar], [aria-busy=true]') === null`);
  await screenshot(page, name);
  assert.deepEqual(await violations(page), [], name);
  const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  assert.equal(await page.evaluate<boolean>(wider), false, name);
}

const [FAULT, PLUG, POWER, CHARGED, CARD] = [
  [
    '2026-01-05 13:00:00',
    '2',
    'FailedA fault came while charging, GroundFailure (E-211, RCD ‹U+202E›tripped); 1.4 kWh in 6 min.',
    '1.4 kWh',
    '6 min',
    'Ended, Other',
  ],
  [
    '2026-01-05 12:00:00',
    '2',
    'WarningPlugged in for 9 min without a card or a remote start and unplugged again.',
    '–',
    '9 min',
    'No transaction',
  ],
  [
    '2026-01-05 11:00:00',
    '1',
    'FailedThe station lost its power; 2.2 kWh in 12 min. also 1 warning',
    '2.2 kWh',
    '12 min',
    'Ended, PowerLoss',
  ],
  [
    '2026-01-05 09:00:00',
    '1',
    'ChargedCharged 11.1 kWh in 49 min, ended by unplugging after the car had stopped taking.',
    '11.1 kWh',
    '49 min',
    'Ended, EVDisconnected',
  ],
  [
    '2026-01-05 08:00:00',
    '1',
    'FailedThe card was refused (Invalid, 3 times); nobody charged.',
    '–',
    '30 s',
    'No transaction',
  ],
] as const;

test('a station tells its sessions, newest first, each with its verdict in a word and a line', {
  skip,
}, async () => {
  await using opened = await open(STATION);
  assert.deepEqual(await texts(opened.page), [FAULT, PLUG, POWER, CHARGED, CARD]);
  await list(opened.page).getByText('5 sessions', { exact: true }).waitFor();
});

test('the list is narrowed by how it went and by verdict, and the address says so', { skip }, async () => {
  await using opened = await open(STATION);
  const { page } = opened;
  await texts(page);
  await list(page).getByRole('button', { name: 'Failed' }).click();
  await list(page).getByText('3 sessions', { exact: true }).waitFor();
  assert.deepEqual(await texts(page), [FAULT, POWER, CARD]);
  await list(page).getByRole('combobox', { name: 'Verdict' }).selectOption('stop-power-loss');
  await list(page).getByText('1 session', { exact: true }).waitFor();
  assert.deepEqual(await texts(page), [POWER]);
  assert.match(page.url(), /&severity=failure&verdict=stop-power-loss$/);

  await using shared = await open(page.url().slice(admin.server.url.length));
  assert.deepEqual(await texts(shared.page), [POWER]);
  await list(shared.page).getByRole('button', { name: 'Warning' }).click();
  await list(shared.page).getByRole('button', { name: 'Failed' }).click();
  await list(shared.page).getByText('No session of this time fits the filter.').waitFor();
  await list(shared.page).getByRole('button', { name: 'Show all' }).click();
  assert.equal((await texts(shared.page)).length, 5);
});

test('more sessions than a page has are gone on with', { skip }, async () => {
  await using opened = await open(`/station/depot/CP-9?${DAY_QUERY}`);
  const { page } = opened;
  await list(page).getByText('The newest 50 sessions').waitFor();
  await list(page).getByRole('button', { name: 'Show earlier ones' }).click();
  await list(page).getByText(`${PLUGS} sessions`, { exact: true }).waitFor();
  const told = await texts(page);
  assert.equal(new Set(told.map(([time]) => time)).size, PLUGS);
  assert.equal(told.at(-1)?.[0], '2026-01-05 00:00:00');
  assert.equal(await list(page).getByRole('button', { name: 'Show earlier ones' }).count(), 0);
});

test('where nobody tried to charge, it is said', { skip }, async () => {
  await using opened = await open(
    '/station/depot/CP-7?from=2026-01-04T00:00:00.000Z&to=2026-01-05T00:00:00.000Z',
  );
  await list(opened.page).getByText('Nobody tried to charge in this time').waitFor();
});

test('a list that could not be had says so, and is asked for again', { skip }, async () => {
  await using opened = await open('/stations');
  const { page } = opened;
  await page.getByRole('link', { name: 'CP-7' }).waitFor();
  await page.route('**/rest/v1/sessions?*', (route) =>
    route.fulfill({ status: 503, json: { status: 503, detail: 'It took too long.' } }),
  );
  await page.goto(admin.server.url + STATION);
  await list(page).getByRole('alert').getByText('It took too long.').waitFor();
  await page.unroute('**/rest/v1/sessions?*');
  await list(page).getByRole('button', { name: 'Try again' }).click();
  assert.equal((await texts(page)).length, 5);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    test(`${colorScheme} at ${width} px: axe finds nothing in the sessions of a station`, {
      skip,
    }, async () => {
      await using opened = await open(STATION, { colorScheme, viewport: { width, height } });
      const { page } = opened;
      await page.getByText('The station lost its power').scrollIntoViewIfNeeded();
      await isSound(page, `station-sessions-${colorScheme}-${width}`);
    });
  }
}
