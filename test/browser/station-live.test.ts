/** The page of a station as it goes, and its sequence: on the server itself, with stations whose every byte is known. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, eventually } from '../e2e/running-server.ts';
import { faultsOf, launch, screenshot, soon, until, violations, withoutBrowser } from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser);
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });
const part = (page: Page, name: string | RegExp) => page.getByRole('region', { name, exact: true });
const diagram = (page: Page, charger: string) =>
  page.getByRole('group', { name: `Messages between ${charger} and its CSMS` });

/** What the diagram says, without times. */
async function saidIn(page: Page, charger: string): Promise<readonly string[]> {
  const texts = await diagram(page, charger).getByRole('link').allTextContents();
  return texts.map((text) => text.replace(/^\d\d:\d\d:\d\d\.\d{3}/, '').replace(/ · .*$/, ''));
}

interface RawStation extends AsyncDisposable {
  /** Resolves with the text of the answer. */
  call(action: string, payload: string): Promise<string>;
  /** Answers the next call by this text of a payload, and resolves with the call as it came. */
  answer(payload: string): Promise<string>;
  close(): Promise<void>;
}

async function rawStation(charger: string): Promise<RawStation> {
  const socket = new WebSocket(`${admin.server.url.replace('http', 'ws')}/ocpp/bench/${charger}`, 'ocpp1.6');
  await once(socket, 'open');
  let calls = 0;
  const next = async () => String((await once(socket, 'message'))[0]);
  const close = async () => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
  return {
    async call(action, payload) {
      calls += 1;
      const answer = next();
      socket.send(`[2,"c${calls}","${action}",${payload}]`);
      return answer;
    },
    async answer(payload) {
      const text = await next();
      const id = /^\s*\[\s*2\s*,\s*("[^"]*")/.exec(text)?.[1] ?? '""';
      socket.send(`[3,${id},${payload}]`);
      return text;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const boot = (firmware: string) =>
  `{"chargePointVendor":"Tarnmoor","chargePointModel":"Rapid 60","firmwareVersion":"${firmware}"}`;
const status = (state: string, error = 'NoError') =>
  `{"connectorId":1,"status":"${state}","errorCode":"${error}","timestamp":"${new Date().toISOString()}"}`;

interface Kept {
  readonly action: string | null;
  readonly exchange: { readonly id: string; readonly kind: string };
}

async function keptOf(charger: string, count: number): Promise<readonly Kept[]> {
  const query = `from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange&charger_id=${charger}`;
  return eventually(
    async () => {
      const page = await admin.server.get(`/ocpp-logs/site/bench?${query}`);
      return ((await page.json()) as { readonly ocpp_logs: readonly Kept[] }).ocpp_logs;
    },
    (entries) => entries.length >= count,
  );
}

test('a live page tells what happens, and nothing on it jumps', { skip }, async () => {
  const station = await rawStation('CP_L');
  await station.call('BootNotification', boot('1.0'));
  await station.call('StatusNotification', status('Available'));
  await keptOf('CP_L', 2);
  await using opened = await open('/station/bench/CP_L?from=2026-01-01&to=2026-01-02');
  const { page } = opened;
  const faults = faultsOf(page);
  await page.getByText('Nothing was said in this time').waitFor();
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Live', pressed: true }).waitFor();
  assert.match(page.url(), /\?from=-1h&live=1$/);
  await diagram(page, 'CP_L').waitFor();
  await part(page, 'Identity').getByText('1.0', { exact: true }).waitFor();
  await page.getByText('Connected', { exact: true }).first().waitFor();
  // Loading is told once, and not with each of what comes.
  await until(page, `document.querySelector('[role="progressbar"]') === null`);
  await page.evaluate(`{
    window.seen = [];
    new MutationObserver(() => {
      if (document.querySelector('main [role="progressbar"], main [role="alert"]')) window.seen.push('loading');
    }).observe(document.querySelector('main'), { childList: true, subtree: true });
    document.querySelector('main').scrollTop = 120;
  }`);
  const where = () =>
    page.evaluate<number>(`document.querySelector('#connectors').getBoundingClientRect().top`);
  const place = await where();

  await station.call('StatusNotification', status('Faulted', 'GroundFailure'));
  const lanes = page.getByRole('slider', { name: /^Connector states/ });
  await page.getByText('StatusNotification #1 Faulted GroundFailure').waitFor();
  await eventually(
    async () => {
      await lanes.press('End');
      return (await lanes.getAttribute('aria-valuetext')) ?? '';
    },
    (text) => /^Connector 1: Faulted, GroundFailure for /.test(text),
  );
  await station.call('BootNotification', boot('2.0'));
  await part(page, 'Identity').getByText('2.0', { exact: true }).waitFor();
  await station.close();
  await page.getByText('Not connected', { exact: true }).waitFor();
  await page.getByText(/^Connection closed 1005/).waitFor();
  assert.deepEqual([await page.evaluate('window.seen'), await where()], [[], place]);
  assert.deepEqual(await violations(page), []);

  const again = await rawStation('CP_L');
  await page.getByText('Connected', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByRole('button', { name: 'Live', pressed: false }).waitFor();
  assert.doesNotMatch(page.url(), /live/);
  await again.close();
  assert.deepEqual(faults.texts, []);
});

test('more than 300 messages: the newest are drawn, and it says how to see others', { skip }, async () => {
  await using station = await rawStation('CP_M');
  await station.call('BootNotification', boot('1.0'));
  for (let count = 0; count < 180; count += 1) await station.call('Heartbeat', '{}');
  await keptOf('CP_M', 181);
  await using opened = await open('/station/bench/CP_M?live=1');
  const { page } = opened;
  await page.getByText(/^Only the newest 300 messages are drawn; 182 entries fit/).waitFor();
  assert.equal(await diagram(page, 'CP_M').getByRole('link').count(), 300);
  // What is read stays where it is while others come below and fall off above.
  const place = part(page, 'Sequence diagram');
  const at = (top: number) =>
    page.evaluate<string>(`(async () => {
      const place = document.querySelector('[aria-label="Sequence diagram"]');
      // The page has taken note of it, too, once the frame after it is drawn.
      const drawn = (then) => () => requestAnimationFrame(() => requestAnimationFrame(then));
      const scrolled = new Promise((then) => place.addEventListener('scroll', drawn(then), { once: true }));
      if (${top} >= 0) await ((place.scrollTop = ${top}), scrolled);
      const box = place.getBoundingClientRect();
      const link = [...place.querySelectorAll('a')].find((each) => each.getBoundingClientRect().top >= box.top);
      return link.href + ' ' + Math.round(link.getBoundingClientRect().top - box.top);
    })()`);
  await place.focus();
  const before = await at(4000);
  for (let count = 0; count < 5; count += 1) await station.call('Heartbeat', '{}');
  await page.getByText(/187 entries fit/).waitFor();
  assert.equal(await at(-1), before);
  assert.equal(await diagram(page, 'CP_M').getByRole('link').count(), 300);

  await page.getByRole('button', { name: 'Hide Heartbeat and MeterValues' }).click();
  await page.getByText(/^2 messages, times in /).waitFor();
  assert.deepEqual(await saidIn(page, 'CP_M'), ['Connected ocpp1.6', 'BootNotification', 'Accepted']);
  await page.goBack();
  await page.getByRole('button', { name: 'Earlier messages' }).click();
  await page.waitForURL(/to=20\d\d-/);
  // What was drawn before stays until the earlier ones have come.
  await soon(async () => assert.ok((await saidIn(page, 'CP_M')).includes('BootNotification')));
  await page.getByText(/^\d+ messages, times in /).waitFor();
  assert.doesNotMatch(page.url(), /live/);
});

test('a selection is drawn and nothing else, as a diagram and as a table, with its file readable anywhere', {
  skip,
}, async () => {
  await using station = await rawStation('CP_S');
  await station.call('BootNotification', boot('1.0'));
  await station.call('Heartbeat', '{}');
  await station.call('NoSuchAction', '{}');
  await station.call('Heartbeat', '{}');
  const kept = await keptOf('CP_S', 4);
  const ids = kept
    .filter(({ action }) => action !== null && action !== 'Heartbeat')
    .map(({ exchange }) => exchange.id);
  await using opened = await open(
    `/station/bench/CP_S?from=2026-01-01&to=2026-01-02&entries=${ids},12#sequence`,
    { colorScheme: 'dark' },
  );
  const { page } = opened;
  await page.getByText('3 selected entries, but 1 no longer kept').waitFor();
  const said = ['BootNotification', 'Accepted', 'NoSuchAction', 'Error: NotImplemented'];
  assert.deepEqual(await saidIn(page, 'CP_S'), said);
  await page.getByRole('button', { name: 'As a table' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Messages between CP_S and its CSMS' });
  await dialog.getByRole('row').nth(1).waitFor();
  const rows = await dialog.getByRole('row').allTextContents();
  assert.deepEqual(
    rows
      .slice(1)
      .map((text) => text.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/, '').replace(/ · .*$/, '')),
    [
      'CP_SCallBootNotification',
      'CSMSAnswerAccepted',
      'CP_SCallNoSuchAction',
      'CSMSErrorError: NotImplemented',
    ],
  );
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Close' }).click();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'SVG file' }).click(),
  ]);
  const path = await download.path();
  const file = await readFile(path, 'utf8');
  assert.doesNotMatch(file, /var\(|class=|href|https?:\/\/(?!www\.w3\.org)/);
  await using alone = await openPage(browser, 'about:blank', { colorScheme: 'dark' });
  const faults = faultsOf(alone.page);
  await alone.page.goto(`data:image/svg+xml;base64,${Buffer.from(file).toString('base64')}`);
  const told = await alone.page.evaluate<readonly unknown[]>(`[
    document.documentElement.nodeName,
    getComputedStyle(document.querySelector('rect')).fill,
    getComputedStyle(document.documentElement).fontFamily.includes('sans-serif'),
    [...document.querySelectorAll('text')].filter((text) => text.getBBox().width > 0).length,
  ]`);
  assert.deepEqual(told.slice(0, 3), ['svg', 'rgb(255, 255, 255)', true]);
  assert.ok(Number(told[3]) >= 6);
  assert.deepEqual(faults.texts, []);
  await screenshot(alone.page, 'sequence-file');

  await page.getByRole('button', { name: 'Show the whole time' }).click();
  await page.getByText('Nothing was said in this time').waitFor();
  assert.doesNotMatch(page.url(), /entries/);
});

test('no digit changes between what is typed, the station, and what is shown', { skip }, async () => {
  await using station = await rawStation('CP_D');
  await station.call('BootNotification', boot('1.0'));
  await keptOf('CP_D', 1);
  await using opened = await open('/station/bench/CP_D');
  const { page } = opened;
  await page.getByRole('button', { name: 'Send a command' }).click();
  const dialog = page.getByRole('dialog', { name: 'Command to CP_D' });
  await dialog.getByRole('combobox', { name: /^Action/ }).selectOption('RemoteStopTransaction');
  const field = dialog.getByRole('textbox', { name: /^Transaction id/ });
  await field.fill('12345678901234567890');
  const asked = station.answer('{"status":"Accepted","own":98765432109876543210,"rate":1.0}');
  await dialog.getByRole('button', { name: 'Send RemoteStopTransaction' }).click();
  assert.match(await asked, /"RemoteStopTransaction",\{\s*"transactionId": 12345678901234567890\s*\}\]$/);
  const answer = await dialog.getByRole('region', { name: 'Payload of the answer' }).textContent();
  assert.ok(answer?.includes('"own": 98765432109876543210') && answer.includes('"rate": 1.0'), answer ?? '');

  await dialog.getByRole('button', { name: 'As JSON' }).click();
  const json = dialog.getByRole('textbox', { name: 'Payload as JSON' });
  assert.equal(await json.inputValue(), '{\n  "transactionId": 12345678901234567890\n}');
  await json.fill('{ "transactionId":98765432109876543210 }');
  const again = station.answer('{"status":"Rejected"}');
  await dialog.getByRole('button', { name: 'Send RemoteStopTransaction' }).click();
  assert.match(await again, /"RemoteStopTransaction",\{ "transactionId":98765432109876543210 \}\]$/);
  await dialog.getByText('"Rejected"').waitFor();
  await dialog.getByRole('button', { name: 'As a form' }).click();
  assert.equal(await field.inputValue(), '98765432109876543210');
  assert.deepEqual(await violations(page), []);
});

const HOUR = 3_600_000;

async function api(method: string, path: string, body: string): Promise<Response> {
  const response = await fetch(`${admin.server.url}/rest/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body,
  });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
  return response;
}

test('logs from elsewhere: states end with the last message, and a site that is passed on says why it is not called', {
  skip,
}, async () => {
  await api('POST', '/sites', JSON.stringify({ id: 'far', upstream: 'wss://csms.example/{charger}' }));
  const start = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;
  const iso = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
  const frame = (minutes: number, text: string, direction = 'station_to_csms') =>
    `{"charger_id":"CP_F","occurrence_time":"${iso(minutes)}","direction":"${direction}","frame":${text}}`;
  const lines = [
    frame(0, '[2,"1","Heartbeat",{}]'),
    frame(
      30,
      '[2,"2","StatusNotification",{"connectorId":1,"status":"Faulted","errorCode":"GroundFailure"}]',
    ),
    frame(60, '[2,"3","Heartbeat",{}]'),
  ];
  const pushed = await fetch(`${admin.server.url}/rest/v1/ocpp-logs/site/far`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/x-ndjson',
      'x-ocpp-logs-end': '1',
    },
    body: `${lines.join('\n')}\n`,
  });
  assert.ok(pushed.ok, await pushed.text());
  await using opened = await open('/station/far/CP_F?zone=utc', { viewport: { width: 390, height: 844 } });
  const { page } = opened;
  await page.getByText('only when messages were recorded is known').waitFor();
  const tableOf = async (name: string | RegExp, title: string) => {
    await part(page, name).getByRole('button', { name: 'As a table' }).click();
    const dialog = page.getByRole('dialog', { name: title });
    await dialog.getByRole('row').nth(1).waitFor();
    const rows = await dialog.getByRole('row').allTextContents();
    await dialog.getByRole('button', { name: 'Close' }).click();
    return rows.slice(1);
  };
  const clock = (minutes: number) => iso(minutes).replace('T', ' ').slice(0, 19);
  const strip = await tableOf(/^Connection/, 'Connection over time');
  assert.equal(strip[1], `Connection${clock(0)}1 hMessages recorded`);
  assert.match(strip[0] ?? '', /Not recorded$/);
  assert.match(strip[2] ?? '', /Not recorded$/);
  assert.deepEqual(await tableOf('Connector states', 'Connector states over time'), [
    `Connector 1${clock(30)}30 minFaulted, GroundFailure`,
  ]);
  const command = page.getByRole('button', { name: 'Send a command' });
  assert.equal(await command.isDisabled(), true);
  await page.getByText('The CSMS of this site commands its stations; ocpp-logs only listens.').waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'station-imported-390');

  // Nothing was captured live, but there are logs; and a page that is loaded anew frames nothing.
  await page.goto(`${admin.server.url}/settings/health`);
  const far = page.getByRole('row', { name: /^far/ });
  await far.getByText('nothing live: imported logs alone').waitFor();
  await page.reload();
  await far.waitFor();
  assert.equal(await page.evaluate('document.activeElement === document.body'), true);
});

test('a viewer is not offered to call a station', { skip }, async () => {
  await using station = await rawStation('CP_V');
  await station.call('BootNotification', boot('1.0'));
  await keptOf('CP_V', 1);
  const password = 'a password for viewers';
  await api(
    'POST',
    '/users',
    JSON.stringify({ name: 'vera', password, roles: [{ site: 'bench', role: 'viewer' }] }),
  );
  await using opened = await openPage(browser, `${admin.server.url}/station/bench/CP_V`);
  const { page } = opened;
  await page.getByLabel('User').fill('vera');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await part(page, 'Identity').getByText('Tarnmoor').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Send a command' }).count(), 0);
  const path = '/sites/bench/chargers/CP_V/commands';
  const refused = await page.evaluate<number>(
    `fetch('/rest/v1/session').then((r) => r.json()).then(({ csrf }) => fetch('/rest/v1${path}', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: '{"action":"ClearCache"}',
    })).then(({ status }) => status)`,
  );
  assert.equal(refused, 403);
});

test('a page that cannot be shown says so, and leaves the way to the others', { skip }, async () => {
  await using station = await rawStation('CP_X');
  await station.call('BootNotification', boot('1.0'));
  await keptOf('CP_X', 1);
  await using opened = await open('/stations');
  const { page } = opened;
  const title = page.getByRole('heading', { level: 1, name: 'Stations' });
  await title.waitFor();
  await page.route('**/sites/bench/chargers/CP_X?*', (route) => route.fulfill({ json: { id: 'CP_X' } }));
  await page.getByRole('link', { name: 'CP_X' }).click();
  await page.getByRole('heading', { level: 1, name: 'This page could not be shown' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('link', { name: 'Stations' }).click();
  await title.waitFor();
});
