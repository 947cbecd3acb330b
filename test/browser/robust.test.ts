/** What would blank, hide or confuse a page: messages of any depth and size, odd names, wrong addresses, slow lines. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { counted, filters, panel, ready, row } from './explore-page.ts';
import { DAY, DAY_PATH, push, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

/** A name with every sign that means something in an address. */
const ODD = 'A/1:x;y?#&=+%2F';
const DEEP = `${'{"a":['.repeat(3_000)}12345678901234567890${']}'.repeat(3_000)}`;
const MANY = JSON.stringify(Array.from({ length: 20_000 }, (_, at) => ({ at, text: 'x' })));
const MESSAGES = [
  ['plain', '{"vendorId":"V","data":"first"}'],
  ['deep', `{"vendorId":"V","n":12345678901234567890,"data":${DEEP}}`],
  ['many', `{"vendorId":"V","data":${MANY}}`],
] as const;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  const frames = MESSAGES.flatMap(([id, payload], index) => {
    const at = DAY + 3_600_000 + index * 1_000;
    return [
      { charger: ODD, at, up: true, frame: `[2,"${id}","DataTransfer",${payload}]` },
      { charger: ODD, at: at + 100, up: false, frame: `[3,"${id}",{"status":"Accepted"}]` },
    ];
  });
  await push(admin.server, 'depot', frames, true);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

function open(path: string, options: BrowserContextOptions = {}) {
  return openPage(browser, admin.server.url + path, {
    storageState: admin.state,
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    ...options,
  });
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const request = (page: Page) => panel(page).locator('section[aria-label^="Request"]');

test('a message nested deep neither blanks the page nor hides the others', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&columns=time,action,payload`);
  const { page } = opened;
  await ready(page);
  await counted(page, 3);
  assert.ok(((await row(page, 3).textContent()) ?? '').includes('first'));
  await row(page, 2).click();
  await request(page).getByText('characters more').waitFor();
  await request(page).getByText('12345678901234567890', { exact: true }).first().waitFor();
  await panel(page).getByRole('button', { name: 'Entry below' }).click();
  await request(page).getByText('"first"').waitFor();
  await row(page, 3).waitFor();
});

test('of a message of thousands of lines the first are shown, and the rest on demand', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=message:many`);
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  await request(page)
    .getByText(/These are the first 1,000 lines of [\d,]+ characters/)
    .waitFor();
  assert.equal(await request(page).locator('code').count(), 1_000);
  assert.deepEqual(await violations(page), []);
  await request(page).getByRole('button', { name: 'Show the raw text' }).click();
  await request(page).getByText('characters more: copying gives all of them.').waitFor();
});

test('a station of any name can be opened, from its entry and from the list', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=message:plain`);
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  await panel(page).getByRole('link', { name: 'Station', exact: true }).click();
  await heading(page, ODD).waitFor();
  await page.getByRole('heading', { name: 'Connector states' }).waitFor();
  await until(page, `document.title === ${JSON.stringify(`${ODD} · Depot North · ocpp-logs`)}`);
  await page.getByRole('link', { name: 'Stations' }).click();
  await page.getByRole('link', { name: ODD, exact: true }).click();
  await page.getByRole('heading', { name: 'Connector states' }).waitFor();
  await heading(page, ODD).waitFor();
});

test('a wrong address is told on a page, with ways on', { skip }, async () => {
  for (const [path, status] of [
    ['/explore/xyz', 404],
    ['/explorer', 404],
    ['/station/demo/%E0%A4', 400],
  ] as const) {
    await using opened = await open('/settings/appearance');
    const { page } = opened;
    const answer = await page.goto(admin.server.url + path);
    assert.equal(answer?.status(), status);
    await heading(page, 'There is no such page').waitFor();
    await until(page, `document.title === 'No such page · ocpp-logs'`);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('link', { name: 'stations', exact: true }).click();
    await heading(page, 'Stations').waitFor();
  }
});

test('every tab says what it shows', { skip }, async () => {
  for (const [path, title] of [
    ['/explore?q=status:Faulted', 'status:Faulted · Logs · ocpp-logs'],
    ['/explore', 'Logs · ocpp-logs'],
    ['/stations', 'Stations · ocpp-logs'],
    ['/settings/keys', 'Keys · Settings · ocpp-logs'],
  ] as const) {
    await using opened = await open(path);
    await until(opened.page, `document.title === ${JSON.stringify(title)}`);
  }
});

test('settings that are opened by their address begin without a frame around them', { skip }, async () => {
  await using opened = await open('/settings/appearance');
  const { page } = opened;
  await heading(page, 'Appearance').waitFor();
  assert.equal(await page.evaluate('document.activeElement === document.body'), true);
  assert.equal(await page.evaluate(`getComputedStyle(document.querySelector('main')).outlineStyle`), 'none');
});

test('a search that cannot be understood is told in the flow, and nothing is said to be counted', {
  skip,
}, async () => {
  await using opened = await open(`${DAY_PATH}&q=${encodeURIComponent('latency:>>5')}`);
  const { page } = opened;
  const fault = page.getByRole('search').getByRole('alert');
  await fault.waitFor();
  await filters(page).getByText('Nothing is counted while the search cannot be understood.').waitFor();
  assert.equal(await page.getByText('Counting…').count(), 0);
  const [told, beside] = await Promise.all([fault.boundingBox(), filters(page).boundingBox()]);
  assert.ok(told !== null && beside !== null);
  assert.ok(told.y + told.height <= beside.y, 'it covers nothing of the filters');
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'search-refused');
});

test('times that are none are told in words of the page', { skip }, async () => {
  await using opened = await open('/explore?from=2026-01-06&to=2026-01-05');
  await opened.page.getByRole('heading', { name: 'This is no span of time' }).waitFor();
});

test('what the server refuses is told without words meant for programs', { skip }, async () => {
  await using opened = await open('/explore?site=nowhere');
  const told = opened.page.getByRole('alert').filter({ hasText: 'The entries could not be loaded' });
  await told.getByText('There is no site of this id, or you may not see it.').waitFor();
});

test('a page that is slow to come says so from the first byte, and without scripts why it never will', {
  skip,
}, async () => {
  const context = await browser.newContext({ storageState: admin.state });
  try {
    const page = await context.newPage();
    const held = Promise.withResolvers<void>();
    await page.route(/\/assets\/.*\.js$/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${admin.server.url}/explore`, { waitUntil: 'commit' });
    await page.getByText('Loading the dashboard…').waitFor();
    await until(page, `getComputedStyle(document.querySelector('.start-words')).opacity === '1'`);
    await screenshot(page, 'start');
    held.resolve();
    await page.getByRole('combobox', { name: 'Search' }).waitFor();
  } finally {
    await context.close();
  }
  const bare = await browser.newContext({ javaScriptEnabled: false });
  try {
    const page = await bare.newPage();
    await page.goto(`${admin.server.url}/explore`);
    await page.getByText(/The dashboard needs JavaScript/).waitFor();
    assert.equal(await page.getByText('Loading the dashboard…').isVisible(), false);
  } finally {
    await bare.close();
  }
});

test('answers of the logs come compressed; those that hold the token of the session do not', {
  skip,
}, async () => {
  await using opened = await open('/stations');
  const { page } = opened;
  const encodingOf = async (path: string, act: () => Promise<unknown>) => {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === path),
      act(),
    ]);
    return (await answer.allHeaders())['content-encoding'];
  };
  const goTo = (path: string) => () => page.goto(admin.server.url + path);
  assert.match((await encodingOf('/rest/v1/ocpp-logs', goTo(DAY_PATH))) ?? '', /^(?:br|gzip)$/);
  assert.equal(await encodingOf('/rest/v1/session', goTo(DAY_PATH)), undefined);
});
