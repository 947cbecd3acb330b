/** What a row and an open entry tell: which station, which day, what happened; on a phone and beside an entry. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { counted, grid, panel, ready, row, search } from './explore-page.ts';
import { DAY, push, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const LONG = 'STATION-WITH-A-LONG-NAME-017';
const HOUR = 3_600_000;
const FAULT =
  '{"connectorId":12,"errorCode":"EVCommunicationError","status":"Faulted","timestamp":"2026-01-05T23:53:42Z"}';
let browser: Browser;
let admin: SignedIn;

const call = (charger: string, at: number, frame: string) => ({ charger, at: DAY + at, up: true, frame });
const answer = (charger: string, at: number, frame: string) => ({ ...call(charger, at, frame), up: false });

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  const many = Array.from({ length: 130 }, (_, index) => `CP${String(index).padStart(3, '0')}`);
  await push(
    admin.server,
    'depot',
    [
      ...many.flatMap((charger, index) => [
        call(charger, index * 60_000, `[2,"h${index}","Heartbeat",{}]`),
        answer(charger, index * 60_000 + 50, `[3,"h${index}",{}]`),
      ]),
      call('CP000', 20 * HOUR, '[2,"tag","Authorize",{"idTag":"\u202Egnp.exe"}]'),
      answer('CP000', 20 * HOUR + 80, '[3,"tag",{"idTagInfo":{"status":"Blocked"}}]'),
      answer('CP000', 21 * HOUR, '[3,"nobody",{"status":"Accepted"}]'),
      call('CP000', 22 * HOUR, '[2,"broken" "Heartbeat",{}'),
      call(LONG, 23 * HOUR, `[2,"fault","StatusNotification",${FAULT}]`),
      answer(LONG, 23 * HOUR + 40, '[3,"fault",{}]'),
      call('CP001', 25 * HOUR, '[2,"next","Heartbeat",{}]'),
      answer('CP001', 25 * HOUR + 40, '[3,"next",{}]'),
    ],
    true,
  );
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const RANGE = '/explore?from=2026-01-05T00:00:00.000Z&to=2026-01-06T10:30:00.000Z&zone=utc';
const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, timezoneId: 'UTC', ...options });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

test('on a phone a faulted row names its station, days are told, and nothing is cut off', {
  skip,
}, async () => {
  await using window = await open(`${RANGE}&q=-action:Authorize`, PHONE);
  const { page } = window;
  await ready(page);
  await grid(page).getByText('Tuesday, 2026-01-06').first().waitFor();
  await grid(page).getByText('Monday, 2026-01-05').waitFor();
  assert.match((await row(page, 2).textContent()) ?? '', /StatusNotification.*LONG-NAME-017 · 12Faulted/);
  const name = row(page, 2).getByText(LONG);
  const { whole, seen } = await name.evaluate(
    (element: { parentElement: { scrollWidth: number; clientWidth: number } }) => ({
      whole: element.parentElement.scrollWidth,
      seen: element.parentElement.clientWidth,
    }),
  );
  assert.ok(whole <= seen, `${whole} px of a name on ${seen} px`);
  const more = await page.getByRole('button', { name: 'More' }).boundingBox();
  assert.ok(more !== null && more.x + more.width <= 390, 'what is behind one button is on the screen');
  await page.getByRole('button', { name: 'More' }).tap();
  await page.getByRole('menuitemcheckbox', { name: /^Events/ }).tap();
  await grid(page).getByText('Answer to no known call').waitFor();
  await grid(page).getByText('[2,"broken" "Heartbeat",{}').waitFor();
  await screenshot(page, 'looks-phone');
  assert.deepEqual(await violations(page), []);
});

test('beside an open entry rows keep their station; the entry says what came of it', { skip }, async () => {
  await using window = await open(`${RANGE}&events=1&q=${encodeURIComponent('-action:Heartbeat')}`, {
    viewport: { width: 1440, height: 900 },
  });
  const { page } = window;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ready(page);
  await grid(page).getByText('Authorize').click();
  await panel(page).getByText('The CSMS refused this tag: Blocked.').waitFor();
  await grid(page).getByText(LONG).waitFor();
  await page.getByRole('columnheader').first().waitFor({ state: 'detached' });
  await panel(page).locator('code', { hasText: '‹U+202E›gnp.exe' }).first().waitFor();
  await panel(page).getByRole('button', { name: 'Copy for the ticket' }).click();
  await page.getByText('Text for the ticket copied').waitFor();
  const ticket = await page.evaluate<string>('navigator.clipboard.readText()');
  assert.match(ticket, /^Time: 2026-01-05 20:00:00\.000 UTC\nStation: CP000, Depot North\n/);
  assert.match(ticket, /refused this tag: Blocked\.\n.*http:.*entry=/s);

  await grid(page).getByText('Answer to no known call').click();
  await panel(page).getByText('Not recorded.').waitFor();
  await panel(page).locator('section[aria-label="Answer, CALLRESULT"]').waitFor();
  await screenshot(page, 'looks-orphan');
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: /^Timestamp/ }).waitFor();
});

test('a value beyond the first hundred is completed, and found among the filters', { skip }, async () => {
  await using window = await open(RANGE);
  const { page } = window;
  await ready(page);
  await search(page).pressSequentially('station:CP12');
  await page.getByRole('option', { name: /^CP129/ }).click();
  await page.getByRole('button', { name: 'Search', exact: true }).waitFor();
  await search(page).press('Enter');
  await counted(page, 1);
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.getByRole('button', { name: 'All 131' }).click();
  await page.getByLabel('Find in Charging station').fill('128');
  await page.getByRole('button', { name: 'Only CP128' }).waitFor();
});
