/** What only the entries around tell of an entry, of a station that speaks to the server itself: at the entry, by a search, from the fleet. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { eventually } from '../e2e/running-server.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { counted, panel, ready, row, search } from './explore-page.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const CHARGER = 'EV_201';
/** 2 never comes. */
const NUMBERS = [0, 1, 3];
let browser: Browser;
let admin: SignedIn;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
  admin = await startSignedIn(browser);
  await charge();
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
});

/** One transaction, each event answered by the built-in CSMS before the next one. */
async function charge(): Promise<void> {
  const { server } = admin;
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/${CHARGER}`, 'ocpp2.0.1');
  await once(socket, 'open');
  for (const [place, seqNo] of NUMBERS.entries()) {
    const answered = once(socket, 'message');
    const event = {
      eventType: ['Started', 'Updated', 'Ended'][place],
      timestamp: new Date().toISOString(),
      triggerReason: ['CablePluggedIn', 'MeterValuePeriodic', 'EVDeparted'][place],
      seqNo,
      transactionInfo: { transactionId: 'TX-7' },
      evse: { id: 1, connectorId: 1 },
    };
    socket.send(JSON.stringify([2, `event-${seqNo}`, 'TransactionEvent', event]));
    await answered;
  }
  const closed = once(socket, 'close');
  socket.close();
  await closed;
  const query = `from=2020-01-01&to=2100-01-01&charger_id=${CHARGER}`;
  await eventually(
    async () => {
      const page = await server.get(`/ocpp-logs/site/bench?${query}`);
      return ((await page.json()) as { readonly count: number }).count;
    },
    (count) => count === NUMBERS.length,
  );
}

const open = (path: string) =>
  openPage(browser, admin.server.url + path, {
    storageState: admin.state,
    viewport: { width: 1440, height: 900 },
  });

/** The entry that is open says it: what, in words, which number, and by which clause, at the line of the number. */
async function saysGap(page: Page): Promise<void> {
  const entry = panel(page);
  const told = entry.getByRole('listitem').filter({ hasText: 'seq-gap' });
  await told.waitFor();
  assert.equal(
    await told.textContent(),
    'seq-gap A sequence number of the transaction never came. request.seqNo',
  );
  const line = entry.locator('[data-finding]').filter({ hasText: 'seq-gap' });
  assert.match((await line.locator('code').first().textContent()) ?? '', /"seqNo": ?3/);
  assert.equal(
    await line.locator('p').textContent(),
    'seq-gap A sequence number of the transaction never came. (2 of TX-7)OCPP 2.0.1 TransactionEventRequest.seqNo, E01',
  );
}

test('the entry behind a number that lacks says so with its clause, and a search for it finds this entry alone', {
  skip,
}, async () => {
  await using opened = await open('/explore?zone=utc');
  const { page } = opened;
  await counted(page, NUMBERS.length);
  await row(page, 1).click();
  await saysGap(page);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'neighbours-entry');
  // The entries before it are as they must be.
  await page.keyboard.press('j');
  await panel(page).getByText('event-1').first().waitFor();
  await panel(page).getByText('Raw text', { exact: true }).waitFor();
  assert.equal(await panel(page).getByText('seq-gap').count(), 0);
  await page.keyboard.press('Escape');

  await search(page).fill('finding:seq-gap');
  await search(page).press('Enter');
  await page.waitForURL(/q=finding%3Aseq-gap/);
  await counted(page, 1);
  await row(page, 1).click();
  await saysGap(page);
  await panel(page).getByText('event-3').first().waitFor();
});

test('the fleet counts what neighbours tell, and its number leads to the entries that are counted', {
  skip,
}, async () => {
  await using opened = await open('/explore');
  const { page } = opened;
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fleet' }).click();
  const station = page.getByRole('region', { name: /^Fleet by/ }).getByRole('row', { name: CHARGER });
  const gap = station.getByRole('link', { name: 'seq-gap 1', exact: true });
  await gap.waitFor();
  await screenshot(page, 'neighbours-fleet');
  await gap.click();
  await page.waitForURL(/\/explore\?/);
  assert.equal(await search(page).inputValue(), `station:${CHARGER} finding:seq-gap`);
  await counted(page, 1);
  await ready(page);
  await row(page, 1).click();
  await saysGap(page);
});
