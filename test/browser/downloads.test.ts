/** What is taken along of a table: its rows and columns as shown, of several sites, or the rows that are selected. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { eventually } from '../e2e/running-server.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { allRows, counted, grid, ready, row } from './explore-page.ts';
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

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, {
    storageState: { cookies: admin.state.cookies, origins: [] },
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    ...options,
  });

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Download' });

async function openDialog(page: Page, button = 'Download', entries = /entr(y|ies), about/) {
  // Counted, and made, by threads that stand behind all others of the machine.
  page.setDefaultTimeout(100_000);
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = dialogOf(page);
  await dialog.getByText(entries).waitFor();
  return dialog;
}

async function saved(page: Page): Promise<string> {
  const dialog = dialogOf(page);
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  const link = dialog.getByRole('link', { name: 'Save the file' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return readFile(await download.path(), 'utf8');
}

interface Told {
  readonly site_id: string;
  readonly charger_id: string;
  readonly exchange: { readonly id: string; readonly message_id: string };
}
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told);
const messages = (text: string) => lines(text).map(({ exchange }) => exchange.message_id);
const idsOf = (spoken: readonly Spoken[]) => spoken.map(({ id }) => id);
const NEWEST_FIRST = HISTORY.toReversed();

test('what is shown is what the file has: rows, order and columns, of both sites, noise left out', {
  skip,
}, async () => {
  const columns = 'charger_id,time,request_status,site_name,outcome';
  const morning = `${DAY_PATH.split('&')[0]}&to=2026-01-05T06:00:00.000Z`;
  await using opened = await open(`${morning}&order=asc&quiet=1&columns=${encodeURIComponent(columns)}`);
  const { page } = opened;
  const quiet = HISTORY.filter(
    ({ action, at }) => action !== 'Heartbeat' && action !== 'MeterValues' && at < DAY + 6 * 3_600_000,
  );
  await counted(page, quiet.length);
  const onScreen = await allRows(page);
  const dialog = await openDialog(page, 'Download', new RegExp(`^${quiet.length} entries, about`));
  await dialog.getByText('All entries of the table: 2 sites, noise left out').waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'download-shown');
  // No cell of these columns needs quotes.
  const [head = [], ...rows] = (await saved(page))
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  assert.deepEqual(head, [
    'charger_id',
    'occurrence_time',
    'request_status',
    'site_name',
    'exchange.outcome',
  ]);
  assert.deepEqual(
    rows,
    quiet.map(({ charger, at, status, site, outcome }) => [
      charger,
      new Date(at).toISOString(),
      status,
      site.name,
      outcome,
    ]),
  );
  assert.deepEqual(
    onScreen.map(([charger, time, status, site]) => [charger, time, status, site]),
    rows.map(([charger, time = '', status, site]) => [
      charger,
      time.replace('T', ' ').slice(0, -1),
      status,
      site,
    ]),
  );
});

test('all columns of both sites are, byte by byte, what the page of the API streams', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=-action:Heartbeat`);
  const { page } = opened;
  const wanted = NEWEST_FIRST.filter(({ action }) => action !== 'Heartbeat');
  await counted(page, wanted.length);
  const dialog = await openDialog(page);
  await dialog.getByRole('radio', { name: /^NDJSON/ }).check();
  await dialog.getByRole('radio', { name: /^All With answers/ }).check();
  const file = await saved(page);
  const query = new URLSearchParams({
    from: '2026-01-05T00:00:00.000Z',
    to: '2026-01-06T00:00:00.000Z',
    q: '-action:Heartbeat',
    include: 'exchange,raw',
  });
  const streamed = await admin.server.get(`/rest/v1/ocpp-logs?${query}`, { accept: 'application/x-ndjson' });
  assert.equal(file, await streamed.text());
  assert.deepEqual(messages(file), idsOf(wanted));
});

test('rows are selected by mouse and keys, told to screen readers, copied and downloaded', {
  skip,
}, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: admin.server.url });
  await ready(page);
  assert.equal(await grid(page).getAttribute('aria-multiselectable'), 'true');
  const told = (entries: number) =>
    page.getByText(`${entries} ${entries === 1 ? 'entry' : 'entries'} selected`, { exact: true }).waitFor();
  const selected = async () =>
    page
      .locator('[role=row][aria-selected=true]')
      .evaluateAll((rows) =>
        rows.map((each) => Number(each.getAttribute('aria-rowindex')) - 1).sort((a, b) => a - b),
      );
  await row(page, 2).click({ modifiers: ['ControlOrMeta'] });
  await told(1);
  await row(page, 5).click({ modifiers: ['ControlOrMeta'] });
  await row(page, 8).click({ modifiers: ['Shift'] });
  await told(5);
  assert.deepEqual(await selected(), [2, 5, 6, 7, 8]);
  await row(page, 4).click({ modifiers: ['Shift'] });
  await told(3);
  assert.deepEqual(await selected(), [2, 4, 5]);
  // From the row where one stands: down and up again, then a single one.
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+J');
  await page.keyboard.press('Shift+ArrowDown');
  await told(5);
  assert.deepEqual(await selected(), [2, 4, 5, 6, 7]);
  await page.keyboard.press('Shift+K');
  await told(4);
  await page.keyboard.press('Space');
  await told(3);
  assert.deepEqual(await selected(), [2, 4, 5]);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'selected');
  const wanted = [1, 3, 4].flatMap((at) => NEWEST_FIRST[at] ?? []);
  await page.getByRole('button', { name: 'Copy as JSON lines' }).click();
  await page.getByText('3 entries copied').waitFor();
  assert.deepEqual(messages(await page.evaluate<string>('navigator.clipboard.readText()')), idsOf(wanted));
  const dialog = await openDialog(page, 'Download selected', /^3 entries, about/);
  await dialog.getByRole('radio', { name: 'The 3 that are selected' }).waitFor();
  await dialog.getByRole('radio', { name: /^NDJSON/ }).check();
  await dialog.getByRole('radio', { name: /^All With answers/ }).check();
  assert.deepEqual(messages(await saved(page)), idsOf(wanted));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await page.getByText(/selected$/).waitFor({ state: 'hidden' });
});

test('Shift reaches over rows that were never loaded, and leaves none out', { skip }, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await ready(page);
  await row(page, 2).click({ modifiers: ['ControlOrMeta'] });
  await grid(page).evaluate((element: { scrollTop: number; scrollHeight: number }) => {
    element.scrollTop = element.scrollHeight;
  });
  await row(page, 719).locator('time').waitFor();
  await row(page, 719).click({ modifiers: ['Shift'] });
  await page.getByText('718 entries selected', { exact: true }).waitFor();
  const dialog = await openDialog(page, 'Download selected', /^718 entries, about/);
  await dialog.getByRole('radio', { name: /^NDJSON/ }).check();
  await dialog.getByRole('radio', { name: /^All With answers/ }).check();
  assert.deepEqual(messages(await saved(page)), idsOf(NEWEST_FIRST.slice(1, 719)));
});

test('selected entries of one station are shown as its sequence, those of two are not', {
  skip,
}, async () => {
  await using opened = await open(`${DAY_PATH}&q=station:CP-1`);
  const { page } = opened;
  const own = NEWEST_FIRST.filter(({ charger }) => charger === 'CP-1');
  await counted(page, own.length);
  for (const at of [3, 1, 6]) await row(page, at).click({ modifiers: ['ControlOrMeta'] });
  await page.getByText('3 entries selected', { exact: true }).waitFor();
  const link = page.getByRole('link', { name: 'Sequence', exact: true });
  const address = new URL((await link.getAttribute('href')) ?? '', admin.server.url);
  assert.equal(address.pathname, '/station/depot/CP-1');
  const answer = await admin.server.get(
    `/rest/v1/ocpp-logs/site/depot?from=2026-01-05&to=2026-01-06&charger_id=CP-1&include=exchange&take=6`,
  );
  const { ocpp_logs: newest } = (await answer.json()) as { ocpp_logs: readonly Told[] };
  const names = [5, 2, 0].map((at) => newest[at]?.exchange.id);
  assert.deepEqual(address.searchParams.get('entries')?.split(','), names);
  await link.click();
  await page.getByRole('heading', { name: 'Sequence' }).waitFor();
  await page.goBack();
  await page.goto(`${admin.server.url}${DAY_PATH}`);
  await ready(page);
  for (const at of [1, 2]) await row(page, at).click({ modifiers: ['ControlOrMeta'] });
  await page.getByText('2 entries selected', { exact: true }).waitFor();
  assert.equal(await link.count(), 0);
});

test('of several sites the same card is the same pseudonym, and none stands in clear', { skip }, async () => {
  await using opened = await open(`${DAY_PATH}&q=action:Authorize&columns=site_name,request_id_tag,payload`);
  const { page } = opened;
  const authorized = NEWEST_FIRST.filter(({ action }) => action === 'Authorize');
  await counted(page, authorized.length);
  const dialog = await openDialog(page);
  await dialog.getByRole('radio', { name: /^NDJSON/ }).check();
  await dialog.getByRole('checkbox', { name: /^Pseudonymise/ }).check();
  const file = await saved(page);
  assert.doesNotMatch(file, /TAG\d/);
  const rows = file
    .trimEnd()
    .split('\n')
    // Safe: of the columns that were asked for.
    .map((line) => JSON.parse(line) as { request_id_tag: string; site_name: string });
  const became = new Map<string, Set<string>>();
  for (const [at, { request_id_tag: pseudonym }] of rows.entries()) {
    const tag = /TAG\d/.exec(authorized[at]?.request ?? '')?.[0] ?? assert.fail();
    became.set(tag, (became.get(tag) ?? new Set()).add(pseudonym));
  }
  assert.deepEqual(
    [...became.values()].map(({ size }) => size),
    [1, 1, 1],
  );
  assert.equal(new Set([...became.values()].flatMap((each) => [...each])).size, 3);
  assert.equal(new Set(rows.map(({ site_name }) => site_name)).size, 2);
});

test('a file can be asked for before its size is told, says what is waited for, and can be taken back', {
  skip,
}, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  // Counted by a thread that stands behind all others of the machine.
  page.setDefaultTimeout(60_000);
  await ready(page);
  const size = Promise.withResolvers<void>();
  const made = Promise.withResolvers<void>();
  await page.route('**/rest/v1/exports', async (route) => {
    const only = route.request().postData()?.includes('"estimate_only":true') === true;
    await (only ? size : made).promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const dialog = dialogOf(page);
  await dialog.getByText('Counting the entries. You need not wait for it: make the file at once.').waitFor();
  await dialog.getByRole('progressbar', { name: 'Counting the entries' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'download-counting');
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  await dialog.getByText('The file is asked for; its entries are counted first.').waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByText('Counting the entries. You need not').waitFor();
  // What the server began meanwhile is of no use to anybody any more.
  const [removed] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'DELETE'),
    made.resolve(),
  ]);
  assert.equal(removed.status(), 204);
  assert.equal(await dialog.getByRole('button', { name: 'Make the file' }).isEnabled(), true);
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  await dialog.getByRole('link', { name: 'Save the file' }).waitFor();
  size.resolve();
});

test('an export that waits for its turn is cancelled, and is gone from the server', { skip }, async () => {
  await using opened = await open(DAY_PATH);
  const { page } = opened;
  await ready(page);
  // As a server tells it that is busy with others: how long those take is the machine's matter.
  await page.route('**/rest/v1/exports', async (route) => {
    if (route.request().postData()?.includes('"estimate_only":true') === true) return route.continue();
    const response = await route.fetch();
    const job = (await response.json()) as object;
    await route.fulfill({ response, status: 202, json: { ...job, state: 'waiting' } });
  });
  await page.route('**/rest/v1/exports/*', (route) =>
    route.request().method() === 'GET' ? undefined : route.continue(),
  );
  const dialog = await openDialog(page);
  await dialog.getByRole('radio', { name: /^Excel/ }).check();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/exports') && response.status() === 202),
    dialog.getByRole('button', { name: 'Make the file' }).click(),
  ]);
  const { links } = (await answer.json()) as { links: { self: string } };
  assert.equal((await admin.server.get(links.self)).status, 200);
  await dialog.getByText('Waiting for its turn…').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Make the file' }).waitFor();
  assert.equal((await admin.server.get(links.self)).status, 410);
});

test('columns, widths, clock, theme and noise follow the person into another browser', { skip }, async () => {
  await using first = await open('/explore');
  const { page } = first;
  await page.getByRole('button', { name: 'Columns' }).click();
  for (const name of ['Site', 'Latency']) await page.getByRole('checkbox', { name, exact: true }).click();
  await page.keyboard.press('Escape');
  await page.goto(`${admin.server.url}${DAY_PATH}`);
  await ready(page);
  const grip = page.getByRole('separator', { name: 'Width of Action' });
  const before = Number(await grip.getAttribute('aria-valuenow'));
  await grip.press('ArrowRight');
  await page.getByText('Hide noise').click();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.goto(`${admin.server.url}/settings/appearance`);
  await page.getByRole('radio', { name: /^UTC/ }).check();
  const kept = async () =>
    (await (await page.request.get(`${admin.server.url}/rest/v1/session/preferences`)).json()) as Record<
      string,
      unknown
    >;
  const whole = await eventually(kept, ({ zone }) => zone === 'utc');
  assert.deepEqual(
    [whole.columns, whole.widths, whole.theme, whole.quiet],
    [
      ['time', 'action', 'charger_id', 'connector_id', 'request_status', 'request_error_code', 'latency'],
      { action: before + 16 },
      'dark',
      true,
    ],
  );

  await using second = await open('/');
  const other = second.page;
  await other.waitForURL(/quiet=1/);
  assert.match(other.url(), /\/explore\?(?=.*zone=utc)/);
  assert.equal(await other.locator('html').getAttribute('data-theme'), 'dark');
  await other.goto(`${admin.server.url}${DAY_PATH}`);
  await ready(other);
  const heads = await other.getByRole('columnheader').allTextContents();
  assert.equal(heads.length, 7);
  assert.match(heads.join(), /Error Code,Latency$/);
  const width = other.getByRole('separator', { name: 'Width of Action' });
  assert.equal(Number(await width.getAttribute('aria-valuenow')), before + 16);

  // The last one counts, also where the other window is still open.
  await other.getByRole('button', { name: /^Theme/ }).click();
  await other.getByRole('menuitem', { name: 'Light' }).click();
  await eventually(kept, ({ theme }) => theme === 'light');
  await page.reload();
  await page.locator('html[data-theme=light]').waitFor();
});
