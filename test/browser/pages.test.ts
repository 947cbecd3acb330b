/** The bar of the pages: all of them can be seen to be there, and reached, at every width. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { faultsOf, launch, screenshot, until, violations, withoutBrowser } from './browser.ts';
import { openPage, type SignedIn, startSignedIn } from './real-server.ts';

const skip = withoutBrowser();
const PAGES = ['Logs', 'Stations', 'Sessions', 'Fleet', 'Alarms', 'Settings'] as const;
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

async function inSight(page: Page, width: number): Promise<void> {
  const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  assert.equal(await page.evaluate<boolean>(wider), false, `nothing is wider than ${width} px`);
  const person = await page.getByRole('button', { name: /^Signed in as/ }).boundingBox();
  assert.ok(person !== null && person.x + person.width <= width, 'the menu of the person is in sight');
  const bar = await pages(page).boundingBox();
  assert.ok(bar !== null && bar.x >= 0 && bar.x + bar.width <= person.x, 'nothing lies over the pages');
}

test('at no width is a page hidden behind the edge of the bar', { skip }, async () => {
  for (const width of WIDTHS) {
    await using opened = await at(width, '/settings/appearance');
    const { page } = opened;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await inSight(page, width);
    if (width <= NARROW) {
      await opener(page, 'Settings').click();
      const items = page.getByRole('menuitem');
      await items.first().waitFor();
      assert.deepEqual(await items.allTextContents(), PAGES);
      for (const item of await items.all()) {
        const box = await item.boundingBox();
        assert.ok(box !== null && box.x >= 0 && box.x + box.width <= width && box.height >= 24);
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
  await opener(page, 'Fleet').waitFor();
  assert.equal(new URL(page.url()).pathname, '/fleet-overview');
  await opener(page, 'Fleet').focus();
  await page.keyboard.press('Enter');
  await onItem(page, 'Logs');
  await page.keyboard.press('End');
  await onItem(page, 'Settings');
  await page.keyboard.press('ArrowUp');
  await onItem(page, 'Alarms');
  await page.keyboard.press('Enter');
  await opener(page, 'Alarms').waitFor();
  assert.equal(new URL(page.url()).pathname, '/alarm-overview');
  await opener(page, 'Alarms').focus();
  await page.keyboard.press('Enter');
  await onItem(page, 'Logs');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  assert.equal(
    await page.evaluate(`document.activeElement.getAttribute('aria-label')`),
    'Alarms, all pages',
    'focus is where it was',
  );
  assert.deepEqual(texts, []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme}: axe finds nothing in the opened menu, and no page is wider than 320 px`, {
    skip,
  }, async () => {
    await using opened = await at(320, '/stations', colorScheme);
    const { page } = opened;
    for (const [place, name] of PAGES.entries()) {
      await pages(page).getByRole('button').click();
      await page.getByRole('menu').waitFor();
      if (place === 0) {
        await screenshot(page, `pages-${colorScheme}-320`);
        assert.deepEqual(await violations(page), []);
      }
      await page.getByRole('menuitem', { name }).click();
      await opener(page, name).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await until(page, `document.querySelector('[role=progressbar], [aria-busy=true]') === null`);
      await inSight(page, 320);
    }
  });
}
