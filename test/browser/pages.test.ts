/** The bar of the pages: all of them can be seen to be there, and reached, at every width. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  faultsOf,
  launch,
  noWider,
  screenshot,
  soon,
  until,
  violations,
  whole,
  withoutBrowser,
} from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const PAGES = ['Logs', 'Stations', 'Sessions', 'Fleet', 'Alarms', 'Settings'] as const;
/** The heading of each. */
const TITLES = {
  Logs: 'OCPP logs',
  Stations: 'Stations',
  Sessions: 'Sessions',
  Fleet: 'Fleet',
  Alarms: 'Alarms',
  Settings: 'Sites',
} as const;
/** Up to this one they are behind a button. */
const NARROW = 740;
const WIDTHS = [320, 390, NARROW, NARROW + 1, 1280] as const;
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

const at = (width: number, path: string, colorScheme: 'light' | 'dark' = 'light') =>
  openPage(browser, admin.server.url + path, {
    storageState: admin.state,
    viewport: { width, height: 700 },
    hasTouch: width < 500,
    colorScheme,
  });

const pages = (page: Page) => page.getByRole('navigation', { name: 'Pages' });
const opener = (page: Page, here: string) =>
  pages(page).getByRole('button', { name: `${here}, all pages`, exact: true });

const onItem = (page: Page, name: string) =>
  until(
    page,
    `document.activeElement?.matches('[role=menuitem]') && document.activeElement.textContent === '${name}'`,
  );

/** The focus comes back by itself once a menu is gone. */
const onOpener = (page: Page, here: string) =>
  until(page, `document.activeElement?.getAttribute('aria-label') === '${here}, all pages'`);

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

async function inSight(page: Page, width: number): Promise<void> {
  await noWider(page, `${width} px`);
  const person = await page.getByRole('button', { name: /^Signed in as/ }).boundingBox();
  assert.ok(person !== null && person.x + person.width <= width, 'the menu of the person is in sight');
  const bar = await pages(page).boundingBox();
  assert.ok(bar !== null && bar.x >= 0 && bar.x + bar.width <= person.x, 'nothing lies over the pages');
}

test('at no width is a page hidden behind the edge of the bar', { skip }, async () => {
  for (const width of WIDTHS) {
    await using opened = await at(width, '/settings/appearance');
    const { page } = opened;
    await heading(page, 'Appearance').waitFor();
    await inSight(page, width);
    if (width <= NARROW) {
      await opener(page, 'Settings').click();
      const items = page.getByRole('menuitem');
      await items.first().waitFor();
      assert.deepEqual(await items.allTextContents(), PAGES);
      for (const item of await items.all()) {
        // A menu is measured before it is put where it belongs.
        await soon(async () => {
          const box = await item.boundingBox();
          assert.ok(
            box !== null && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.height >= 24,
          );
        });
      }
      assert.equal(
        await page.getByRole('menuitem', { name: 'Settings' }).getAttribute('aria-current'),
        'page',
      );
      continue;
    }
    const links = pages(page).getByRole('link');
    assert.deepEqual(await links.allTextContents(), PAGES);
    const cut = `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('nav'))`;
    assert.equal(await page.evaluate<boolean>(cut), false, `${width} px`);
  }
});

test('on a phone the pages are gone through by finger and by keys', { skip }, async () => {
  await using opened = await at(390, '/stations');
  const { page } = opened;
  const { texts } = faultsOf(page);
  await opener(page, 'Stations').tap();
  await page.getByRole('menuitem', { name: 'Fleet' }).tap();
  await page.waitForURL((url) => url.pathname === '/fleet-overview');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await onOpener(page, 'Fleet');
  await page.keyboard.press('Enter');
  await onItem(page, 'Logs');
  await page.keyboard.press('End');
  await onItem(page, 'Settings');
  await page.keyboard.press('ArrowUp');
  await onItem(page, 'Alarms');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/alarm-overview');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await onOpener(page, 'Alarms');
  await page.keyboard.press('Enter');
  await onItem(page, 'Logs');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await onOpener(page, 'Alarms');
  assert.deepEqual(texts, []);
});

test('a page that is waited for is one, with a landmark and a heading, and so is the start', {
  skip,
}, async () => {
  await using opened = await at(390, '/settings/appearance');
  const { page } = opened;
  await heading(page, 'Appearance').waitFor();
  const held = Promise.withResolvers<void>();
  await page.route(/\/assets\/(?:stations-page|index)-.*\.js$/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await opener(page, 'Settings').click();
  await page.getByRole('menuitem', { name: 'Stations' }).click();
  await heading(page, 'Loading the page…').waitFor();
  await page.getByRole('menu').waitFor({ state: 'detached' });
  assert.deepEqual(await violations(page), []);
  await page.goto(`${admin.server.url}/stations`, { waitUntil: 'commit' });
  await heading(page, 'Loading the dashboard…').waitFor();
  assert.deepEqual(await violations(page), []);
  held.resolve();
  await heading(page, 'Stations').waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme}: axe finds nothing in the opened menu, and no page is wider than 320 px`, {
    skip,
  }, async () => {
    await using opened = await at(320, '/stations', colorScheme);
    const { page } = opened;
    await heading(page, 'Stations').waitFor();
    await whole(page);
    for (const [place, name] of PAGES.entries()) {
      await pages(page).getByRole('button').click();
      await page.getByRole('menu').waitFor();
      await until(page, `document.activeElement?.closest('[role=menu]') != null`);
      if (place === 0) {
        await screenshot(page, `pages-${colorScheme}-320`);
        assert.deepEqual(await violations(page), []);
      }
      await page.getByRole('menuitem', { name }).click();
      await opener(page, name).waitFor();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await heading(page, TITLES[name]).waitFor({ state: 'attached' });
      await whole(page);
      await inSight(page, 320);
    }
  });
}
