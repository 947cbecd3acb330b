/** Search, filters and chart on the server itself: what is shown is exactly what a known day holds. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, soon, until, withoutBrowser } from './browser.ts';
import { allRows, chart, counted, filters, ready, row, search } from './explore-page.ts';
import { DAY, DAY_PATH, HISTORY, pushHistory, SITES_CONFIG, type Spoken } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
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

const open = (path = DAY_PATH, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, {
    storageState: admin.state,
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    ...options,
  });

/** As the table shows them, newest first. */
function shown(spoken: readonly Spoken[]): readonly (readonly string[])[] {
  const outcomes = { answered: '', error: 'Error', timeout: 'Timeout' };
  return spoken.toReversed().map(({ at, action, outcome, charger, status, error, site }) => {
    const connector = ['StatusNotification', 'MeterValues'].includes(action) ? '1' : '';
    const time = new Date(at).toISOString().replace('T', ' ').slice(0, -1);
    return [time, action + outcomes[outcome], charger, connector, status, error, site.name];
  });
}

async function showsOnly(page: Page, spoken: readonly Spoken[]): Promise<void> {
  await counted(page, spoken.length);
  await until(page, `document.querySelector('[role=progressbar]') === null`);
  assert.deepEqual(await allRows(page), shown(spoken));
}

/** Values of a filter with their counts, as they stand there. */
async function facet(page: Page, label: string): Promise<ReadonlyMap<string, number>> {
  await until(page, `document.querySelector('[aria-label=Filters] [aria-busy=true]') === null`);
  const group = filters(page).locator('section', { has: page.getByRole('heading', { name: label }) });
  const values = await group
    .locator('li > button[aria-pressed]')
    .evaluateAll((buttons) =>
      buttons.map((button) => [...button.querySelectorAll('span')].slice(-2).map((span) => span.textContent)),
    );
  return new Map(values.map(([name, count]) => [name ?? '', Number(count?.replaceAll(',', ''))]));
}

function countsBy(spoken: readonly Spoken[], value: (one: Spoken) => string): ReadonlyMap<string, number> {
  const groups = Map.groupBy(spoken, value);
  groups.delete('');
  return new Map([...groups].map(([name, group]) => [name, group.length]));
}

/** An answer to Authorize has a status too. */
const statusOf = ({ status, action, outcome }: Spoken): string =>
  action === 'Authorize' && outcome === 'answered' ? 'Accepted' : status;

const sorted = (counts: ReadonlyMap<string, number>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

/** Values are told anew after the entries are: a filter says so a moment later. */
function facetIs(page: Page, label: string, counts: ReadonlyMap<string, number>): Promise<void> {
  return soon(async () => assert.deepEqual(sorted(await facet(page, label)), sorted(counts)));
}

const SEARCHES: readonly (readonly [q: string, (one: Spoken) => boolean])[] = [
  ['action:StatusNotification status:Faulted', ({ status }) => status === 'Faulted'],
  ['-action:Heartbeat station:CP*', (one) => one.action !== 'Heartbeat' && one.charger.startsWith('CP')],
  ['outcome:error OR outcome:timeout', ({ outcome }) => outcome !== 'answered'],
  [
    'latency:>=300ms action:Authorize',
    (one) => one.action === 'Authorize' && one.answer !== null && one.latency >= 300,
  ],
  ['site:harbour GroundFailure', ({ site, error }) => site.id === 'harbour' && error === 'GroundFailure'],
  ['TAG1 CP-2', ({ charger, request }) => charger === 'CP-2' && request.includes('"TAG1"')],
  [
    'id_tag:TAG2 -(outcome:error)',
    ({ request, outcome }) => request.includes('"TAG2"') && outcome !== 'error',
  ],
];

test('a search by words and fields shows exactly the entries that match, in order', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  await ready(page);
  await counted(page, HISTORY.length);
  for (const [q, matches] of SEARCHES) {
    await search(page).fill(q);
    await page.keyboard.press('Enter');
    const expected = HISTORY.filter(matches);
    assert.ok(expected.length > 0, q);
    await showsOnly(page, expected);
    assert.equal(new URL(page.url()).searchParams.get('q'), q);
  }
});

test('a search is completed from what is there; a fault marks its column and keeps what was typed', {
  skip,
}, async () => {
  await using opened = await open();
  const { page } = opened;
  await ready(page);
  await page.keyboard.press('/');
  await page.keyboard.type('sta');
  await page.getByRole('option', { name: /^station:/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await search(page).inputValue(), 'status:');
  await page.getByRole('option', { name: /^Faulted/ }).click();
  assert.equal(await search(page).inputValue(), 'status:Faulted ');
  await page.keyboard.press('Enter');
  const faulted = HISTORY.filter(({ status }) => status === 'Faulted');
  await showsOnly(page, faulted);

  await search(page).fill('status:Faulted actoin:Heartbeat');
  await page.keyboard.press('Enter');
  await page
    .getByRole('alert')
    .getByText(/Column 16:/)
    .waitFor();
  assert.equal(
    await page.getByRole('alert').textContent(),
    'Column 16: there is no field actoin; did you mean action?',
  );
  assert.equal(await search(page).inputValue(), 'status:Faulted actoin:Heartbeat');
  assert.equal(await page.locator('mark').textContent(), 'actoin:Heartbeat');
  await screenshot(page, 'search-fault');
  await showsOnly(page, faulted);
});

test('filters include, exclude and choose alone: table, counts and search go with them', {
  skip,
}, async () => {
  await using opened = await open();
  const { page } = opened;
  await ready(page);
  await facetIs(
    page,
    'Action',
    countsBy(HISTORY, ({ action }) => action),
  );
  await facetIs(page, 'Status', countsBy(HISTORY, statusOf));
  await facetIs(
    page,
    'Charging station',
    countsBy(HISTORY, ({ charger }) => charger),
  );

  await filters(page)
    .getByRole('button', { name: /^Authorize/ })
    .click();
  await filters(page)
    .getByRole('button', { name: /^StatusNotification/ })
    .click();
  assert.equal(await search(page).inputValue(), 'action:Authorize OR action:StatusNotification');
  const included = HISTORY.filter(({ action }) => ['Authorize', 'StatusNotification'].includes(action));
  await showsOnly(page, included);
  await facetIs(
    page,
    'Charging station',
    countsBy(included, ({ charger }) => charger),
  );
  // As if none were chosen, so that more can be.
  await facetIs(
    page,
    'Action',
    countsBy(HISTORY, ({ action }) => action),
  );

  await filters(page).getByText('CP-1').hover();
  await filters(page).getByRole('button', { name: 'Exclude CP-1' }).click();
  const without = included.filter(({ charger }) => charger !== 'CP-1');
  await showsOnly(page, without);
  await facetIs(page, 'Status', countsBy(without, statusOf));

  await filters(page).getByText('HB-1').hover();
  await filters(page).getByRole('button', { name: 'Only HB-1' }).click();
  assert.equal(
    await search(page).inputValue(),
    '(action:Authorize OR action:StatusNotification) station:HB-1',
  );
  await showsOnly(
    page,
    included.filter(({ charger }) => charger === 'HB-1'),
  );
  await page.goBack();
  await showsOnly(page, without);
  await page.goBack();
  await showsOnly(page, included);
});

test('the noise switch says how many it hides, and hides as many', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  await ready(page);
  const isNoise = ({ action }: Spoken) => action === 'Heartbeat' || action === 'MeterValues';
  const noise = HISTORY.filter(isNoise).length;
  const label = page.locator('label', { hasText: 'Hide noise' });
  await label
    .locator('span')
    .filter({ hasText: new RegExp(`^${noise}$`) })
    .waitFor();
  await label.click();
  await showsOnly(
    page,
    HISTORY.filter((one) => !isNoise(one)),
  );
  assert.match(page.url(), /quiet=1/);
});

/** The range of the address. */
function rangeOf(page: Page): readonly [from: number, to: number] {
  const { searchParams } = new URL(page.url());
  return [Date.parse(searchParams.get('from') ?? ''), Date.parse(searchParams.get('to') ?? '')];
}

const within = ([from, to]: readonly [number, number]) => HISTORY.filter(({ at }) => at >= from && at < to);

test('the chart tells its counts, and zooms by drawing and by keys to exactly what it marks', {
  skip,
}, async () => {
  await using opened = await open();
  const { page } = opened;
  await ready(page);
  await chart(page).waitFor();
  await page.getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('dialog', { name: 'Entries over time' });
  const first = await table.getByRole('row').nth(1).textContent();
  await page.keyboard.press('Escape');
  await table.waitFor({ state: 'hidden' });
  const step = (await page.getByText(/ a bar$/).textContent()) ?? '';
  assert.equal(step, '10 min a bar');
  assert.match(first ?? '', /^2026-01-05 00:00:00\D*5/);

  const box = await chart(page).boundingBox();
  assert.ok(box);
  const y = box.y + 30;
  // The middles of the bars that begin at 06:00 and at 11:50.
  await page.mouse.move(box.x + (box.width * 36.5) / 144, y);
  await page.mouse.down();
  await page.mouse.move(box.x + (box.width * 71.5) / 144, y, { steps: 8 });
  await page.mouse.up();
  await page.waitForURL(/from=2026-01-05T06/);
  const HOUR = 3_600_000;
  assert.deepEqual(rangeOf(page), [DAY + 6 * HOUR, DAY + 12 * HOUR]);
  await showsOnly(page, within([DAY + 6 * HOUR, DAY + 12 * HOUR]));

  await page.goBack();
  await counted(page, HISTORY.length);
  await until(
    page,
    `document.querySelector('[aria-label="Entries over time"]').getAttribute('aria-busy') !== 'true'`,
  );
  await page.getByText('10 min a bar').waitFor();
  await chart(page).focus();
  for (const key of ['PageUp', 'ArrowLeft', 'ArrowRight', 'Shift+ArrowLeft', 'Shift+ArrowLeft'])
    await page.keyboard.press(key);
  const words = (await chart(page).getAttribute('aria-valuetext')) ?? '';
  const bar = Date.parse(`${words.slice(0, 19).replace(' ', 'T')}Z`);
  assert.match(words, /^2026-01-05 \d\d:\d0:00: 5 entries \(/);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.href.includes('from=2026-01-05T00'));
  assert.deepEqual(rangeOf(page), [bar, bar + 3 * 600_000]);
  await showsOnly(page, within(rangeOf(page)));
  await row(page, 15).waitFor();
});

test('nothing found keeps the search and offers what to do', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=station:CP999`);
  const { page } = opened;
  await page.getByText('No entry in this time').waitFor();
  assert.equal(await search(page).inputValue(), 'station:CP999');
  await page.getByRole('button', { name: 'Clear the search' }).last().click();
  await showsOnly(page, HISTORY);
});
