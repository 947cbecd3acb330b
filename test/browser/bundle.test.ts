/** A bundle, opened from the disk by a browser without any network. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { readBundle } from '../../packages/server/src/export/bundle/bundle-rig.fixture.ts';
import { run } from '../e2e/running-server.ts';
import { faultsOf, isSound, launch, soon, until, violations, withoutBrowser } from './browser.ts';
import { pushChargingDay } from './charging-day.ts';
import { DAY, type PushedFrame, push, SITES_CONFIG } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1"><!--';
const IDS = ['CARD-7', 'CARD-3', 'SN-4711-08'] as const;
let browser: Browser;
let admin: SignedIn;
let file: string;
let address: string;

function said(at: number, id: string, action: string, call: object, answer: object): readonly PushedFrame[] {
  const frame = (ms: number, up: boolean, message: readonly unknown[]) => ({
    charger: 'CP-7',
    at: DAY + ms,
    up,
    frame: JSON.stringify(message),
  });
  return [frame(at, true, [2, id, action, call]), frame(at + 50, false, [3, id, answer])];
}

const exported = (args: readonly string[]) =>
  run([
    'export',
    '--site=depot',
    '--from=2026-01-05',
    '--to=2026-01-06',
    ...args,
    `--data=${admin.server.folder}`,
  ]);

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: SITES_CONFIG });
  await pushChargingDay(admin.server);
  const boot = {
    chargePointVendor: 'Tarnmoor',
    chargePointModel: 'Rapid 60',
    chargePointSerialNumber: IDS[2],
  };
  const booted = { status: 'Accepted', interval: 300, currentTime: new Date(DAY).toISOString() };
  const hostile = { vendorId: HOSTILE, data: `card ${IDS[0]} ${HOSTILE}` };
  await push(
    admin.server,
    'depot',
    [
      ...said(7 * 3_600_000, 'b1', 'BootNotification', boot, booted),
      ...said(15 * 3_600_000, 'h1', 'DataTransfer', hostile, { status: 'Accepted' }),
      ...said(15 * 3_600_000 + 1000, 'w1', 'Heartbeat', { surplus: 1 }, { currentTime: booted.currentTime }),
    ],
    true,
  );
  file = join(admin.server.folder, 'vendor.html');
  const { code, stderr } = await exported(['--charger=CP-7', '-o', file]);
  assert.equal(code, 0, stderr);
  address = pathToFileURL(file).href;
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (fragment = '', options: BrowserContextOptions = {}) =>
  openPage(browser, `${address}#${fragment}`, { offline: true, timezoneId: 'UTC', ...options });
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function search(page: Page, q: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search the messages' }).fill(q);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1280, 1400],
    [360, 740],
  ] as const) {
    test(`${colorScheme} at ${width} px: axe finds nothing, and nothing is asked of anybody`, {
      skip,
    }, async () => {
      await using opened = await open('/', { colorScheme, viewport: { width, height } });
      const { page } = opened;
      const { texts } = faultsOf(page);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.reload();
      await page.getByRole('heading', { name: 'CP-7', exact: true }).waitFor();
      await isSound(page, `bundle-overview-${colorScheme}-${width}`);
      await part(page, 'Sessions').getByRole('link').first().click();
      await page.getByRole('heading', { name: 'What happened' }).waitFor();
      await part(page, 'Sequence diagram').getByRole('link').first().waitFor();
      await isSound(page, `bundle-session-${colorScheme}-${width}`);
      await page.getByRole('link', { name: 'Messages' }).click();
      await page.getByRole('table').waitFor();
      await isSound(page, `bundle-messages-${colorScheme}-${width}`);
      await page
        .getByRole('table')
        .getByRole('link', { name: /StartTransaction/ })
        .first()
        .click();
      await page.getByRole('complementary', { name: 'Entry' }).getByText('Extracted fields').waitFor();
      await isSound(page, `bundle-entry-${colorScheme}-${width}`);
      assert.deepEqual(
        asked.filter((url) => !url.startsWith(address)),
        [],
      );
      assert.deepEqual(texts, []);
    });
  }
}

test('it is searched by the grammar of the dashboard, and says where a search goes wrong', {
  skip,
}, async () => {
  await using opened = await open('/messages');
  const { page } = opened;
  await search(page, 'action:StatusNotification status:Faulted');
  await page.getByText(/^1 entry of \d+$/).waitFor();
  await page.getByRole('link', { name: /StatusNotification/ }).click();
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.getByText('"GroundFailure"', { exact: true }).waitFor();
  await search(page, 'finding:field-unknown');
  await page.getByText(/^1 entry of \d+$/).waitFor();
  await page.getByRole('link', { name: /Heartbeat/ }).click();
  await entry.getByText('surplus').first().waitFor();
  await search(page, 'stauts:Faulted');
  await page.getByRole('alert').getByText('did you mean status?').waitFor();
  await search(page, 'nothing-says-this');
  await page.getByText(/^0 entries of \d+$/).waitFor();
});

test('a session has its verdict, chart and diagram, and each leads to its entry', { skip }, async () => {
  await using opened = await open('/');
  const { page } = opened;
  await part(page, 'Sessions')
    .getByRole('row', { name: /The card was refused/ })
    .getByRole('link')
    .click();
  const verdict = part(page, 'Failed The card was refused (Invalid, 3 times); nobody charged.');
  await verdict.waitFor();
  await page.goBack();
  await part(page, 'Sessions')
    .getByRole('row', { name: /Charged/ })
    .getByRole('link')
    .click();
  const chart = page.getByRole('slider', { name: /^Session over time/ });
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const entry = page.getByRole('complementary', { name: 'Entry' });
  await entry.waitFor();
  await page.goBack();
  const diagram = part(page, 'Sequence diagram');
  await diagram.getByRole('link', { name: /StopTransaction/ }).click();
  await entry.getByRole('heading', { name: 'StopTransaction' }).waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await part(page, 'Station CP-7').getByText('Connectors reported Faulted').waitFor();
  await part(page, 'Station CP-7').getByRole('link', { name: 'field-unknown' }).click();
  await entry.getByRole('heading', { name: 'Heartbeat' }).waitFor();
});

test('no id is in it, it says what was replaced, and what a station sent runs nowhere', {
  skip,
}, async () => {
  const bytes = await readFile(file);
  const { texts, page: own, head } = readBundle(bytes);
  for (const id of IDS) {
    for (const text of [bytes.toString(), own, ...Object.values(texts)])
      assert.ok(!text.toLowerCase().includes(id.toLowerCase()), id);
  }
  assert.ok(texts.entries.includes('</script>'));
  assert.ok(!bytes.includes('window.hit'));
  assert.equal(head.pseudonymised, true);
  await using opened = await open('/');
  const { page } = opened;
  const { texts: faults } = faultsOf(page);
  await part(page, 'What was replaced').getByText('id tags and tokens').waitFor();
  await page.getByRole('link', { name: 'Messages' }).click();
  await search(page, 'action:DataTransfer');
  await page.getByRole('link', { name: /DataTransfer/ }).click();
  await page.getByRole('complementary', { name: 'Entry' }).getByText('window.hit').first().waitFor();
  assert.equal(await page.evaluate('window.hit'), undefined);
  assert.deepEqual(faults, []);
});

test('its policy lets no other script run', { skip }, async () => {
  await using opened = await open('/');
  const { page } = opened;
  const { texts } = faultsOf(page);
  const inline = `(() => {
    const script = document.createElement('script');
    script.textContent = 'window.hit = 1';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.hit = 1">');
  })()`;
  await page.evaluate(inline);
  await until(page, 'document.images[0].complete');
  assert.equal(await page.evaluate('window.hit'), undefined);
  // What the console says comes by another way than what is asked of the page.
  await soon(async () => assert.ok(texts.some((text) => text.includes('Content Security Policy'))));
});

test('the trace inside is saved as the export gives it', { skip }, async () => {
  const trace = await exported(['--charger=CP-7', '--format=trace', '--pseudonymise']);
  assert.equal(trace.code, 0, trace.stderr);
  await using opened = await open('/', { acceptDownloads: true });
  const { page } = opened;
  const button = page.getByRole('button', { name: 'Open OCPP Trace' });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  assert.equal(download.suggestedFilename(), 'open-ocpp-trace.jsonl');
  assert.equal(await readFile(await download.path(), 'utf8'), trace.stdout);
});

test('the page of a session makes one, of all that the station said around it', {
  skip,
  timeout: 300_000,
}, async () => {
  const answer = await admin.server.get(
    '/sessions?from=2026-01-05&to=2026-01-06&charger_id=CP-7&verdict=charged',
  );
  // Safe: the route is held to its schema elsewhere.
  const { sessions } = (await answer.json()) as {
    sessions: readonly { readonly id: string; readonly verdict: { readonly text: string } }[];
  };
  const [session] = sessions;
  assert.ok(session);
  await using opened = await openPage(
    browser,
    `${admin.server.url}/session/${encodeURIComponent(session.id)}?zone=utc`,
    { storageState: admin.state },
  );
  const { page } = opened;
  // The size is told, and the file made, by threads that stand behind all others: on a busy machine each is begun late.
  page.setDefaultTimeout(140_000);
  await page.getByRole('button', { name: 'For the vendor' }).click();
  const dialog = page.getByRole('dialog', { name: 'Download' });
  await dialog.getByText(/entries, about/).waitFor();
  assert.equal(await dialog.getByRole('radio', { name: /^Bundle/ }).isChecked(), true);
  assert.equal(await dialog.getByRole('checkbox', { name: /^Pseudonymise/ }).isChecked(), true);
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('button', { name: 'Make the file' }).click();
  const link = dialog.getByRole('link', { name: 'Save the file' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.match(download.suggestedFilename(), /^ocpp-logs-depot-20260105-20260105\.html$/);
  const { head } = readBundle(await readFile(await download.path()));
  // Safe: sessions are those of the API.
  const told = head.sessions as typeof sessions;
  assert.equal(told.find(({ id }) => id === session.id)?.verdict.text, session.verdict.text);
});
