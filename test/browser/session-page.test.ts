/** The page of one session on the server itself. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { faultsOf, isSound, launch, violations, withoutBrowser } from './browser.ts';
import { pushChargingDay } from './charging-day.ts';
import { SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

interface Listed {
  readonly id: string;
  readonly entry_id: string;
  readonly verdict: { readonly rule: string; readonly evidence: readonly { readonly entry_id: string }[] };
}

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;
/** By the verdict of each. */
let sessions: ReadonlyMap<string, Listed>;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushChargingDay(admin.server);
  const answer = await admin.server.get('/sessions?from=2026-01-05&to=2026-01-06&charger_id=CP-7,HB-7');
  // Safe: the route is held to its schema elsewhere.
  const page = (await answer.json()) as { readonly sessions: readonly Listed[] };
  sessions = new Map(page.sessions.map((session) => [session.verdict.rule, session]));
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });

function listed(rule: string): Listed {
  const session = sessions.get(rule);
  assert.ok(session, rule);
  return session;
}

const pathOf = (rule: string) => `/session/${encodeURIComponent(listed(rule).id)}?zone=utc`;
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 2000],
    [390, 844],
    [360, 740],
  ] as const) {
    test(`${colorScheme} at ${width} px: axe finds nothing, and nothing is wider than the screen`, {
      skip,
    }, async () => {
      await using opened = await open(pathOf('charged'), { colorScheme, viewport: { width, height } });
      const { page } = opened;
      const { texts } = faultsOf(page);
      for (const rule of ['charged', 'stop-power-loss', 'authorisation-refused', 'remote-start-nothing']) {
        await page.goto(admin.server.url + pathOf(rule));
        await page.getByRole('heading', { name: 'What happened' }).waitFor();
        await isSound(page, `session-${rule}-${colorScheme}-${width}`);
      }
      assert.deepEqual(texts, []);
    });
  }
}

test('the verdict comes first: what it was, what to do, the clause, and the entries that prove it', {
  skip,
}, async () => {
  await using opened = await open(pathOf('authorisation-refused'));
  const { page } = opened;
  const verdict = part(page, 'Failed The card was refused (Invalid, 3 times); nobody charged.');
  await verdict.waitFor();
  await verdict.getByText('See whether the CSMS knows the card, and whether it may charge here.').waitFor();
  await verdict.getByText('OCPP 1.6 4.1, 2.0.1 C01').waitFor();
  const proofs = verdict.getByRole('link');
  assert.deepEqual(await proofs.allTextContents(), [
    '08:00:09 Authorize Invalid',
    '08:00:14 Authorize Invalid',
    '08:00:21 Authorize Invalid',
  ]);
  await proofs.nth(1).click();
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'Authorize' })
    .waitFor();
  const { verdict: told } = listed('authorisation-refused');
  assert.match(page.url(), new RegExp(`&entry=depot%2C${told.evidence[1]?.entry_id}(?:&|$)`));
});

async function timeline(page: Page): Promise<readonly string[]> {
  const lines = part(page, 'What happened').locator('ol > li > div, summary');
  await lines.first().waitFor();
  return lines.allTextContents();
}

test('what happened is told line by line, alike ones folded, and each leads to its entry', {
  skip,
}, async () => {
  await using opened = await open(pathOf('charged'));
  const { page } = opened;
  await part(page, 'What happened').waitFor();
  const told = await part(page, 'What happened')
    .locator(':scope > ol > li')
    .evaluateAll((items) => items.map((item) => (item.querySelector('summary') ?? item).textContent));
  assert.deepEqual(told, [
    '09:00:00Connector Preparing',
    '09:00:08+8 sCard Accepted CARD-7',
    '09:00:12+12 sTransaction starts Accepted register 1204500proof',
    '09:00:13+13 sLimit set Accepted TxProfile',
    '09:00:15+15 sConnector Charging',
    '09:01:00+60 sMeter values 19 times until 09:19:00',
    '09:19:40+20 minLimit set Accepted TxProfile',
    '09:20:00+20 minMeter values 25 times until 09:44:00',
    '09:44:55+45 minConnector SuspendedEV',
    '09:45:00+45 minMeter values 4 times until 09:48:00',
    '09:49:00+49 minTransaction ends EVDisconnected register 1215602proof',
    '09:49:02+49 minConnector Finishing',
    '09:51:00+51 minConnector Available',
  ]);
  await page.getByText('Meter values 4 times').click();
  await part(page, 'What happened').getByText('09:46:00').waitFor();
  assert.equal((await timeline(page)).filter((line) => line.startsWith('09:46:00')).length, 1);
  await part(page, 'What happened').getByRole('link', { name: 'Connector SuspendedEV' }).click();
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'StatusNotification' })
    .waitFor();
});

test('the chart is gone along by keys, and read as a table', { skip }, async () => {
  await using opened = await open(pathOf('charged'));
  const { page } = opened;
  const chart = part(page, 'Over time').getByRole('slider');
  await chart.focus();
  const said = () => chart.getAttribute('aria-valuetext');
  assert.equal(await said(), 'nothing chosen');
  await page.keyboard.press('Home');
  assert.equal(await said(), '09:00:00 · Connector Preparing · Preparing');
  for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
  assert.equal(
    await said(),
    '09:01:00 (+60 s) · Charging · Transaction · Power 12.9 kW of 22 kW set · Current 18.7 A · State of charge 39 % · Energy 0.2 kWh',
  );
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  assert.match(
    (await said()) ?? '',
    /^09:49:02 \(\+49 min\) · Connector Finishing · Finishing · Power 0 kW of 11 kW set/,
  );
  await part(page, 'Over time').getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('dialog', { name: 'Session over time' }).getByRole('table');
  assert.deepEqual(await table.getByRole('columnheader').allTextContents(), [
    'Time',
    'Connector',
    'Transaction',
    'Power, kW',
    'Current, A',
    'State of charge, %',
    'Energy since the start, kWh',
    'Limit of power, kW',
  ]);
  const row = table.getByRole('row', { name: /09:20:00/ });
  assert.deepEqual(await row.locator('th, td').allTextContents(), [
    '2026-01-05 09:20:00',
    'Charging',
    'Transaction',
    '10.4',
    '15.1',
    '58',
    '6.9',
    '11',
  ]);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await chart.press('Enter');
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'StatusNotification' })
    .waitFor();
});

test('a finger on the chart tells the moment, and a link below leads to its entry', { skip }, async () => {
  await using opened = await open(pathOf('authorisation-refused'), {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const { page } = opened;
  const chart = part(page, 'Over time').getByRole('slider');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  assert.ok(box !== null);
  await page.touchscreen.tap(box.x + box.width * 0.6, box.y + 14);
  await part(page, 'Over time')
    .getByText(/^08:00:14 .* Card Invalid · Preparing/)
    .waitFor();
  await part(page, 'Over time').getByRole('link', { name: 'Open its entry' }).tap();
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'Authorize' })
    .waitFor();
});

test('a click on a mark of the chart opens its entry', { skip }, async () => {
  await using opened = await open(pathOf('charged'));
  const { page } = opened;
  await part(page, 'Over time').getByRole('slider').scrollIntoViewIfNeeded();
  // Its words let clicks through to what they stand on.
  await part(page, 'Over time').getByText('Charging', { exact: true }).click({ force: true });
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'StatusNotification' })
    .waitFor();
});

test('a session that is waited for says so', { skip }, async () => {
  await using opened = await open('/stations');
  const { page } = opened;
  await page.getByRole('link', { name: 'CP-7' }).waitFor();
  const held = Promise.withResolvers<void>();
  await page.route('**/rest/v1/sessions/*', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(admin.server.url + pathOf('charged'));
  await page.getByRole('progressbar', { name: 'Loading the session' }).waitFor({ state: 'attached' });
  assert.deepEqual(await violations(page), []);
  held.resolve();
  await page.getByRole('heading', { name: /Charged 11.1 kWh/ }).waitFor();
  assert.equal(await page.getByRole('progressbar').count(), 0);
});

test('energy by register and by power, authorisation, limits and boots are told with their entries', {
  skip,
}, async () => {
  await using opened = await open(pathOf('charged'));
  const { page } = opened;
  const facts = async (name: string) => {
    await part(page, name).waitFor();
    return part(page, name).locator('dl > div').allTextContents();
  };
  assert.deepEqual(await facts('Energy'), [
    'Register at the start1204500 (1204.5 kWh)',
    'Register at the end1215602 (1215.6 kWh)',
    'Energy by register11.1 kWh',
    'Energy by power over time11.2 kWh',
    'Do both agree?✓ Yes, they may differ by 921 Wh',
  ]);
  assert.deepEqual(await facts('Authorisation'), [
    'Card CARD-72026-01-05 09:00:08 Accepted',
    'In the answer to the startAccepted',
  ]);
  assert.deepEqual(await facts('Limits'), [
    'Profile, TxProfile2026-01-05 09:00:13 Accepted',
    'Profile, TxProfile2026-01-05 09:19:40 Accepted',
    'From 2026-01-05 09:00:13 on22.0 kW',
    'From 2026-01-05 09:19:40 on11.0 kW',
  ]);
  await page.goto(admin.server.url + pathOf('stop-power-loss'));
  assert.deepEqual(await facts('The station meanwhile'), ['Boot2026-01-05 11:20:00']);
  await page.getByText(/^Its start or its stop was told late/).waitFor();
  await part(page, 'What happened').getByText('Station boots').waitFor();
});

test('one goes to the session before and after at the connector, by link and by key', { skip }, async () => {
  await using opened = await open(pathOf('charged'));
  const { page } = opened;
  await page.getByRole('link', { name: 'Earlier session of the connector' }).click();
  await page.getByRole('heading', { name: /The card was refused/ }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/session/${listed('authorisation-refused').id}`);
  await page.getByRole('button', { name: 'Earlier session: None within 90 days' }).waitFor();
  await page.getByRole('link', { name: 'Later session of the connector' }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('heading', { name: /Charged 11.1 kWh/ }).waitFor();
  await page.getByRole('link', { name: 'Later session of the connector' }).click();
  await page.getByRole('heading', { name: /The station lost its power/ }).waitFor();
  await page.getByRole('button', { name: 'Later session: None within 90 days' }).waitFor();
});

test('the diagram of the station is narrowed to its messages', { skip }, async () => {
  await using opened = await open(pathOf('authorisation-refused'));
  const { page } = opened;
  await page.getByRole('link', { name: 'Sequence' }).click();
  const diagram = page.getByRole('group', { name: 'Messages between CP-7 and its CSMS' });
  await diagram.waitFor();
  const calls = (await diagram.getByRole('link').allTextContents()).filter((text) =>
    /[A-Z][a-z]+[A-Z]|Authorize/.test(text),
  );
  assert.deepEqual(
    calls.map((text) => /StatusNotification|Authorize/.exec(text)?.[0]),
    ['StatusNotification', 'Authorize', 'Authorize', 'Authorize', 'StatusNotification'],
  );
  await page.getByText('5 selected entries').waitFor();
});

test('its entries are downloaded, and a link to it is copied', { skip }, async () => {
  await using opened = await open(pathOf('authorisation-refused'));
  const { page } = opened;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Link copied').waitFor();
  assert.equal(
    await page.evaluate<string>('navigator.clipboard.readText()'),
    admin.server.url + pathOf('authorisation-refused'),
  );
  // Counted, and made, by threads that stand behind all others of the machine.
  page.setDefaultTimeout(100_000);
  await page.getByRole('button', { name: 'Download' }).click();
  const dialog = page.getByRole('dialog', { name: 'Download' });
  await dialog.getByText('The 5 entries of the session').waitFor();
  await dialog.getByText(/^5 entries, about/).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByLabel(/^NDJSON/).check();
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Save the file' }).click(),
  ]);
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  // Safe: the export is of the format that was chosen.
  const actions = lines.map((line) => (JSON.parse(line) as { readonly action: string }).action);
  assert.deepEqual(actions, [
    'StatusNotification',
    'Authorize',
    'Authorize',
    'Authorize',
    'StatusNotification',
  ]);
});

test('an entry in the logs leads to the session that it is in', { skip }, async () => {
  const { verdict } = listed('stop-power-loss');
  const [proof] = verdict.evidence;
  await using opened = await open(
    `/explore?from=2026-01-05T00:00:00.000Z&to=2026-01-06T00:00:00.000Z&zone=utc&entry=depot,${proof?.entry_id}`,
  );
  const { page } = opened;
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByRole('link', { name: 'Session', exact: true }).click();
  await page.getByRole('heading', { name: /The station lost its power/ }).waitFor();
  assert.equal(page.url(), admin.server.url + pathOf('stop-power-loss'));
});

test('an unknown session and a server that fails are told', {
  skip,
}, async () => {
  await using opened = await open('/session/7.depot');
  const { page } = opened;
  await page.getByRole('alert').getByRole('heading', { name: 'No such session' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.route('**/rest/v1/sessions/*', (route) =>
    route.fulfill({ status: 503, json: { status: 503, detail: 'It took too long.' } }),
  );
  await page.goto(admin.server.url + pathOf('charged'));
  await page.getByRole('alert').getByText('It took too long.').waitFor();
  await page.unroute('**/rest/v1/sessions/*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: /Charged 11.1 kWh/ }).waitFor();
});
