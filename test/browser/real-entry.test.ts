/** One entry on the server itself: to the last byte, by its link, in its clock, and what lies around it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, screenshot, soon, withoutBrowser } from './browser.ts';
import { allRows, counted, drawnRows, grid, panel, ready, row, scrollToPixel } from './explore-page.ts';
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

async function open(path: string, options: BrowserContextOptions = {}) {
  const opened = await openPage(browser, path.startsWith('http') ? path : admin.server.url + path, {
    storageState: admin.state,
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    ...options,
  });
  await opened.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return opened;
}

const withQ = (q: string) => `${DAY_PATH}&q=${encodeURIComponent(q)}`;
const clipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');

function spoken(id: string): Spoken {
  const found = HISTORY.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}

interface ApiEntry {
  readonly raw: { readonly request_text: string; readonly response_text: string | null };
  readonly exchange: { readonly id: string };
}

/** As the API gives it to anyone. */
async function ofApi(id: string): Promise<ApiEntry> {
  const query = new URLSearchParams({
    q: `message:${id}`,
    from: '2026-01-05',
    to: '2026-01-06',
    include: 'raw,exchange',
  });
  const response = await admin.server.get(`/rest/v1/ocpp-logs?${query}`);
  const { ocpp_logs } = (await response.json()) as { ocpp_logs: readonly ApiEntry[] };
  const [entry] = ocpp_logs;
  assert.ok(entry !== undefined && ocpp_logs.length === 1);
  return entry;
}

const withoutBlanks = (text: string | null) => (text ?? '').replaceAll(/\s/g, '');

/** The lines of one half, without their numbers. */
async function half(page: Page, title: 'Request' | 'Answer'): Promise<string> {
  // Until the raw texts have come what the table knows is shown.
  await panel(page).getByText('Raw text', { exact: true }).waitFor();
  const lines = panel(page).locator(`section[aria-label^="${title}"] code`);
  await lines.first().waitFor();
  return (await lines.allTextContents()).join('\n');
}

test('request and answer are shown as they were on the wire, and copied so', { skip }, async () => {
  const entry = await ofApi('m5');
  const { request, answer } = spoken('m5');
  assert.deepEqual([entry.raw.request_text, entry.raw.response_text], [request, answer]);

  await using opened = await open(withQ('message:m5'));
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  const payload = /^\[2,"m5","DataTransfer",(.*)\]$/.exec(entry.raw.request_text)?.[1] ?? '';
  const result = /^\[3,"m5",(.*)\]$/.exec(entry.raw.response_text ?? '')?.[1] ?? '';
  assert.match(payload, /"big":12345678901234567890,"e":1E\+2 \}$/);
  assert.equal(withoutBlanks(await half(page, 'Request')), withoutBlanks(payload));
  assert.equal(
    await half(page, 'Answer'),
    '{\n"status": "Accepted",\n"data": "\\u20ac 0.10"\n}',
    'each member on its line, escapes as they were',
  );
  for (const [name, text] of [
    ['request', payload],
    ['answer', result],
  ] as const) {
    await panel(page)
      .getByRole('button', { name: `Copy the ${name}` })
      .click();
    await page.getByText(new RegExp(`^${name} copied$`, 'i')).waitFor();
    assert.equal(await clipboard(page), text);
  }
  await panel(page).getByText('Raw text', { exact: true }).click();
  assert.deepEqual(await panel(page).locator('details pre').allTextContents(), [request, answer]);
});

test('an answer that is an error, and one that never came, are told so', { skip }, async () => {
  await using opened = await open(withQ('message:m8 OR message:m91'));
  const { page } = opened;
  await ready(page);
  assert.equal(spoken('m8').outcome, 'error');
  await row(page, 2).click();
  assert.equal(
    withoutBlanks(await half(page, 'Answer')),
    '{"errorCode":"InternalError","errorDescription":"no\\"backoffice\\"","errorDetails":{"code":7.50}}',
  );
  await panel(page).getByRole('button', { name: 'Entry above' }).click();
  await panel(page).getByText('No answer came in time.').waitFor();
  await panel(page).getByText('Timeout', { exact: true }).waitFor();
});

test('a finding stands at the line that it is about', { skip }, async () => {
  await using opened = await open(withQ('message:m4'));
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  const marked = panel(page).locator('section[aria-label^="Request"] [data-finding]');
  await marked.waitFor();
  // The seventh line opens the value that lacks its unit.
  assert.equal(
    await marked.textContent(),
    '7{unit-assumed No unit was given; the usual one was assumed. (V)OCPP 1.6 SampledValue, 2.0.1 UnitOfMeasureType',
  );
  await screenshot(page, 'entry-finding');
});

test('what breaks the schema stands at its line, with the schema', { skip }, async () => {
  await using opened = await open(withQ('message:m5 finding:field-unknown'));
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  const marked = panel(page).locator('section[aria-label^="Request"] [data-finding]');
  await marked.first().waitFor();
  assert.deepEqual(await marked.allTextContents(), [
    '5"n": 1.10,field-unknown The message has no such field.JSON schema DataTransfer.req of OCPP 1.6',
    '6"big": 12345678901234567890,field-unknown The message has no such field.JSON schema DataTransfer.req of OCPP 1.6',
    '7"e": 1E+2field-unknown The message has no such field.JSON schema DataTransfer.req of OCPP 1.6',
  ]);
  assert.equal(await marked.locator('[data-severity="violates"]').count(), 3);
});

/** What of the open entry a person sees. */
async function seen(page: Page) {
  // The halves come last.
  const [request, answer] = [await half(page, 'Request'), await half(page, 'Answer')];
  return {
    title: await panel(page).getByRole('heading', { level: 2 }).textContent(),
    facts: await panel(page).locator('dl').first().locator('dd').allTextContents(),
    request,
    answer,
  };
}

test('its link opens the same entry in a new window, its row on the screen, the times standing still', {
  skip,
}, async () => {
  await using opened = await open(withQ('-action:Heartbeat'));
  const { page } = opened;
  await ready(page);
  await scrollToPixel(page, 200 * 28);
  await row(page, 201).locator('time').waitFor();
  const wanted = grid(page).locator('[role=row]', { hasText: 'Faulted' }).first();
  await wanted.click();
  const first = await seen(page);
  assert.equal(first.title, 'StatusNotification');
  await panel(page).getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await clipboard(page);
  assert.match(link, /from=2026-01-05T00%3A00%3A00.000Z&to=2026-01-06T.*entry=/);

  const other = await launch();
  try {
    const context = await other.newContext({ storageState: admin.state, timezoneId: 'UTC' });
    const again = await context.newPage();
    await again.goto(link);
    assert.deepEqual(await seen(again), first);
    // The table goes to the row before it has its page of entries.
    await again.locator('[role=row][aria-selected=true]', { hasText: 'Faulted' }).waitFor();
    await counted(again, HISTORY.filter(({ action }) => action !== 'Heartbeat').length);
  } finally {
    await other.close();
  }
});

const CLOCKS = [
  // Two o'clock in the afternoon UTC at both sites: winter time.
  ['utc', '2026-01-05 14:00:00.000 UTC', '2026-01-05 14:04:00.000 UTC'],
  ['browser', '2026-01-05 19:30:00.000 UTC+5:30', '2026-01-05 19:34:00.000 UTC+5:30'],
  ['site', '2026-01-05 15:00:00.000 UTC+1', '2026-01-05 09:04:00.000 UTC-5'],
] as const;

test('another clock tells the same times otherwise: UTC, that of the browser, that of each site', {
  skip,
}, async () => {
  await using opened = await open(withQ('message:m420 OR message:m422'), { timezoneId: 'Asia/Kolkata' });
  const { page } = opened;
  await ready(page);
  assert.deepEqual(
    [spoken('m420'), spoken('m422')].map(({ at, site }) => [at, site.id]),
    [
      [DAY + 14 * 3_600_000, 'depot'],
      [DAY + 14 * 3_600_000 + 240_000, 'harbour'],
    ],
  );
  const times = async () => [...(await drawnRows(page)).values()].map(([time]) => time);
  for (const [zone, depot, harbour] of CLOCKS) {
    await page.keyboard.press('t');
    const choice = { utc: 'UTC', browser: 'Browser', site: 'Site' }[zone];
    await page.getByRole('radio', { name: choice }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Time' }).waitFor({ state: 'hidden' });
    await soon(async () => assert.deepEqual(await times(), [harbour.slice(0, 23), depot.slice(0, 23)], zone));
    assert.deepEqual(
      await page
        .locator('[role=row] time')
        .evaluateAll((all) => all.map((one) => one.getAttribute('datetime'))),
      ['2026-01-05T14:04:00.000Z', '2026-01-05T14:00:00.000Z'],
    );
    for (const [number, time] of [
      [1, harbour],
      [2, depot],
    ] as const) {
      await row(page, number).click();
      await panel(page).locator('dd').getByText(time, { exact: true }).waitFor();
    }
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'hidden' });
  }
});

test('what lies around it, and a search for what it holds', { skip }, async () => {
  await using opened = await open(withQ('message:m67'));
  const { page } = opened;
  await ready(page);
  await row(page, 1).click();
  await panel(page).getByRole('button', { name: 'Around this' }).click();
  await page.waitForURL(/site=depot/);
  const query = new URL(page.url()).searchParams;
  const { at, charger } = spoken('m67');
  assert.deepEqual(
    [query.get('q'), Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')],
    [`station:${charger}`, at - 30_000, at + 30_001],
  );
  await page.locator('[role=row][aria-selected=true]').waitFor();
  await counted(page, 1);
  await screenshot(page, 'entry-around');
});

test('columns are added, moved and sized, and are the same the next time', { skip }, async () => {
  await using opened = await open(withQ('action:Authorize'));
  const { page } = opened;
  await ready(page);
  const names = () => page.getByRole('columnheader').allTextContents();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Find a field').fill('latency');
  await page.getByRole('checkbox', { name: 'Latency' }).check();
  await page.keyboard.press('Escape');
  await soon(async () => assert.equal((await names()).at(-1), 'Latency'));
  const latencies = HISTORY.filter(({ action }) => action === 'Authorize')
    .toReversed()
    .map(({ latency }) => `${latency} ms`);
  assert.deepEqual(
    (await allRows(page)).map((cells) => cells.at(-1)),
    latencies,
  );
  await grid(page).getByRole('button', { name: 'Site', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Move left' }).click();
  const header = page.getByRole('columnheader', { name: 'Action' });
  const before = (await header.boundingBox())?.width ?? 0;
  await page.getByRole('separator', { name: 'Width of Action' }).press('ArrowRight');
  await page.reload();
  await ready(page);
  assert.deepEqual((await names()).slice(-3), ['Site', 'Error Code', 'Latency']);
  assert.equal((await header.boundingBox())?.width, before + 16);
});
