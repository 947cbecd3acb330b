/** The fleet on the server itself: stations, models and firmwares, what changed with a firmware, who is noisy. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { FLEET_QUERY, pushFleet } from './fleet-history.ts';
import { SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushFleet(admin.server);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });

const FLEET = `/fleet-overview?${FLEET_QUERY}`;
const fleet = (page: Page) => page.getByRole('region', { name: /^Fleet by/ });
const rows = (page: Page) => fleet(page).locator('tbody tr');

/** Each row by its name, without the small print. */
async function names(page: Page): Promise<readonly string[]> {
  await rows(page).first().waitFor();
  await page.getByText('looked through so far').first().waitFor({ state: 'detached' });
  return rows(page).locator('th').getByRole('link').allTextContents();
}

async function cells(page: Page, name: string): Promise<readonly string[]> {
  return rows(page).filter({ hasText: name }).locator('td').allTextContents();
}

test('stations are told with what is known of them, and a dash for what is not', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fleet' }).click();
  await page.getByText('Of no station anything is known in this time.').waitFor();
  await page.goto(admin.server.url + FLEET);
  assert.deepEqual(await names(page), ['AWAY-1', 'FW-1']);
  const [model, uptime, first, failed, , , , connections] = await cells(page, 'FW-1');
  assert.deepEqual([model, uptime], ['Tarnmoor Rapid 601.1.0', '100 %']);
  assert.equal(first, '62.5 %of 32');
  assert.equal(failed, '12 of 32Authorisation refused 12');
  assert.equal(connections, '1');
  const [unknown, away, nobody, none] = await cells(page, 'AWAY-1');
  assert.deepEqual([unknown, away, nobody, none], ['Not told–', '25.0 %', '–nobody tried', '–']);
  await page.getByText(/^2 stations, 62.1 % up; 32 tries, 12 failed; 62.5 % of first tries/).waitFor();
});

test('a column puts the worst first, is turned round by keys, and the address says so', {
  skip,
}, async () => {
  await using opened = await open(FLEET);
  const { page } = opened;
  await names(page);
  const uptime = fleet(page).getByRole('button', { name: 'Uptime' });
  const head = fleet(page).getByRole('columnheader', { name: 'Uptime' });
  assert.equal(await head.getAttribute('aria-sort'), 'none');
  await uptime.focus();
  await page.keyboard.press('Enter');
  await until(page, `document.querySelector('[aria-sort=ascending]')?.textContent === 'Uptime'`);
  assert.deepEqual(await names(page), ['AWAY-1', 'FW-1']);
  await page.keyboard.press('Enter');
  await until(page, `document.querySelector('tbody th a')?.textContent === 'FW-1'`);
  assert.match(page.url(), /sort=uptime&order=desc/);
  await using shared = await open(page.url().slice(admin.server.url.length));
  assert.deepEqual(await names(shared.page), ['FW-1', 'AWAY-1']);
});

test('models and firmwares have lines of their own, which lead to their stations', { skip }, async () => {
  await using opened = await open(FLEET);
  const { page } = opened;
  await names(page);
  await page.getByRole('button', { name: 'Firmwares' }).click();
  await fleet(page).getByRole('link', { name: '1.0.9' }).waitFor();
  const [stations, , first] = await cells(page, '1.0.9');
  assert.deepEqual([stations, first], ['1', '0 %of 12']);
  assert.equal((await cells(page, '1.1.0'))[2], '100 %of 20');
  await fleet(page).getByRole('link', { name: '1.1.0' }).click();
  await fleet(page).getByRole('link', { name: 'FW-1' }).waitFor();
  assert.deepEqual(await names(page), ['FW-1']);
  assert.equal(await page.getByRole('combobox', { name: 'Firmware' }).inputValue(), '1.1.0');
  await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'All models' });
  await fleet(page).getByRole('link', { name: 'AWAY-1' }).waitFor();
  await page.getByRole('combobox', { name: 'Site' }).selectOption({ label: 'Harbour' });
  await fleet(page).getByRole('link', { name: 'FW-1' }).waitFor({ state: 'detached' });
  assert.deepEqual(await names(page), ['AWAY-1']);
  assert.match(page.url(), /site=harbour/);
});

test('what failed leads to the sessions that did, with their cause', { skip }, async () => {
  await using opened = await open(FLEET);
  const { page } = opened;
  await fleet(page).getByRole('link', { name: 'Authorisation refused' }).click();
  await page.getByText('12 sessions', { exact: true }).waitFor();
  assert.match(
    page.url(),
    /charging-sessions\?site=depot&station=FW-1&severity=failure&verdict=authorisation-refused/,
  );
});

test('before and after a firmware is told with the numbers, and the boot that shows it', {
  skip,
}, async () => {
  await using opened = await open(FLEET);
  const { page } = opened;
  const changes = page.getByRole('region', { name: 'Before and after a firmware', exact: true });
  await changes.getByRole('heading', { name: /Tarnmoor Rapid 60, 1.0.9 to 1.1.0/ }).waitFor();
  const told = await changes
    .getByRole('row', { name: /^First tries/ })
    .first()
    .locator('td')
    .allTextContents();
  assert.match(told[0] ?? '', /^0 % 0 of 12, 95 % interval 0 % to/);
  assert.match(told[1] ?? '', /^100 % 20 of 20/);
  assert.match(told[2] ?? '', /^Higher by 100.0 points/);
  await changes.getByText('Station by station').click();
  await changes.getByRole('link', { name: '2026-01-05 12:00' }).click();
  await page.getByRole('complementary').getByText('BootNotification').first().waitFor();
});

test('noisy stations stand by their share, and lead to the entries', { skip }, async () => {
  await using opened = await open(FLEET);
  const { page } = opened;
  const noisy = page.getByRole('region', { name: 'Noisy stations' });
  await noisy.getByRole('row', { name: /FW-1/ }).waitFor();
  const [first] = await noisy.locator('tbody tr').allTextContents();
  assert.match(first ?? '', /^FW-1Depot North119 99.2 %/);
  await noisy.getByRole('button', { name: 'Connections' }).click();
  await until(page, `location.search.includes('noise=connections')`);
  await noisy.locator('tbody tr', { hasText: 'AWAY-1' }).first().getByRole('link', { name: '2' }).click();
  await page.waitForURL(/explore\?.*AWAY-1/);
});

test('the table is saved as CSV, as it stands', { skip }, async () => {
  await using opened = await open(`${FLEET}&sort=uptime`);
  const { page } = opened;
  await names(page);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV file' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'fleet-by-station.csv');
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
  assert.match(lines[0] ?? '', /^\uFEFFsite_id,site_name,charger_id/);
  assert.match(lines[1] ?? '', /^harbour,Harbour,AWAY-1,,,,1,0.25,/);
  assert.match(lines[2] ?? '', /^depot,Depot North,FW-1,Tarnmoor,Rapid 60,1.1.0,1,1,/);
  assert.equal(lines.length, 4);
});

test('while days are missing it is said, and asked again until all are there', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  let asked = 0;
  await page.route('**/rest/v1/fleet?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    if (new URL(route.request().url()).searchParams.has('include')) asked += 1;
    if (asked < 3) Object.assign(body.rests_on, { days_missing: 1, partial: true });
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto(admin.server.url + FLEET);
  await page.getByText('3 of 4 days looked through so far, the newest first').waitFor();
  await page.getByText('looked through so far').waitFor({ state: 'detached' });
  assert.equal(asked, 3);
});

test('a fleet that could not be had says so, and is asked for again', { skip }, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.route('**/rest/v1/fleet?*', (route) =>
    route.fulfill({ status: 503, json: { status: 503, detail: 'It took too long.' } }),
  );
  await page.goto(admin.server.url + FLEET);
  await page.getByText('The fleet could not be told: It took too long.').waitFor();
  await page.unroute('**/rest/v1/fleet?*');
  await page.getByRole('button', { name: 'Try again' }).first().click();
  assert.deepEqual(await names(page), ['AWAY-1', 'FW-1']);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`${colorScheme} at ${width} px: axe finds nothing in the fleet`, { skip }, async () => {
      await using opened = await open(FLEET, { colorScheme, viewport: { width, height: 900 } });
      const { page } = opened;
      await names(page);
      await page.getByText('Station by station').click();
      await page.getByRole('region', { name: 'Noisy stations' }).getByRole('table').waitFor();
      await until(page, `document.querySelector('[role=progressbar]') === null`);
      await screenshot(page, `fleet-${colorScheme}-${width}`);
      assert.deepEqual(await violations(page), []);
      const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      assert.equal(await page.evaluate<boolean>(wider), false);
      const sideways = `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('main'))`;
      assert.equal(await page.evaluate<boolean>(sideways), false);
      const person = await page.getByRole('button', { name: /^Signed in as/ }).boundingBox();
      assert.ok(person !== null && person.x + person.width <= width, 'the menu of the person is in sight');
    });
  }
}
