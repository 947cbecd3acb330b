/** Files that the browser saves, byte by byte what the API and the command line give for the same filter. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ADMIN_TOKEN, eventually, run } from '../e2e/running-server.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { counted } from './explore-page.ts';
import { DAY_PATH, HISTORY, pushHistory, SITES_CONFIG } from './history.ts';
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

const Q = '-action:Heartbeat station:CP-*';
const WANTED = HISTORY.filter(({ action, charger }) => action !== 'Heartbeat' && charger.startsWith('CP-'));

/** What the dialog offers, and what each is called elsewhere. */
const FORMATS: Readonly<Record<string, string>> = {
  CSV: 'csv',
  Excel: 'xlsx',
  NDJSON: 'ndjson',
  Parquet: 'parquet',
  'Open OCPP Trace': 'trace',
  Bundle: 'bundle',
};

/** By time, whatever is asked; with the texts, so without columns. */
const ORDERED: ReadonlySet<string> = new Set(['trace', 'bundle']);

type Wish = Readonly<Record<string, unknown>>;

/** The same export by the command line. */
async function byCommandLine(wish: Wish, format: string): Promise<Buffer> {
  const file = join(admin.server.folder, `by-command-line.${format}`);
  const text = (name: string) => {
    const value = wish[name];
    return value === undefined ? [] : [String(value)];
  };
  const flag = (name: string, option: string) => text(name).map((value) => `--${option}=${value}`);
  const { code, stderr } = await run([
    'export',
    ...flag(wish.sites === undefined ? 'site' : 'sites', 'site'),
    ...flag('from', 'from'),
    ...flag('to', 'to'),
    ...flag('q', 'query'),
    ...flag('kinds', 'kinds'),
    ...flag('include', 'include'),
    ...flag('columns', 'columns'),
    ...(ORDERED.has(format) ? [] : flag('sort_order', 'sort')),
    ...(wish.pseudonymise === true ? ['--pseudonymise'] : []),
    ...(wish.pseudonymise === false ? ['--no-pseudonymise'] : []),
    `--format=${format}`,
    `--output=${file}`,
    `--data=${admin.server.folder}`,
  ]);
  assert.equal(code, 0, stderr);
  return readFile(file);
}

/** The same export by the API. */
async function byApi(wish: Wish): Promise<Buffer> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const begun = await fetch(`${admin.server.url}/rest/v1/exports`, {
    method: 'POST',
    headers,
    body: JSON.stringify(wish),
  });
  // Safe: by the API's schema.
  const { links } = (await begun.json()) as { links: { self: string; file: string } };
  await eventually(
    async () => (await (await admin.server.get(links.self)).json()) as { state: string },
    ({ state }) => state === 'done',
  );
  return Buffer.from(await (await admin.server.get(links.file)).arrayBuffer());
}

async function openDialog(page: Page) {
  // Files are counted and made by threads that stand behind all others of the machine.
  page.setDefaultTimeout(100_000);
  await page.getByRole('button', { name: 'Download' }).click();
  const dialog = page.getByRole('dialog', { name: 'Download' });
  await dialog.getByText(/entries, about/).waitFor();
  return dialog;
}

/** Makes the file that is chosen in the dialog, and lets the browser save it. */
async function save(
  page: Page,
): Promise<{ readonly wish: Wish; readonly bytes: Buffer; readonly name: string }> {
  const dialog = page.getByRole('dialog', { name: 'Download' });
  const asked = page.waitForRequest(
    (request) =>
      request.method() === 'POST' &&
      request.url().endsWith('/exports') &&
      !request.postData()?.includes('estimate_only'),
  );
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  // Safe: what the dialog sends is an object.
  const wish = (await asked).postDataJSON() as Wish;
  const link = dialog.getByRole('link', { name: 'Save the file' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const bytes = await readFile(await download.path());
  return { wish, bytes, name: download.suggestedFilename() };
}

test('every format is saved as API and command line give it, for the filter that is shown', {
  skip,
  timeout: 300_000,
}, async () => {
  await using opened = await openPage(
    browser,
    `${admin.server.url}${DAY_PATH}&site=depot&q=${encodeURIComponent(Q)}`,
    { storageState: admin.state },
  );
  const { page } = opened;
  await counted(page, WANTED.length);
  const dialog = await openDialog(page);
  await dialog.getByText(new RegExp(`^${WANTED.length} entries, about`)).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'download');
  const offered = await dialog.getByRole('group', { name: 'Format' }).getByRole('radio').all();
  assert.equal(offered.length, Object.keys(FORMATS).length);
  const files = new Map<string, Buffer>();
  for (const [label, format] of Object.entries(FORMATS)) {
    await dialog.getByRole('radio', { name: new RegExp(`^${label}`) }).check();
    if (!ORDERED.has(format)) await dialog.getByRole('radio', { name: /^All With/ }).check();
    const { wish, bytes, name } = await save(page);
    assert.deepEqual(
      [wish.q, wish.from, wish.to, wish.format],
      [Q, '2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z', format],
    );
    assert.match(name, /\.(csv|xlsx|ndjson|parquet|jsonl|html)$/);
    assert.ok(bytes.equals(await byApi(wish)), `${format}: as from the API`);
    assert.ok(bytes.equals(await byCommandLine(wish, format)), `${format}: as from the command line`);
    files.set(format, bytes);
    await dialog.getByRole('button', { name: 'Another' }).click();
  }

  const lines = (format: string) => (files.get(format)?.toString() ?? '').trimEnd().split('\n');
  const entries = lines('ndjson').map((line) => JSON.parse(line) as { raw: { request_text: string } });
  assert.deepEqual(
    entries.map(({ raw }) => raw.request_text),
    WANTED.toReversed().map(({ request }) => request),
  );
  const query = new URLSearchParams({
    from: '2026-01-05T00:00:00.000Z',
    to: '2026-01-06T00:00:00.000Z',
    q: Q,
    include: 'exchange,raw',
  });
  const page1 = await admin.server.get(`/rest/v1/ocpp-logs/site/depot?${query}`, {
    accept: 'application/x-ndjson',
  });
  assert.equal(files.get('ndjson')?.toString(), await page1.text(), 'as the page of the API');
  const frames = lines('trace').map((line) => JSON.stringify(JSON.parse(line)));
  const spoken = WANTED.flatMap(({ request, answer }) => (answer === null ? [request] : [request, answer]));
  assert.equal(frames.filter((frame) => /"m\d+/.test(frame)).length, spoken.length);
});

test('a file is pseudonymised alike, and one that is no longer wanted is given up', { skip }, async () => {
  await using opened = await openPage(
    browser,
    `${admin.server.url}${DAY_PATH}&site=depot&q=action:Authorize`,
    {
      storageState: admin.state,
    },
  );
  const { page } = opened;
  const dialog = await openDialog(page);
  await dialog.getByRole('checkbox', { name: /^Pseudonymise/ }).check();
  const { wish, bytes } = await save(page);
  assert.equal(wish.pseudonymise, true);
  assert.ok(bytes.equals(await byCommandLine(wish, 'csv')));
  assert.doesNotMatch(bytes.toString(), /TAG\d/);
  await dialog.getByRole('button', { name: 'Another' }).click();
  await dialog.getByRole('button', { name: 'Make the file' }).waitFor();
});
