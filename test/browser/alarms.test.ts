/** Alarms on the server itself: those that come with it, one that is tried and made, and what comes true while one looks. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { ADMIN_TOKEN } from '../e2e/running-server.ts';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser, { config: 'sites: [{id: depot, name: Depot North}, {id: yard}]\n' });
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

const open = (path: string, options: BrowserContextOptions = {}) =>
  openPage(browser, admin.server.url + path, { storageState: admin.state, ...options });

async function say(charger: string, status: string): Promise<void> {
  const payload = { connectorId: 1, errorCode: 'NoError', status };
  const line = {
    charger_id: charger,
    occurrence_time: new Date().toISOString(),
    direction: 'station_to_csms',
    frame: JSON.stringify([2, `m-${charger}-${status}`, 'StatusNotification', payload]),
  };
  const answer = await fetch(`${admin.server.url}/rest/v1/ocpp-logs/site/depot`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/x-ndjson',
      'x-ocpp-logs-end': '1',
    },
    body: `${JSON.stringify(line)}\n`,
  });
  assert.equal(answer.status, 200);
}

test('an alarm is tried on what is stored, made, and told of while one looks, with the way to its entry', {
  skip,
}, async () => {
  await say('CP-0', 'Preparing');
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Alarms' }).click();
  const alarms = page.getByRole('table', { name: 'Alarms' });
  await alarms.getByRole('rowheader', { name: /^Connector Faulted/ }).waitFor();
  await alarms.getByRole('rowheader', { name: /^Station silent for 15 minutes/ }).waitFor();
  await page.getByText('Nothing so far.').waitFor();

  await page.getByRole('link', { name: 'Make an alarm' }).click();
  await page.getByLabel('Name').fill('Preparing at the depot');
  const rule = page.getByLabel('What it waits for');
  await rule.fill('status:Preparing then status:Charging');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('Write THEN, or put it in quotes to look for the word.').waitFor();
  await rule.fill('status:Preparing');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('1 time, at 1 station; 1 entry looked at.').waitFor();
  const tried = page.getByRole('table', { name: 'Where it would have come true' });
  assert.equal(await tried.getByRole('rowheader').textContent(), 'CP-0depot');
  await page.getByLabel('Only some').check();
  await page.getByLabel('Depot North').check();
  await page.getByRole('button', { name: 'Make the alarm' }).click();
  await alarms.getByRole('rowheader', { name: /^Preparing at the depot/ }).waitFor();

  await say('CP-1', 'Preparing');
  await page.getByText('Preparing at the depot: CP-1').waitFor();
  const told = page.getByRole('table', { name: 'What came true' });
  await told.getByRole('rowheader', { name: /CP-1/ }).waitFor();
  assert.equal(await told.getByRole('row').count(), 2, 'what happened before it was made is not told');
  await told.getByRole('link', { name: 'Entry' }).click();
  await page.waitForURL(/\/explore\?.*entry=/);
  await page.getByRole('complementary').getByText('Preparing').first().waitFor();
});

test('an alarm is changed with a target whose secret is never shown, switched off and removed', {
  skip,
}, async () => {
  await using opened = await open('/alarm-overview?add=1');
  const { page } = opened;
  await page.getByLabel('Name').fill('Hooked');
  await page.getByLabel('What it waits for').fill('action:Reset');
  await page.getByRole('button', { name: 'Add a target' }).click();
  await page.getByLabel('Address').fill('http://127.0.0.1:1/');
  await page.getByLabel('Secret').fill('geheim');
  await page.getByRole('button', { name: 'Make the alarm' }).click();
  await page.getByText(/^Must not lead to 127\.0\.0\.1, a private address/).waitFor();
  await page.getByLabel('Address').fill('https://hooks.example/x');
  await page.getByRole('button', { name: 'Make the alarm' }).click();
  const row = page.getByRole('table', { name: 'Alarms' }).getByRole('row', { name: /^Hooked/ });
  await row.getByText('webhook').waitFor();
  await row.getByRole('link', { name: 'Change Hooked' }).click();
  await page.getByText('There is one, which stays unless another is given.').waitFor();
  assert.equal(await page.getByLabel('Secret').inputValue(), '');
  // A name that nobody has (RFC 2606).
  await page.getByRole('button', { name: 'Send a test notice to target 1' }).click();
  await page
    .getByRole('status')
    .getByText(/^It was not taken: /)
    .waitFor();
  // What is tried is what is kept: while the fields say something else, nothing can be.
  const tryIt = page.getByRole('button', { name: 'Send a test notice to target 1' });
  await page.getByLabel('Address').fill('https://hooks.example/other');
  await page.getByRole('status').getByText('Keep the alarm first: only what is kept can be tried.').waitFor();
  assert.equal(await tryIt.isDisabled(), true);
  await page.getByLabel('Address').fill('https://hooks.example/x');
  await page
    .getByRole('status')
    .getByText(/^It was not taken: /)
    .waitFor();
  assert.equal(await tryIt.isEnabled(), true);
  await page.getByLabel('On', { exact: false }).last().uncheck();
  await page.getByRole('button', { name: 'Keep it so' }).click();
  await row.getByText('off').waitFor();
  await row.getByRole('link', { name: 'Change Hooked' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await row.waitFor({ state: 'detached' });
});

test('an alarm that nobody answers for says why, and is taken over', { skip }, async () => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const { url } = admin.server;
  const post = async (
    path: string,
    body: object,
    as = headers,
  ): Promise<{ readonly id: string; readonly bearer: string }> => {
    const answer = await fetch(`${url}/rest/v1${path}`, {
      method: 'POST',
      headers: as,
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    // Safe: the test looks at no more than what the route that was asked has.
    return (await answer.json()) as { readonly id: string; readonly bearer: string };
  };
  const key = await post('/keys', { name: 'of a script', scopes: ['admin'] });
  const alarm = await post(
    '/alarms',
    { name: 'Left alone', rule: 'action:Reset' },
    { ...headers, authorization: `Bearer ${key.bearer}` },
  );
  assert.equal(
    (
      await fetch(`${url}/rest/v1/keys/${key.id}`, {
        method: 'DELETE',
        headers: { authorization: headers.authorization },
      })
    ).status,
    204,
  );
  await using opened = await open('/alarm-overview');
  const { page } = opened;
  const row = page.getByRole('table', { name: 'Alarms' }).getByRole('row', { name: /^Left alone/ });
  await row.getByText('stopped', { exact: true }).waitFor();
  await row.getByText('Tells nothing: the key that answered for it was revoked.').waitFor();
  await screenshot(page, 'alarms-unkept');
  assert.deepEqual(await violations(page), []);
  await row.getByRole('button', { name: 'Take it over: Left alone' }).click();
  await page.getByText('You answer for Left alone now: it tells what comes from here on').waitFor();
  await row.getByText('on', { exact: true }).waitFor();
  assert.equal(await row.getByRole('button').count(), 0);
  const gone = await fetch(`${url}/rest/v1/alarms/${alarm.id}`, {
    method: 'DELETE',
    headers: { authorization: headers.authorization },
  });
  assert.equal(gone.status, 204);
});

test('who changes an alarm that somebody else changed meanwhile is shown how, and keeps what was typed', {
  skip,
}, async () => {
  const as = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const send = async (method: string, path: string, body: object): Promise<{ readonly id: string }> => {
    const address = `${admin.server.url}/rest/v1${path}`;
    const answer = await fetch(address, { method, headers: as, body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.clone().text());
    // Safe: the test looks at no more than what the route that was asked has.
    return (await answer.json()) as { readonly id: string };
  };
  const { id } = await send('POST', '/alarms', { name: 'Shared', rule: 'action:Reset' });
  const theirs = (rule: string) => send('PUT', `/alarms/${id}`, { name: 'Shared', rule });
  await using opened = await open(`/alarm-overview?edit=${id}`);
  const { page } = opened;
  const name = page.getByLabel('Name');
  const rule = page.getByLabel('What it waits for');
  const told = page.getByRole('alert').filter({ hasText: 'Somebody else changed this alarm meanwhile' });
  const keep = page.getByRole('button', { name: 'Keep it so' });
  await name.fill('Mine');
  await theirs('action:Heartbeat');
  await keep.click();
  await told.getByText('What it waits for: action:Heartbeat').waitFor();
  assert.deepEqual([await name.inputValue(), await rule.inputValue()], ['Mine', 'action:Reset']);
  await screenshot(page, 'alarms-changed-meanwhile');
  assert.deepEqual(await violations(page), []);

  await told.getByRole('button', { name: 'Take it as it is now' }).click();
  await told.waitFor({ state: 'detached' });
  assert.deepEqual([await name.inputValue(), await rule.inputValue()], ['Shared', 'action:Heartbeat']);
  await name.fill('Mine after all');
  await theirs('action:Authorize');
  await page.getByRole('button', { name: 'Remove it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await dialog.getByText('Somebody else changed this alarm meanwhile: look at it again').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await told.getByText('What it waits for: action:Authorize').waitFor();
  await told.getByRole('button', { name: 'Go on with mine' }).click();
  await told.waitFor({ state: 'detached' });
  assert.equal(await name.inputValue(), 'Mine after all');
  await keep.click();
  const row = page.getByRole('table', { name: 'Alarms' }).getByRole('row', { name: /^Mine after all/ });
  await row.getByText('action:Heartbeat').waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`${colorScheme} at ${width} px: axe finds nothing in alarms`, { skip }, async () => {
      const wider = `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.documentElement)`;
      for (const path of ['/alarm-overview', '/alarm-overview?edit=alarm_faulted']) {
        await using opened = await open(path, { colorScheme, viewport: { width, height: 900 } });
        const { page } = opened;
        const heading = path.includes('edit') ? 'Connector Faulted' : 'Alarms';
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        if (path.includes('edit')) await page.getByRole('button', { name: 'Add a target' }).click();
        await until(page, `document.querySelector('[role=progressbar]') === null`);
        await screenshot(page, `alarms-${path.includes('edit') ? 'edit-' : ''}${colorScheme}-${width}`);
        assert.deepEqual(await violations(page), []);
        assert.equal(await page.evaluate<boolean>(wider), false);
        const person = await page.getByRole('button', { name: /^Signed in as/ }).boundingBox();
        assert.ok(person !== null && person.x + person.width <= width, 'the menu of the person is in sight');
        const pages = page.getByRole('navigation', { name: 'Pages' });
        const last = await (width > 740
          ? pages.getByRole('link', { name: 'Settings' })
          : pages.getByRole('button', { name: 'Alarms, all pages' })
        ).boundingBox();
        assert.ok(last !== null && last.x + last.width <= person.x, 'all pages are in sight');
      }
    });
  }
}
