/**
 * What a server itself cannot be brought to in a test: ten million entries, which it would take many minutes to record,
 * and a store that refuses. All else is tested at the server itself.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { grid, ready, row, type Scrolled, search } from './explore-page.ts';
import { startFake } from './fake/fake-server.ts';
import { openPage } from './real-server.ts';

const skip = withoutBrowser();
let browser: Browser;

before(async () => {
  if (skip !== false) return;
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

test('any of ten million rows is reached by the scrollbar, and the last one is the oldest', {
  skip,
}, async () => {
  const many = await startFake({ count: 10_000_000, step: 8 });
  try {
    await using opened = await openPage(browser, `${many.url}/explore?from=-2d`);
    const { page } = opened;
    const scrollTo = (share: number) =>
      grid(page).evaluate((element: Scrolled, part) => {
        element.scrollTop = part * (element.scrollHeight - element.clientHeight);
      }, share);
    await ready(page);
    assert.equal(await grid(page).getAttribute('aria-rowcount'), '10000001');
    await scrollTo(1);
    const oldest = row(page, 10_000_000).locator('time');
    await oldest.waitFor();
    assert.equal(await oldest.getAttribute('datetime'), new Date(many.start).toISOString());
    const times = async () => (await page.locator('[role=row] time').allTextContents()).join();
    const last = await times();
    await scrollTo(0.5);
    await page.getByText(/^at row (4,9|5,0)\d\d,\d\d\d$/).waitFor();
    await until(page, 'document.querySelectorAll("[role=row] time").length > 20');
    assert.notEqual(await times(), last);
    await screenshot(page, 'ten-million');
    await scrollTo(0);
    await ready(page);
  } finally {
    await many.close();
  }
});

test('a refusal of the server says what happened and what to do, and asking again heals it', {
  skip,
}, async () => {
  const fake = await startFake();
  try {
    fake.failure = {
      status: 503,
      body: { title: 'Unavailable', detail: 'The store does not answer now; try again.', instance: 'req-7' },
    };
    await using opened = await openPage(browser, `${fake.url}/explore?q=action:Heartbeat`);
    const { page } = opened;
    await page.getByText('The store does not answer now; try again.').waitFor();
    await page.getByText('req-7').waitFor();
    await screenshot(page, 'error');
    assert.deepEqual(await violations(page), []);
    assert.equal(await search(page).inputValue(), 'action:Heartbeat');
    fake.failure = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page);
  } finally {
    await fake.close();
  }
});
