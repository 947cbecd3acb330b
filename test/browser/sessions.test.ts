/** Lists of sessions on the server itself: of a station, and across sites. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ADMIN_TOKEN } from '../e2e/running-server.ts';
import { isSound, launch, withoutBrowser } from './browser.ts';
import { DAY_QUERY, PLUGS, pushChargingDay } from './charging-day.ts';
import { SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const PASSWORD = 'a long enough password';
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
  await list(opened.page).getByText('5 sessions', { exact: true }).waitFor();
  assert.deepEqual(await texts(opened.page), [FAULT, PLUG, POWER, CHARGED, CARD]);
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

const ALL = `/charging-sessions?${DAY_QUERY}`;
const found = (page: Page) => page.getByRole('region', { name: 'Sessions found' });
const foundRows = (page: Page) => found(page).locator('tbody tr');
const told = async (page: Page, columns: readonly number[]) => {
  const all: (readonly (string | undefined)[])[] = [];
  for (const row of await foundRows(page).all()) {
    const cells = await row.locator('th, td').allTextContents();
    all.push(columns.map((column) => cells[column]));
  }
  return all;
};

test('sessions of all sites are in one list, newest first', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Sessions' }).click();
  await found(page).getByText('Nobody tried to charge in this time').waitFor();
  await page.goto(admin.server.url + ALL);
  await found(page).getByText('The newest 50 sessions').waitFor();
  await found(page).getByRole('button', { name: 'Failed' }).click();
  await found(page).getByText('4 sessions', { exact: true }).waitFor();
  assert.deepEqual(await told(page, [0, 1, 2, 7]), [
    ['2026-01-05 13:00:00', 'CP-7', '2', 'Depot North'],
    ['2026-01-05 11:00:00', 'CP-7', '1', 'Depot North'],
    ['2026-01-05 10:00:00', 'HB-7', '1', 'Harbour'],
    ['2026-01-05 08:00:00', 'CP-7', '1', 'Depot North'],
  ]);
  assert.deepEqual(
    (await texts(page)).map(([, , , verdict]) => verdict),
    [
      FAULT[2],
      POWER[2],
      'FailedThe station accepted the remote start, and nothing happened; no plug was seen.',
      CARD[2],
    ],
  );
});

test('they are looked for by site, station and verdict, which the address keeps', { skip }, async () => {
  await using opened = await open(ALL);
  const { page } = opened;
  await found(page).getByRole('combobox', { name: 'Site' }).selectOption({ label: 'Harbour' });
  await found(page).getByText('1 session', { exact: true }).waitFor();
  assert.deepEqual(await told(page, [1]), [['HB-7']]);
  await found(page).getByRole('combobox', { name: 'Site' }).selectOption({ label: 'All sites' });
  const station = found(page).getByRole('combobox', { name: /^Station/ });
  await station.fill('-7');
  await station.press('Enter');
  await found(page).getByText('6 sessions', { exact: true }).waitFor();
  await found(page).getByRole('combobox', { name: 'Verdict' }).selectOption('charged');
  await found(page).getByText('1 session', { exact: true }).waitFor();
  assert.match(page.url(), /\/charging-sessions\?station=-7&verdict=charged&from=2026/);

  await using shared = await open(page.url().slice(admin.server.url.length));
  await found(shared.page).getByText('1 session', { exact: true }).waitFor();
  assert.deepEqual(await told(shared.page, [0, 1]), [['2026-01-05 09:00:00', 'CP-7']]);
  const again = found(shared.page).getByRole('combobox', { name: /^Station/ });
  await again.fill('nobody');
  await again.press('Enter');
  await found(shared.page).getByText('No station has “nobody” in its name.').waitFor();
});

test('a row is opened by keys', { skip }, async () => {
  await using opened = await open(`${ALL}&verdict=charged`);
  const { page } = opened;
  await foundRows(page).getByRole('link').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /Charged 11.1 kWh/ }).waitFor();
  assert.match(page.url(), /\/session\/\d+\.depot\?zone=utc$/);
});

test('who may read one site sees the sessions of that one alone', { skip }, async () => {
  const made = await fetch(`${admin.server.url}/rest/v1/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'hal', roles: [{ site: 'harbour', role: 'viewer' }], password: PASSWORD }),
  });
  assert.equal(made.status, 201, await made.text());
  await using opened = await open(ALL, { storageState: { cookies: [], origins: [] } });
  const { page } = opened;
  await page.getByLabel('User').fill('hal');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await found(page).getByText('1 session', { exact: true }).waitFor();
  assert.deepEqual(await told(page, [1, 7]), [['HB-7', 'Harbour']]);
  const answer = await admin.server.get('/sessions?from=2026-01-05&to=2026-01-06&charger_id=CP-7');
  // Safe: the route is held to its schema elsewhere.
  const { sessions } = (await answer.json()) as { readonly sessions: readonly { readonly id: string }[] };
  await page.goto(`${admin.server.url}/session/${sessions[0]?.id}`);
  await page.getByRole('alert').getByRole('heading', { name: 'No such session' }).waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
    [360, 740],
  ] as const) {
    test(`${colorScheme} at ${width} px: axe finds nothing in the list across sites`, { skip }, async () => {
      await using opened = await open(`${ALL}&station=-7`, { colorScheme, viewport: { width, height } });
      const { page } = opened;
      await found(page).getByText('6 sessions', { exact: true }).waitFor();
      await isSound(page, `sessions-${colorScheme}-${width}`);
    });
  }
}
