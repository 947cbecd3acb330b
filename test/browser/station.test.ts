/** The page of one station on the server itself, with a station of another make connected to it. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { connectStation, type PeerStation } from '../e2e/ocpp-rpc-peers.ts';
import { eventually } from '../e2e/running-server.ts';
import { launch, screenshot, soon, until, violations, whole, withoutBrowser } from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const PATH = '/station/bench/CP_1';
let browser: Browser;
let admin: SignedIn;
let station: PeerStation;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser);
  station = await connectStation(`${admin.server.url.replace('http', 'ws')}/ocpp/bench`, 'CP_1', 'ocpp1.6', {
    GetConfiguration: () => ({
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '240' }],
    }),
    Reset: () => ({ status: 'Rejected' }),
  });
  await station.call('BootNotification', {
    chargePointVendor: 'Tarnmoor',
    chargePointModel: 'Rapid 60',
    chargePointSerialNumber: 'TA-7',
  });
  const status = (connectorId: number, state: string, errorCode = 'NoError') =>
    station.call('StatusNotification', {
      connectorId,
      status: state,
      errorCode,
      timestamp: new Date().toISOString(),
    });
  await status(0, 'Faulted', 'GroundFailure');
  await status(1, 'Available');
  await status(1, 'Charging');
  await station.call('Heartbeat', {});
  // What a page tells is what was committed by then.
  await eventually(
    async () => (await (await admin.server.get('/sites/bench/chargers/CP_1')).json()) as Partial<Told>,
    ({ answer_times: times }) => times?.actions.some(({ action }) => action === 'Heartbeat') === true,
  );
});
after(async () => {
  await station?.close();
  await browser?.close();
  await admin?.server.stop();
});

async function open(path = PATH, options: BrowserContextOptions = {}) {
  const opened = await openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });
  await opened.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return opened;
}

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const diagram = (page: Page) => page.getByRole('group', { name: 'Messages between CP_1 and its CSMS' });
const log = (page: Page) => page.getByRole('grid', { name: 'Log entries' });

interface Told {
  readonly connected_since: string;
  readonly booted: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly configuration: { readonly settings: readonly { readonly name: string }[] };
  readonly answer_times: {
    readonly actions: readonly {
      readonly action: string;
      readonly count: number;
      readonly p50_ms: number;
      readonly p95_ms: number;
      readonly max_ms: number;
      readonly unanswered: number;
      readonly errors: number;
    }[];
  };
}

/** As the page tells how long an answer took. */
function spanText(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

async function openCommand(page: Page, action: string) {
  await page.getByRole('button', { name: 'Send a command' }).click();
  await page.getByRole('combobox', { name: /^Action/ }).selectOption(action);
  return page.getByRole('dialog', { name: 'Command to CP_1' });
}

test('the page says what the station is, that it is connected, and how it did', { skip }, async () => {
  await using opened = await open(`${PATH}?zone=utc`);
  const { page } = opened;
  await part(page, 'Identity').getByText('TA-7').waitFor();
  const told = (await (await admin.server.get('/sites/bench/chargers/CP_1')).json()) as Told;
  const time = (text: string) => text.replace('T', ' ').slice(0, 19);
  const identity = await part(page, 'Identity').locator('div').allTextContents();
  assert.deepEqual(identity, [
    'VendorTarnmoor',
    'ModelRapid 60',
    'Serial numberTA-7',
    'Firmwarenot told',
    'Protocolocpp1.6',
    `Connected since${time(told.connected_since)}`,
    `Last boot${time(told.booted)}`,
    `First seen${time(told.first_seen)}`,
    `Last seen${time(told.last_seen)}`,
  ]);
  await page.getByText('Connected', { exact: true }).first().waitFor();
  const answers = await part(page, 'Answer times').getByRole('row').allTextContents();
  const ofTable = told.answer_times.actions.map(
    ({ action, count, p50_ms: half, p95_ms: most, max_ms: longest, unanswered, errors }) =>
      `${action}${count}${spanText(half)}, ${spanText(most)}${spanText(longest)}${unanswered}${errors}`,
  );
  assert.deepEqual(answers.slice(1), ofTable);
  assert.deepEqual(
    told.answer_times.actions.map(({ action, count }) => [action, count]),
    [
      ['StatusNotification', 3],
      ['BootNotification', 1],
      ['Heartbeat', 1],
    ],
  );
  const clocks = await part(page, 'Clocks').getByRole('definition').allTextContents();
  assert.match(clocks[0] ?? '', /^ ?In stepsteady, by 3 messages/);
  assert.match(clocks[1] ?? '', /^ ?In stepsteady, by 2 messages/);
  assert.match(
    (await part(page, 'Findings').getByRole('listitem').first().textContent()) ?? '',
    /^connector-zero-faulted1/,
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`${colorScheme} at ${width} px: axe finds nothing, and nothing is wider than the screen`, {
      skip,
    }, async () => {
      await using opened = await open(PATH, { colorScheme, viewport: { width, height: 844 } });
      const { page } = opened;
      await diagram(page).waitFor();
      await whole(page);
      assert.deepEqual(await violations(page), []);
      const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      assert.equal(await page.evaluate(wider), false);
      await screenshot(page, `station-${colorScheme}-${width}`);
      await openCommand(page, 'SetChargingProfile');
      assert.deepEqual(await violations(page), []);
      await screenshot(page, `station-command-${colorScheme}-${width}`);
    });
  }
}

test('states are told by keys and as a table', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  const lanes = page.getByRole('slider', { name: /^Connector states/ });
  await lanes.focus();
  await page.keyboard.press('ArrowRight');
  assert.match((await lanes.getAttribute('aria-valuetext')) ?? '', /^Station: Faulted, GroundFailure for /);
  await page.keyboard.press('End');
  assert.match((await lanes.getAttribute('aria-valuetext')) ?? '', /^Connector 1: Charging for /);
  await part(page, 'Connector states').getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('dialog', { name: 'Connector states over time' }).getByRole('table');
  const last = await table.getByRole('row').last().textContent();
  assert.match(last ?? '', /^Connector 1.*Charging$/);
});

test('Enter on a connection zooms into its time', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByRole('slider', { name: /^Connection/ }).press('End');
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=20\d\d-/);
  await page.getByText(/^connected 100 % of the time/).waitFor();
});

test('what the rules see of it stands on its page, with what to do and the entry that proves it', {
  skip,
}, async () => {
  await using opened = await open();
  const { page } = opened;
  const seen = part(page, 'What was seen');
  await seen.getByText('Connectors reported Faulted: GroundFailure').waitFor();
  await seen.getByText('What comes again and again is for a technician, with the code.').waitFor();
  await seen.getByRole('link', { name: /StatusNotification Faulted$/ }).click();
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'StatusNotification' })
    .waitFor();
});

test('a finding leads to the entries that have it', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  await part(page, 'Findings').getByRole('link', { name: 'connector-zero-faulted' }).click();
  await log(page).locator('[aria-rowindex="2"] time').waitFor();
  await soon(async () => assert.equal(await log(page).getAttribute('aria-rowcount'), '2'));
});

test('a command is filled in, answered, shown with its latency, and stands in the log', {
  skip,
}, async () => {
  await using opened = await open();
  const { page } = opened;
  const dialog = await openCommand(page, 'Reset');
  await dialog.getByRole('button', { name: 'Send Reset' }).click();
  await dialog.getByText('Nothing was sent.').waitFor();
  const type = dialog.getByRole('combobox', { name: /^Type/ });
  assert.equal(await type.getAttribute('aria-invalid'), 'true');
  await type.selectOption('Soft');
  await dialog.getByRole('button', { name: 'As JSON' }).click();
  const json = dialog.getByRole('textbox', { name: 'Payload as JSON' });
  assert.deepEqual(JSON.parse(await json.inputValue()), { type: 'Soft' });
  await json.fill('{"type": "Hard"');
  assert.equal(await dialog.getByRole('button', { name: 'Send Reset' }).isDisabled(), true);
  await json.fill('{"type": "Hard"}');
  await dialog.getByRole('button', { name: 'Send Reset' }).click();
  await dialog.getByText(/The station answered after \d/).waitFor();
  await dialog.getByText('"Rejected"').waitFor();
  const link = dialog.getByRole('link', { name: 'Its entry in the log' });
  const q = new URL((await link.getAttribute('href')) ?? '', admin.server.url).searchParams.get('q') ?? '';
  assert.match(q, /\bmessage:\S/);
  // What a page tells is what was committed by then.
  const query = new URLSearchParams({ q, from: '2020-01-01', to: '2100-01-01' });
  await eventually(
    async () => (await (await admin.server.get(`/ocpp-logs?${query}`)).json()) as { readonly count: number },
    ({ count }) => count === 1,
  );
  await link.click();
  await log(page).locator('[aria-rowindex="2"]', { hasText: 'Reset' }).waitFor();
  await soon(async () => assert.equal(await log(page).getAttribute('aria-rowcount'), '2'));
});

test('what a station tells of its configuration is kept as last seen', { skip }, async () => {
  await using opened = await open();
  const { page } = opened;
  const dialog = await openCommand(page, 'GetConfiguration');
  await dialog.getByRole('button', { name: 'Send GetConfiguration' }).click();
  await dialog.getByText(/The station answered/).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await until(page, `document.querySelector('dialog') === null`);
  // What a page tells is what was committed by then.
  await eventually(
    async () => (await (await admin.server.get('/sites/bench/chargers/CP_1')).json()) as Told,
    ({ configuration: { settings } }) => settings.some(({ name }) => name === 'HeartbeatInterval'),
  );
  await page.getByRole('button', { name: 'Again' }).click();
  const setting = part(page, 'Configuration as last seen').getByRole('row', { name: /HeartbeatInterval/ });
  await setting.getByRole('cell', { name: '240' }).waitFor();
});

test('the sequence is taken along as a file and as Mermaid, narrowed by a search', { skip }, async () => {
  await using opened = await open(`${PATH}?q=action:BootNotification`);
  const { page } = opened;
  await diagram(page).waitFor();
  assert.deepEqual(
    (await diagram(page).getByRole('link').allTextContents()).map((text) => text.replace(/^[\d:.]+/, '')),
    [
      'BootNotification',
      (await diagram(page).getByRole('link').nth(1).textContent())?.replace(/^[\d:.]+\d{3}/, ''),
    ],
  );
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'SVG file' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'sequence-CP_1.svg');
  const file = await readFile(await download.path(), 'utf8');
  assert.match(file, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.match(file, />BootNotification</);
  assert.doesNotMatch(file, /var\(|<a[ >]|class=/);
  await page.getByRole('button', { name: 'Mermaid' }).click();
  await page.getByText('Mermaid text copied').waitFor();
  const mermaid = await page.evaluate<string>('navigator.clipboard.readText()');
  assert.match(mermaid, /^sequenceDiagram\n.*S->>C: BootNotification\n {4}C-->>S: Accepted · [\d.]+ .?s\n$/s);
});

test('an entry leads to the sequence around it, and a message back to its entry', { skip }, async () => {
  await using opened = await open('/explore?q=station:CP_1 action:Heartbeat');
  const { page } = opened;
  await log(page).locator('[aria-rowindex="2"]').click();
  await page.getByRole('link', { name: 'Sequence around this' }).click();
  await diagram(page)
    .getByRole('link', { name: /Heartbeat/ })
    .first()
    .click();
  await page
    .getByRole('complementary', { name: 'Entry' })
    .getByRole('heading', { name: 'Heartbeat' })
    .waitFor();
});

test('a station that is not there is told so', { skip }, async () => {
  await using opened = await open('/station/bench/nobody');
  const { page } = opened;
  await page.getByRole('alert').getByText('No station of this name has been seen').waitFor();
  assert.deepEqual(await violations(page), []);
});

test('the list of stations leads to each of them, and finds one by a part of its name', {
  skip,
}, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByRole('link', { name: 'Stations' }).click();
  const row = page.getByRole('row', { name: /CP_1/ });
  await row.getByText('Connected', { exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'stations');
  await page.getByRole('searchbox', { name: 'Find a station' }).fill('nobody');
  await page.getByText('No station of this name').waitFor();
  assert.match(page.url(), /\/stations\?q=nobody$/);
  await page.getByRole('searchbox', { name: 'Find a station' }).fill('tarn');
  await row.getByRole('link', { name: 'CP_1' }).click();
  await page.getByRole('heading', { level: 1, name: 'CP_1' }).waitFor();
});
