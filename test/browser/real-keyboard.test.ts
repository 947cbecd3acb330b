/** A whole journey without a pointer. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, soon, until, withoutBrowser } from './browser.ts';
import { counted, panel, ready, row, search } from './explore-page.ts';
import { DAY, DAY_PATH, HISTORY, pushHistory, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const HOUR = 3_600_000;
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushHistory(admin.server);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const TABS = 60;

/** Goes on by Tab until what has the focus is named so. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < TABS; pressed += 1) {
    await page.keyboard.press(key);
    const here = await page.evaluate<string>(
      `(() => { const it = document.activeElement; return it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent ?? ''; })()`,
    );
    if (name.test(here)) return;
  }
  throw new Error(`${TABS} times ${key}, and never came to ${name}`);
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Filters tell their values anew after each change, later than the count of all: until then Tab finds none. */
function valueCounted(page: Page, value: string, count: number): Promise<void> {
  return until(
    page,
    `[...document.querySelectorAll('[aria-label=Filters] li > button[aria-pressed]')].some((button) => {
      const [name, number] = [...button.querySelectorAll('span')].slice(-2).map((span) => span.textContent);
      return name === '${value}' && number === '${count}';
    })`,
  );
}

/** The message that is open. */
const opened = (page: Page, id: string) => panel(page).locator('dd').getByText(id, { exact: true }).waitFor();

test('search, move, open, close, next error, time, filters, live and help by keys alone', {
  skip,
}, async () => {
  await using window = await openPage(browser, admin.server.url + DAY_PATH, {
    storageState: admin.state,
    timezoneId: 'UTC',
  });
  const { page } = window;
  await ready(page);
  await counted(page, HISTORY.length);

  await press(page, '/');
  await page.keyboard.type('status:Faulted');
  await press(page, 'Enter', 'Escape');
  const faulted = HISTORY.filter(({ status }) => status === 'Faulted').toReversed();
  await counted(page, faulted.length);
  await press(page, 'j', 'j', 'ArrowDown', 'k');
  await row(page, 2).and(page.locator('[aria-selected=true]')).waitFor();
  await press(page, 'Enter');
  await opened(page, faulted[1]?.id ?? '');
  await press(page, 'j');
  await opened(page, faulted[2]?.id ?? '');
  await press(page, 'Escape');
  await panel(page).waitFor({ state: 'hidden' });
  assert.doesNotMatch(page.url(), /entry=/);

  await press(page, '/', 'Control+a', 'Delete', 'Enter', 'Escape');
  await counted(page, HISTORY.length);
  const troubles = HISTORY.filter(({ outcome, status }) => outcome !== 'answered' || status === 'Faulted')
    .toReversed()
    .slice(0, 5);
  for (const { id } of troubles) {
    await press(page, 'e');
    await opened(page, id);
  }
  await press(page, 'Escape');

  await press(page, 't');
  await page.getByRole('dialog', { name: 'Time' }).waitFor();
  await tabTo(page, /^From$/);
  await press(page, 'Control+a');
  await page.keyboard.type('2026-01-05 06:00');
  await press(page, 'Tab', 'Control+a');
  await page.keyboard.type('2026-01-05 12:00');
  await press(page, 'Enter');
  await page.getByRole('dialog', { name: 'Time' }).waitFor({ state: 'hidden' });
  const morning = HISTORY.filter(({ at }) => at >= DAY + 6 * HOUR && at < DAY + 12 * HOUR);
  await counted(page, morning.length);

  // Of the values of a field one is a stop for Tab; arrow keys go to the others, and along to their choices.
  await valueCounted(page, 'Heartbeat', morning.filter(({ action }) => action === 'Heartbeat').length);
  await tabTo(page, /^Heartbeat/);
  await tabTo(page, /^Authorize/, 'ArrowDown');
  await press(page, 'Enter');
  await counted(page, morning.filter(({ action }) => action === 'Authorize').length);
  assert.equal(await search(page).inputValue(), 'action:Authorize');
  await tabTo(page, /^StatusNotification/, 'ArrowDown');
  await tabTo(page, /^Exclude StatusNotification$/, 'ArrowRight');
  await press(page, 'Space');
  await soon(async () =>
    assert.equal(await search(page).inputValue(), 'action:Authorize -action:StatusNotification'),
  );

  await press(page, '?');
  const help = page.getByRole('dialog', { name: 'Keys and search' });
  await help.getByText('Next entry with an error or fault').waitFor();
  await press(page, 'Escape');
  await help.waitFor({ state: 'hidden' });

  await press(page, 'l');
  await until(
    page,
    `[...document.querySelectorAll('button[aria-pressed=true]')].some((button) => button.textContent === 'Live')`,
  );
  await page.waitForURL(/live=1/);
  await press(page, 'l');
  await page.waitForURL((url) => !url.search.includes('live'));

  await tabTo(page, /^Stations$/, 'Shift+Tab');
  await press(page, 'Enter');
  await page.getByRole('heading', { level: 1, name: 'Stations' }).waitFor();
  await tabTo(page, /^HB-1$/);
  await press(page, 'Enter');
  await page.getByRole('heading', { level: 1, name: 'HB-1' }).waitFor();
});
