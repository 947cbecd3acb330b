/** A bundle of as many entries as one may have, opened from the disk: it stays one that can be worked with. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { run } from '../e2e/running-server.ts';
import { faultsOf, launch, screenshot, soon, violations, withoutBrowser } from './browser.ts';
import { openPage } from './real-server.ts';

const skip = withoutBrowser();
/** As docs/limits.md says. */
const ENTRIES = 20_000;
/** Of ten entries each: status, card, start, five samples, stop, status. */
const SESSIONS = 1_800;
const START = Date.UTC(2026, 0, 5);
const HOSTILE = '</script><img src=x onerror="window.hit=1"><script>window.hit=1</script>';
/** Whatever is looked at: a page with more elements than these stands still on a phone. */
const ELEMENTS_MAX = 12_000;
let browser: Browser;
let folder: string;
let address: string;

/** A line of an Open OCPP Trace for each frame. */
class Trace {
  readonly lines: string[] = [];
  entries = 0;

  /** A call and its answer: one entry. */
  says(charger: string, at: number, action: string, payload: object, answer: object): void {
    const messageId = `m${this.entries}`;
    this.entries += 1;
    const of = { schemaVersion: '1.1', ocppVersion: '1.6', transport: 'json', chargePointId: charger };
    const line = (ms: number, more: object) =>
      this.lines.push(JSON.stringify({ ...of, timestamp: new Date(START + ms).toISOString(), ...more }));
    line(at, { direction: 'cp-to-csms', messageType: 'CALL', messageId, action, payload });
    line(at + 90, { direction: 'csms-to-cp', messageType: 'CALLRESULT', messageId, payload: answer });
  }

  session(nth: number): void {
    const at = nth * 40_000;
    const time = (ms: number) => new Date(START + at + ms).toISOString();
    const idTagInfo = { status: 'Accepted' };
    const transactionId = nth + 1;
    const status = (ms: number, word: string) =>
      this.says(
        'CP-1',
        at + ms,
        'StatusNotification',
        { connectorId: 1, status: word, errorCode: 'NoError', timestamp: time(ms) },
        {},
      );
    status(0, 'Preparing');
    this.says('CP-1', at + 1_000, 'Authorize', { idTag: 'CARD-7' }, { idTagInfo });
    const meterStart = nth * 500;
    const start = { connectorId: 1, idTag: 'CARD-7', meterStart, timestamp: time(2_000) };
    this.says('CP-1', at + 2_000, 'StartTransaction', start, { transactionId, idTagInfo });
    for (let sample = 1; sample <= 5; sample += 1) {
      const ms = 2_000 + sample * 5_000;
      const value = String(meterStart + sample * 100);
      const meterValue = [{ timestamp: time(ms), sampledValue: [{ value, unit: 'Wh' }] }];
      this.says('CP-1', at + ms, 'MeterValues', { connectorId: 1, transactionId, meterValue }, {});
    }
    const stop = { transactionId, meterStop: meterStart + 500, timestamp: time(30_000), reason: 'Local' };
    this.says('CP-1', at + 30_000, 'StopTransaction', stop, { idTagInfo });
    status(31_000, 'Available');
  }
}

function trace(): string {
  const made = new Trace();
  for (let nth = 0; nth < SESSIONS; nth += 1) made.session(nth);
  made.says('CP-2', 3_600_000, 'DataTransfer', { vendorId: HOSTILE }, { status: 'Accepted' });
  const currentTime = new Date(START).toISOString();
  for (let nth = 0; made.entries < ENTRIES; nth += 1)
    made.says('CP-2', 7_200_000 + nth * 20_000, 'Heartbeat', {}, { currentTime });
  return `${made.lines.join('\n')}\n`;
}

async function ocppLogs(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await run([...args, '--site=depot', `--data=${join(folder, 'data')}`]);
  assert.equal(code, 0, stderr);
}

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'ocpp-logs-bundle-'));
  const [log, file] = [join(folder, 'trace.jsonl'), join(folder, 'vendor.html')];
  await writeFile(log, trace());
  await ocppLogs('import', log);
  await ocppLogs('export', '--format=bundle', '--from=2026-01-05', '--to=2026-01-07', '-o', file);
  address = pathToFileURL(file).href;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const open = async (place: string) => {
  const opened = await openPage(browser, `${address}#${place}`, { offline: true, timezoneId: 'UTC' });
  // To read 20,000 entries takes a busy machine its time.
  opened.page.setDefaultTimeout(60_000);
  return opened;
};
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const rows = (page: Page) => page.getByRole('table').locator('tbody tr');
const turner = (page: Page) => page.getByRole('navigation', { name: 'Pages of the table' });

async function staysSmall(page: Page): Promise<void> {
  const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`);
  assert.ok(elements < ELEMENTS_MAX, `${elements} elements`);
}

test('it opens without a request, tells the newest sessions first and the others when they are asked for', {
  skip,
}, async () => {
  await using opened = await open('/');
  const { page } = opened;
  const { texts } = faultsOf(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await page.getByRole('heading', { level: 1, name: '2 stations' }).waitFor();
  await page.getByText(/20,000 entries/).waitFor();
  await soon(async () => assert.equal(await rows(page).count(), 100));
  await staysSmall(page);
  await part(page, 'Sessions').getByRole('button', { name: 'Show 100 more of 1,700 sessions' }).click();
  await part(page, 'Sessions').getByRole('button', { name: 'Show 100 more of 1,600 sessions' }).waitFor();
  await soon(async () => assert.equal(await rows(page).count(), 200));
  await page.getByRole('link', { name: 'Messages', exact: true }).click();
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: 'Sequence diagram' }).click();
  await page.getByRole('group', { name: 'Messages between CP-1 and its CSMS' }).waitFor();
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(address)),
    [],
  );
  assert.deepEqual(texts, []);
});

test('all messages are gone through page by page, and the one that is opened is on the page that is seen', {
  skip,
}, async () => {
  await using opened = await open('/messages');
  const { page } = opened;
  await turner(page).getByText('1 to 200 of 20,000').waitFor();
  assert.equal(await rows(page).count(), 200);
  assert.equal(await turner(page).getByRole('button', { name: 'Earlier' }).isDisabled(), true);
  await turner(page).getByRole('button', { name: 'Later' }).focus();
  await page.keyboard.press('Enter');
  await turner(page).getByText('201 to 400 of 20,000').waitFor();
  await turner(page).getByRole('button', { name: 'Last' }).click();
  await turner(page).getByText('19,801 to 20,000 of 20,000').waitFor();
  assert.equal(await turner(page).getByRole('button', { name: 'Later' }).isDisabled(), true);
  await staysSmall(page);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'bundle-large-messages');

  const last = rows(page).last();
  await last.getByRole('link').click();
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByRole('heading', { name: 'StatusNotification' }).waitFor();
  assert.equal(await last.getAttribute('aria-current'), 'true');
  const there = page.url();
  for (let press = 0; press < 2; press += 1) await entry.getByRole('button', { name: 'Entry above' }).click();
  await entry.getByRole('heading', { name: 'MeterValues' }).waitFor();
  await entry.getByRole('button', { name: 'Close the entry' }).click();
  await entry.waitFor({ state: 'detached' });
  await turner(page).getByText('19,801 to 20,000 of 20,000').waitFor();

  // By its address alone.
  await using direct = await openPage(browser, there, { offline: true });
  direct.page.setDefaultTimeout(60_000);
  const current = direct.page.locator('tr[aria-current]');
  await current.waitFor();
  const seen = `(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.querySelector('tr[aria-current]').getBoundingClientRect())`;
  assert.equal(await direct.page.evaluate<boolean>(seen), true, 'its row is in sight');
  await turner(direct.page).getByText('19,801 to 20,000 of 20,000').waitFor();
  await staysSmall(direct.page);
});

test('a search finds one among all, and what a station sent as markup is text', { skip }, async () => {
  await using opened = await open('/messages');
  const { page } = opened;
  const { texts } = faultsOf(page);
  const search = async (q: string, found: string) => {
    await page.getByRole('searchbox', { name: 'Search the messages' }).fill(q);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText(found, { exact: true }).waitFor();
  };
  await search('action:StopTransaction "2026-01-05T19:59:50"', '1 entry of 20,000');
  await search('-action:Heartbeat -action:MeterValues', '9,001 entries of 20,000');
  await turner(page).getByText('1 to 200 of 9,001').waitFor();
  await search('action:DataTransfer', '1 entry of 20,000');
  assert.equal(await turner(page).count(), 0);
  await page.getByRole('link', { name: /DataTransfer/ }).click();
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByText('onerror=').first().waitFor();
  assert.equal(await page.evaluate('window.hit'), undefined);
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(texts, []);
});

test('the diagram of a station with thousands of messages draws the newest, and says so', {
  skip,
}, async () => {
  await using opened = await open('/messages');
  const { page } = opened;
  await page.getByRole('button', { name: 'Sequence diagram' }).click();
  const diagram = page.getByRole('group', { name: 'Messages between CP-1 and its CSMS' });
  await diagram.waitFor();
  await page.getByText(/^Only the newest 300 messages are drawn; 18,000 entries fit/).waitFor();
  await staysSmall(page);
  await diagram
    .getByRole('link', { name: /StatusNotification/ })
    .last()
    .waitFor();
  await page.getByRole('combobox', { name: 'Station' }).selectOption({ index: 1 });
  await page.getByRole('group', { name: 'Messages between CP-2 and its CSMS' }).waitFor();
  await page.getByRole('button', { name: 'Table', exact: true }).click();
  await page.getByRole('table').waitFor();
});

test('a moment of a session leads to its message among all', {
  skip,
}, async () => {
  await using opened = await open('/');
  const { page } = opened;
  await part(page, 'Sessions').getByRole('link').first().click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  await staysSmall(page);
  const chart = page.getByRole('slider', { name: /^Session over time/ });
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Entry' }).waitFor();
  await page.locator('tr[aria-current]').waitFor();
  await staysSmall(page);
});
