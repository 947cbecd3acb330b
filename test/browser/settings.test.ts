/** The settings on the server itself: sites, keys, imports, state, appearance; and searches that are kept. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ADMIN_TOKEN } from '../e2e/running-server.ts';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
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

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

const PAGES = [
  ['sites', 'Sites'],
  ['sites?add=1', 'Add a site'],
  ['keys', 'Keys'],
  ['keys?add=1', 'Make a key'],
  ['audit', 'Audit log'],
  ['users', 'Users'],
  ['users?add=1', 'Add a user'],
  ['import', 'Import'],
  ['health', 'Storage and health'],
  ['appearance', 'Appearance'],
  ['account', 'sam'],
] as const;

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`${colorScheme} at ${width} px: no page has anything that axe finds, or is wider than the screen`, {
      skip,
    }, async () => {
      const viewport = { width, height: 844 };
      await using opened = await open('/settings', { colorScheme, viewport, hasTouch: width < 500 });
      const { page } = opened;
      for (const [path, title] of PAGES) {
        await page.goto(`${admin.server.url}/settings/${path}`);
        await heading(page, title).waitFor();
        await until(page, `document.querySelector('[role=progressbar]') === null`);
        assert.deepEqual(await violations(page), [], path);
        const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        assert.equal(await page.evaluate(wider), false, path);
        await screenshot(page, `settings-${path.replace(/\W.*/, '-form')}-${colorScheme}-${width}`);
      }
    });
  }
}

test('a site is added, and a change says what it means before it is made', { skip }, async () => {
  await using opened = await open('/settings/sites?add=1');
  const { page } = opened;
  await page.getByLabel('Id', { exact: true }).fill('depot');
  await page.getByLabel('Name').fill('Depot North');
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await page.getByRole('button', { name: 'Add the site' }).click();
  await until(page, `document.activeElement?.value === 'Mars/Olympus'`);
  assert.equal(await page.getByLabel('Name').inputValue(), 'Depot North');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Add the site' }).click();
  await heading(page, 'Depot North').waitFor();
  await page.getByText(`${admin.server.url.replace('http', 'ws')}/ocpp/depot/{charger}`).waitFor();

  await page.getByLabel('For some days').check();
  await page.getByLabel('Days', { exact: true }).fill('30');
  const means = page.getByRole('region', { name: 'What this change means' });
  await means.getByText('Entries older than 30 days are removed').waitFor();
  await screenshot(page, 'settings-site-change');
  await page.getByRole('button', { name: 'Save, and remove older entries' }).click();
  await page.getByText('The site is changed').waitFor();
  await page.getByRole('link', { name: 'All sites' }).click();
  await page
    .getByRole('row', { name: /Depot North/ })
    .getByText('30 days')
    .waitFor();
});

test('what of a site is kept is chosen, told of before it is saved, and is so then', { skip }, async () => {
  const made = await fetch(`${admin.server.url}/rest/v1/sites`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'kept' }),
  });
  assert.equal(made.status, 201);
  await using opened = await open('/settings/sites?site=kept');
  const { page } = opened;
  await heading(page, 'kept').waitFor();
  await page.getByLabel('Charging and faults').check();
  await page.getByLabel('Pseudonyms for id tags').check();
  await page.getByLabel('Some for less long').check();
  assert.deepEqual(await violations(page), []);
  await page.getByLabel('Days of all the rest').fill('soon');
  const means = page.getByRole('region', { name: 'What this change means' });
  await means.getByText('meter values, heartbeats, commands').waitFor();
  await means.getByText('Id tags are replaced by pseudonyms').waitFor();
  await page.getByRole('button', { name: /^Save/ }).click();
  await until(page, `document.activeElement?.value === 'soon'`);
  await page.getByLabel('Days of all the rest').fill('7');
  await screenshot(page, 'settings-site-privacy');
  await page.getByRole('button', { name: 'Save, and remove older entries' }).click();
  await page.getByText('The site is changed').waitFor();
  const kept = (await (await admin.server.get('/rest/v1/sites/kept')).json()) as Record<string, unknown>;
  assert.deepEqual(
    [kept.level, kept.pseudonymise_id_tags, kept.retention_days_info, kept.retention_days_debug],
    ['info', true, 0, 7],
  );
});

test('a key is made by keys alone, shown once, works, and is refused when it is revoked', {
  skip,
}, async () => {
  await using opened = await open('/settings/keys?add=1');
  const { page } = opened;
  await page.getByLabel('Name').focus();
  await page.keyboard.type('Grafana');
  await page.keyboard.press('Enter');
  await heading(page, 'Your new key').waitFor();
  assert.deepEqual(await violations(page), []);
  const example = (await page.getByText(/^curl/).textContent()) ?? '';
  const bearer = /Bearer (\S+)'/.exec(example)?.[1] ?? '';
  const ask = () =>
    fetch(`${admin.server.url}/rest/v1/sites`, { headers: { authorization: `Bearer ${bearer}` } });
  assert.equal((await ask()).status, 200);

  await page.goto(`${admin.server.url}/settings/keys`);
  const row = page.getByRole('row', { name: /Grafana/ });
  await row.waitFor();
  assert.doesNotMatch(await page.content(), new RegExp(bearer));
  await row.getByRole('button', { name: 'Revoke Grafana' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).press('Enter');
  await row.getByText('revoked').waitFor();
  assert.equal((await ask()).status, 401);
});

test('the audit log tells who made the key, by what was done and by whom', { skip }, async () => {
  await using opened = await open('/settings/audit');
  const { page } = opened;
  await heading(page, 'Audit log').waitFor();
  const made = page.getByRole('row', { name: /made a key.*name: Grafana/ });
  await made.waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'settings-audit');
  await page.getByLabel('What was done').selectOption('sign-in');
  await made.waitFor({ state: 'detached' });
  await page
    .getByRole('row', { name: /signed in/ })
    .first()
    .waitFor();
  await page.getByLabel('Who, by name or id').fill('nobody at all');
  await page.getByLabel('Who, by name or id').press('Enter');
  await page.getByText('Nothing of this kind.').waitFor();
});

interface OpenApi {
  readonly paths: Readonly<
    Record<
      '/imports',
      {
        readonly post: {
          readonly parameters: readonly {
            readonly name: string;
            readonly schema: { readonly enum?: readonly string[] };
          }[];
        };
      }
    >
  >;
}

const LOG = [
  '[INFO ] 2026-01-31 12:00:00,350 de.rwth.idsg.steve.ocpp.ws.WebSocketLogger - [chargeBoxId=CP_1, sessionId=5863aadf-62e4] Received: [2,"17","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]',
  '[INFO ] 2026-01-31 12:00:00,391 de.rwth.idsg.steve.ocpp.ws.WebSocketLogger - [chargeBoxId=CP_1, sessionId=5863aadf-62e4] Sending: [3,"17",{"currentTime":"2026-01-31T11:00:00Z","interval":300,"status":"Accepted"}]',
  '[INFO ] 2026-01-31 12:00:01,020 de.rwth.idsg.steve.service.ChargePointService - something else of the program',
  '',
].join('\n');

test('files are previewed, asked for what they lack, imported, and found in the logs', { skip }, async () => {
  await using opened = await open('/settings/import', { timezoneId: 'Europe/Berlin' });
  const { page } = opened;
  await page.getByLabel('Site').fill('archive');
  const { paths } = (await (await admin.server.get('/openapi.json')).json()) as OpenApi;
  const known = paths['/imports'].post.parameters.find(({ name }) => name === 'format');
  const offered = page.getByLabel('Format', { exact: true }).locator('option');
  const values = await offered.evaluateAll((options: readonly { readonly value: string }[]) =>
    options.map(({ value }) => value),
  );
  assert.deepEqual(values, ['', ...(known?.schema.enum ?? [])]);
  await page
    .getByLabel('Choose files')
    .setInputFiles({ name: 'steve.log', mimeType: 'text/plain', buffer: Buffer.from(LOG) });
  await page.getByRole('button', { name: 'Preview' }).click();
  const report = page.getByRole('region', { name: 'steve.log' });
  await report.getByText(/add “Time zone”, such as Europe\/Berlin/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled(), true);
  assert.deepEqual(await violations(page), []);

  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Preview again' }).click();
  await report.getByText('1 entry (1 message)').waitFor();
  await report.getByText('another part of SteVe (line 3)').waitFor();
  await report.getByRole('cell', { name: 'BootNotification' }).waitFor();
  const before = await admin.server.get('/rest/v1/sites/archive');
  assert.equal(before.status, 404, 'nothing is made by a preview');
  await screenshot(page, 'settings-import-preview');

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('The import into archive is done').waitFor();
  await page.getByText('2 new, 0 stored before, 1 line left out.').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('link', { name: 'Look at the entries' }).click();
  await page.locator('[role=row]', { hasText: 'BootNotification' }).waitFor();
});

test('dropped files are taken as chosen ones are, and a preview can be discarded', { skip }, async () => {
  await using opened = await open('/settings/import');
  const { page } = opened;
  await page.getByLabel('Site').fill('archive');
  await page.getByText('or drop them here').waitFor();
  await page.evaluate(`(() => {
    const files = new DataTransfer();
    files.items.add(new File(['no log at all'], 'letter.txt'));
    const zone = document.querySelector('input[type=file]').parentElement;
    zone.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }));
  })()`);
  await page.getByRole('list', { name: 'Chosen files' }).getByText('letter.txt').waitFor();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('region', { name: 'letter.txt' }).getByText('not recognised').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('region', { name: 'letter.txt' }).waitFor({ state: 'detached' });
});

test('theme and clock are kept, and the logs open with them', { skip }, async () => {
  await using opened = await open('/settings/appearance', { colorScheme: 'light' });
  const { page } = opened;
  await page.getByLabel('Dark').check();
  await page.getByLabel('UTC the same everywhere').check();
  await page.reload();
  await heading(page, 'Appearance').waitFor();
  await until(page, `document.documentElement.dataset.theme === 'dark'`);
  await page.getByRole('link', { name: 'Logs', exact: true }).click();
  await page.waitForURL(/explore\?zone=utc/);
});

test('a search is kept under a name, shared, opened again, renamed and removed', { skip }, async () => {
  await using opened = await open('/explore?q=action:Heartbeat&from=-3h&columns=action,latency');
  const { page } = opened;
  const saved = () => page.getByRole('button', { name: 'Saved searches' }).click();
  await saved();
  await page.getByLabel('Save what is shown as').fill('Beats');
  await page.getByLabel('Share with everyone').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Beats shared by sam/ }).waitFor();
  assert.deepEqual(await violations(page), []);

  await page.goto(`${admin.server.url}/explore?q=status:Faulted&live=1`);
  await saved();
  await page.getByRole('button', { name: /^Beats/ }).click();
  await page.waitForURL(/q=action%3AHeartbeat/);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual(
    ['from', 'columns', 'live'].map((name) => query.get(name)),
    ['-3h', 'action,latency', null],
  );

  await saved();
  await page.getByRole('button', { name: 'Change Beats' }).click();
  await page.getByLabel('Name').fill('Signs of life');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Change Signs of life' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Really remove it' }).click();
  await page.getByText('Nothing is saved yet.').waitFor();
});
