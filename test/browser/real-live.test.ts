/** Live entries on the server itself: they arrive one by one and in order, and none is lost by looking elsewhere. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { connectStation } from '../e2e/ocpp-rpc-peers.ts';
import { startServer, temporaryFolder } from '../e2e/running-server.ts';
import { launch, screenshot, soon, until, withoutBrowser } from './browser.ts';
import {
  allRows,
  count,
  counted,
  drawnRows,
  grid,
  ready,
  row,
  scrollToPixel,
  scrollTop,
} from './explore-page.ts';
import { type PushedFrame, push } from './history.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';
import { simulateSession } from './simulated.ts';

const skip = withoutBrowser();
const CONFIG = 'sites: [{id: depot}, {id: yard}, {id: bulk}, {id: gate}, {id: later}]\n';
let browser: Browser;
let admin: SignedIn;
let folder = '';

before(async () => {
  if (skip !== false) return;
  folder = await temporaryFolder();
  browser = await launch();
  admin = await startSignedIn(browser, { config: CONFIG, folder });
});
after(async () => {
  await browser?.close();
  await admin?.server.stop();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** Live, with the tail open. */
async function openLive(path: string) {
  const opened = await openPage(browser, `${admin.server.url}/explore?live=1&from=-24h&${path}`, {
    storageState: admin.state,
    viewport: { width: 1440, height: 900 },
  });
  await following(opened.page);
  return opened;
}

const following = (page: Page) =>
  until(
    page,
    `[...document.querySelectorAll('button[aria-pressed=true]')].some((button) => button.textContent === 'Live')`,
  );

/** So many calls with their answers, as a CSMS pushes them. */
function heartbeats(count: number, name: string): readonly PushedFrame[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => [
    { charger: 'CP_1', at: now, up: true, frame: `[2,"${name}${index}","Heartbeat",{}]` },
    {
      charger: 'CP_1',
      at: now,
      up: false,
      frame: `[3,"${name}${index}",{"currentTime":"2026-01-05T00:00:00Z"}]`,
    },
  ]);
}

for (const version of ['1.6', '2.0.1'] as const) {
  test(`a live session of a simulated ${version} station is seen to arrive, every entry, in order`, {
    skip,
  }, async () => {
    const q = encodeURIComponent(`version:${version}`);
    await using opened = await openLive(
      `q=${q}&site=depot&columns=charger_id,message_id,action,time,outcome`,
    );
    const { page } = opened;
    await page.getByText('Nothing yet').or(page.getByText('No station has spoken here yet')).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      // Pages of the result; what came before the tail was open is asked for once by itself.
      if (/\/ocpp-logs\?.*(?:skip|cursor)=/.test(request.url())) asked.push(request.url());
    });
    const { charger, calls, answers } = await simulateSession(admin.server.url, 'depot', version, 30);
    await counted(page, calls.length);
    const words = { answered: 'Answered', error: 'Error' };
    // An answer comes after its call: the last of them may not be told yet.
    await soon(async () => {
      const rows = await allRows(page);
      assert.deepEqual(
        rows.map(([station, id]) => [station, id]),
        calls.toReversed().map(({ id }) => [charger, id]),
      );
      for (const [, id = '', action = '', , outcome] of rows) {
        const answer = answers.get(id);
        if (answer !== undefined) assert.equal(outcome, words[answer], `${action} ${id}`);
        assert.ok(action.startsWith(calls.find((call) => call.id === id)?.action ?? '?'));
      }
    });
    assert.deepEqual(asked, [], 'all of it came by the live tail');
    await screenshot(page, `live-session-${version}`);
  });
}

test('what came between the result and the opening of the tail is there, in its place and once', {
  skip,
}, async () => {
  await push(admin.server, 'gate', heartbeats(3, 'before-'));
  const path = '/explore?live=1&from=-24h&site=gate&columns=time,message_id';
  await using opened = await openPage(browser, 'about:blank', { storageState: admin.state });
  const { page } = opened;
  // The way to the tail is slow.
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await page.route(/\/ocpp-logs\/stream/, async (route) => {
    reach();
    await held;
    await route.continue();
  });
  await page.goto(admin.server.url + path);
  await reached;
  await counted(page, 3);
  await push(admin.server, 'gate', heartbeats(2, 'between-'));
  release();
  await following(page);
  await counted(page, 5);
  await push(admin.server, 'gate', heartbeats(1, 'after-'));
  await counted(page, 6);
  await soon(async () =>
    assert.deepEqual(
      (await allRows(page)).map(([, id]) => id),
      ['after-0', 'between-1', 'between-0', 'before-2', 'before-1', 'before-0'],
    ),
  );
});

test('a page that is made live later has what came while it was not', { skip }, async () => {
  await push(admin.server, 'later', heartbeats(2, 'before-'));
  await using opened = await openPage(browser, `${admin.server.url}/explore?from=-1h&site=later`, {
    storageState: admin.state,
  });
  const { page } = opened;
  await counted(page, 2);
  await push(admin.server, 'later', heartbeats(3, 'meanwhile-'));
  await page.getByRole('button', { name: 'Live' }).click();
  await following(page);
  await counted(page, 5);
});

test('scrolled away nothing moves and what waits is counted; back at the top it goes on', {
  skip,
}, async () => {
  const endpoint = `${admin.server.url.replace('http', 'ws')}/ocpp/yard`;
  const station = await connectStation(endpoint, 'CP_1', 'ocpp1.6');
  try {
    await push(admin.server, 'yard', heartbeats(200, 'before-'));
    await using opened = await openLive('site=yard&columns=time,message_id');
    const { page } = opened;
    await counted(page, 200);
    await station.call('Heartbeat', {});
    await counted(page, 201);
    await scrollToPixel(page, 2_000);
    await page.getByText(/^at row/).waitFor();
    for (const number of [74, 92]) await row(page, number).locator('time').waitFor();
    // Those that are on the screen; more are drawn beyond its edges, now and then.
    const onScreen = ([number]: readonly [number, unknown]) => number > 73 && number < 93;
    const seen = async () => ({
      rows: [...(await drawnRows(page))].filter(onScreen),
      top: await scrollTop(page),
    });
    const before = await seen();
    for (let call = 0; call < 12; call += 1) await station.call('Heartbeat', {});
    await page.getByRole('button', { name: /^12 new$/ }).waitFor();
    await push(admin.server, 'yard', heartbeats(300, 'while-'));
    const fresh = page.getByRole('button', { name: /^312 new$/ });
    await fresh.waitFor();
    assert.deepEqual(await seen(), before);
    await counted(page, 201);
    await screenshot(page, 'live-paused');

    await fresh.click();
    await counted(page, 513);
    await fresh.waitFor({ state: 'hidden' });
    await soon(async () => assert.equal(await scrollTop(page), 0));
    await soon(async () => assert.equal((await drawnRows(page)).get(1)?.[1], 'while-299'));
    // By the scrollbar, too.
    await scrollToPixel(page, 2_000);
    await page.getByText(/^at row/).waitFor();
    await station.call('Heartbeat', {});
    await page.getByRole('button', { name: /^1 new$/ }).waitFor();
    await scrollToPixel(page, 0);
    await counted(page, 514);
  } finally {
    await station.close();
  }
});

test('more than is held becomes a gap that says how many, and loads them', { skip }, async () => {
  await push(admin.server, 'bulk', heartbeats(100, 'before-'));
  await using opened = await openLive('site=bulk');
  const { page } = opened;
  await counted(page, 100);
  for (let batch = 0; batch < 5; batch += 1)
    await push(admin.server, 'bulk', heartbeats(500, `batch${batch}-`));
  await counted(page, 2_600);
  const told = page.getByText(/entries came that are not held here/);
  const top = Number(await grid(page).getAttribute('aria-rowcount')) * 28;
  // The gap stands between what is held and the hundred of the first result.
  await scrollToPixel(page, top - 28 * 130);
  await told.waitFor();
  const missed = Number(/^[\d,]+/.exec((await told.textContent()) ?? '')?.[0].replaceAll(',', ''));
  const rows = Number(await grid(page).getAttribute('aria-rowcount')) - 1;
  assert.equal(rows - 1 + missed, 2_600, 'what is held and what is told make all of it');
  await screenshot(page, 'live-gap');
  await page.getByRole('button', { name: 'Load them' }).click();
  await told.waitFor({ state: 'hidden' });
  await until(page, `document.querySelector('[role=grid]').getAttribute('aria-rowcount') === '2601'`);
  await counted(page, 2_600);
});

test('a server that was away leaves a gap in the live tail, and what came meanwhile is loaded', {
  skip,
}, async () => {
  await push(admin.server, 'yard', heartbeats(3, 'first-'));
  await using opened = await openPage(browser, 'about:blank', { storageState: admin.state });
  const { page } = opened;
  // What came before the tail was open is asked for once, and again by the next one where that was cut off.
  const before = page.waitForResponse((response) =>
    /\/ocpp-logs\?(?!.*(?:skip|cursor)=)/.test(response.url()),
  );
  const q = encodeURIComponent('message:(first-* OR away-* OR after-*)');
  const path = `/explore?live=1&from=-24h&site=yard&q=${q}&columns=message_id,time`;
  await page.goto(admin.server.url + path);
  await following(page);
  await ready(page);
  await counted(page, 3);
  await (await before).finished();
  const port = Number(new URL(admin.server.url).port);
  // The tail stays cut until it has missed something.
  const tails = /\/ocpp-logs\/stream/;
  await page.route(tails, (route) => route.abort());
  await admin.server.stop('SIGKILL');
  await page.getByRole('button', { name: 'Reconnecting' }).waitFor();
  assert.match((await count(page).textContent()) ?? '', /^3/);
  const server = await startServer({ config: CONFIG, folder, port });
  admin = { ...admin, server };
  await push(server, 'yard', heartbeats(2, 'away-'));
  await page.unroute(tails);
  const told = page.getByText('the connection was away too long to tell what came');
  await told.waitFor();
  await following(page);
  await push(server, 'yard', heartbeats(1, 'after-'));
  await page.getByRole('gridcell', { name: 'after-0' }).waitFor();
  // Three of before and this one: what was missed is neither shown nor counted yet.
  await counted(page, 4);
  await page.getByRole('button', { name: 'Load them' }).click();
  await told.waitFor({ state: 'hidden' });
  await counted(page, 6);
  assert.deepEqual(
    (await allRows(page)).map(([id]) => id),
    ['after-0', 'away-1', 'away-0', 'first-2', 'first-1', 'first-0'],
  );
});
