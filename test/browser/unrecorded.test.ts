/** More comes than the recorder may hold: the page about the server's health says how much went unrecorded, as it is counted. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { eventually, temporaryFolder } from '../e2e/running-server.ts';
import { entriesOf, metric } from '../faults/site-entries.ts';
import { launch, screenshot, violations, withoutBrowser } from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

/** Some of them are more than may wait for the disk. */
const LONG = 'x'.repeat(3 * 1024 * 1024);
const CALLS_MAX = 100;

const skip = withoutBrowser();
let browser: Browser;
let admin: SignedIn;
let folder = '';

before(async () => {
  if (skip !== false) return;
  folder = await temporaryFolder();
  browser = await launch();
  admin = await startSignedIn(browser, { config: 'sites:\n  - id: depot\n', folder });
});
after(async () => {
  await browser?.close();
  await admin?.server.stop('SIGKILL');
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

test('frames that went unrecorded are told where the state of the server is, as many as are counted, and their gap', {
  skip,
}, async (t) => {
  const { server } = admin;
  const station = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/depot/CP1`, 'ocpp1.6');
  t.after(() => station.terminate());
  await once(station, 'open');
  const call = async (id: string, data: string) => {
    const answered = once(station, 'message');
    station.send(JSON.stringify([2, id, 'DataTransfer', { vendorId: 'v', data }]));
    await answered;
  };
  const unrecorded = () => metric(server, 'unrecorded_total');

  await using opened = await openPage(browser, `${server.url}/settings/health`, {
    storageState: admin.state,
  });
  const { page } = opened;
  const worries = page.getByRole('list', { name: 'What needs attention' }).getByRole('listitem');
  const recording = page
    .getByText('Recording', { exact: true })
    .locator('..')
    .getByRole('definition')
    .first();
  await recording.getByText('yes').waitFor();
  assert.equal(await worries.filter({ hasText: 'unrecorded' }).count(), 0);

  await call('first', '');
  await eventually(
    () => entriesOf(server, 'depot', 'exchange'),
    (entries) => entries.length === 1,
  );
  const other = new DatabaseSync(join(folder, 'logs/00000001.db'), { timeout: 20_000 });
  let isLocked = true;
  const unlock = () => {
    if (isLocked) other.close();
    isLocked = false;
  };
  t.after(unlock);
  other.exec('BEGIN IMMEDIATE');
  let calls = 0;
  while ((await unrecorded()) === 0) {
    assert.ok(calls < CALLS_MAX, 'that much has no room');
    calls += 1;
    await call(`long${calls}`, LONG);
  }
  // Of a call and its answer at least.
  await call('one-more', LONG);
  const lost = await unrecorded();
  const text = `${lost.toLocaleString('en')} frames went unrecorded since the start, in those gaps.`;
  await worries.getByText(text, { exact: true }).waitFor();
  await worries.getByText('The server does not record now. Its log says why.').waitFor();
  await recording.getByText('no').waitFor();
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'unrecorded');

  unlock();
  await eventually(
    () => metric(server, 'uncommitted_bytes'),
    (bytes) => bytes === 0,
  );
  await call('after', '');
  await eventually(
    () => entriesOf(server, 'depot', 'gap'),
    (gaps) => gaps.length === 1 && gaps[0]?.exchange.event?.reason === 'the store did not keep up',
  );
  await worries
    .getByText('Recording had 1 gap in the last 24 hours. The logs show them as entries.')
    .waitFor();
  await recording.getByText('yes').waitFor();
  assert.equal(await unrecorded(), lost);
  await worries.getByText(text, { exact: true }).waitFor();
});
