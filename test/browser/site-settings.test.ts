/** What stations must show, their passwords, and the end of a site, in its settings on the server itself. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
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

/** Whether the station is let in. */
async function letIn(site: string, charger: string, password: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${charger}:${password}`).toString('base64')}`;
  const url = `${admin.server.url.replace('http', 'ws')}/ocpp/${site}/${charger}`;
  const station = new WebSocket(url, 'ocpp1.6', { headers: { authorization } });
  const entered = once(station, 'open').then(() => true);
  const refused = once(station, 'unexpected-response').then(([, response]) => {
    assert.equal(response.statusCode, 401);
    response.destroy();
    return false;
  });
  station.on('error', () => undefined);
  const known = await Promise.race([entered, refused]);
  station.terminate();
  return known;
}

test('stations must show a password: it is made, shown once, lets in, is set, and is taken away', {
  skip,
}, async () => {
  const made = await fetch(`${admin.server.url}/rest/v1/sites`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'bench' }),
  });
  assert.equal(made.status, 201);
  const address = `${admin.server.url}/settings/sites?site=bench`;
  await using opened = await openPage(browser, address, { storageState: admin.state });
  const { page } = opened;
  await page.getByLabel('What stations must show').selectOption('basic');
  const means = page.getByRole('region', { name: 'What this change means' });
  await means.getByText('not let in when they connect again').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The site is changed').waitFor();
  assert.equal(await letIn('bench', 'CP_1', 'x'.repeat(20)), false);

  await page.getByLabel('Station', { exact: true }).fill('CP_1');
  await page.getByRole('button', { name: 'Make a password' }).click();
  const shown = page.getByRole('region', { name: 'The new password' });
  const password = (await shown.locator('code').textContent()) ?? '';
  assert.match(password, /^\S{16,40}$/);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'settings-station-password');
  assert.equal(await letIn('bench', 'CP_1', password), true);
  await page.reload();
  await page.getByLabel('Station', { exact: true }).waitFor();
  await until(page, `document.querySelector('[role=progressbar]') === null`);
  assert.equal(await page.getByText(password).count(), 0, 'it is shown this once');

  await page.getByLabel('Station', { exact: true }).fill('CP_1');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await until(page, `document.activeElement?.value === 'short'`);
  await page.getByLabel('Password', { exact: true }).fill('theOneThatItHas16');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await shown.getByText('theOneThatItHas16').waitFor();
  assert.equal(await letIn('bench', 'CP_1', 'theOneThatItHas16'), true);
  assert.equal(await letIn('bench', 'CP_1', password), false);

  await page.getByRole('button', { name: 'Remove its password' }).click();
  await page.getByRole('button', { name: 'Remove it', exact: true }).click();
  await page.getByText('CP_1 has no password any more').waitFor();
  assert.equal(await letIn('bench', 'CP_1', 'theOneThatItHas16'), false);
});

test('a password beside an upstream is refused at its field, and none is asked for there', {
  skip,
}, async () => {
  const address = `${admin.server.url}/settings/sites?add=1`;
  await using opened = await openPage(browser, address, { storageState: admin.state });
  const { page } = opened;
  await page.getByLabel('Id', { exact: true }).fill('relayed');
  await page.getByLabel('A CSMS behind this server').check();
  await page.getByLabel('Address of that CSMS').fill('wss://csms.example/ocpp/{charger}');
  await page.getByLabel('What stations must show').selectOption('basic');
  await page.getByRole('button', { name: 'Add the site' }).click();
  await page.getByText(/must not be basic beside an upstream/i).waitFor();
  await page.getByLabel('What stations must show').selectOption('none');
  await page.getByRole('button', { name: 'Add the site' }).click();
  await page.getByRole('heading', { level: 1, name: 'relayed', exact: true }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Passwords of stations' }).count(), 0);
});

test('a site is removed by its name once nothing is kept of it, and not before', { skip }, async () => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const send = (path: string, body: string, type = 'application/json') =>
    fetch(`${admin.server.url}/rest/v1${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body,
    });
  for (const id of ['mistyped', 'in-use']) {
    assert.equal((await send('/sites', JSON.stringify({ id, name: `Site ${id}` }))).status, 201);
  }
  const line = {
    charger_id: 'CP1',
    occurrence_time: '2026-01-05T10:00:00Z',
    direction: 'station_to_csms',
    frame: '[2,"1","Heartbeat",{}]',
  };
  const pushed = await send('/ocpp-logs/site/in-use', JSON.stringify(line), 'application/x-ndjson');
  assert.equal(pushed.status, 200);
  const address = (id: string) => `${admin.server.url}/settings/sites?site=${id}`;
  await using opened = await openPage(browser, address('in-use'), { storageState: admin.state });
  const { page } = opened;
  await page.getByRole('button', { name: 'Remove Site in-use (in-use)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the site Site in-use (in-use)?' });
  await dialog.getByRole('button', { name: 'Remove Site in-use (in-use)' }).click();
  await dialog.getByText('The site has 1 entry').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await page.goto(address('mistyped'));
  await page.getByRole('button', { name: 'Remove Site mistyped (mistyped)' }).click();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'settings-site-removal');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click();
  await page.getByText('The site Site mistyped (mistyped) is removed').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Sites', exact: true }).waitFor();
  assert.equal(await page.getByRole('row', { name: /mistyped/ }).count(), 0);
  const known = (await (await admin.server.get('/rest/v1/sites')).json()) as { readonly id: string }[];
  assert.deepEqual(known.map(({ id }) => id).includes('mistyped'), false);
});
