/** A real browser: a Chromium of the system, one that CHROMIUM_PATH names, or the one that the gate gets from npm. */

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Screenshots of every run, to be looked at. */
const SCREENSHOTS =
  process.env.SCREENSHOTS ??
  fileURLToPath(new URL('../../node_modules/.cache/screenshots/', import.meta.url));

/** For `skip` of a test: why there is no browser, or false. */
export function withoutBrowser(): string | false {
  if (findChromium() !== null) return false;
  return 'SKIPPED: there is no Chromium here; npm test gets one from npm, CHROMIUM_PATH names another';
}

export function launch(): Promise<Browser> {
  const { path = '', env = {} } = findChromium() ?? {};
  const all = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return chromium.launch({ executablePath: path, args: FLAGS, env: { ...Object.fromEntries(all), ...env } });
}

export interface Faults {
  /** Errors of scripts and of the page's policy. */
  readonly texts: string[];
}

/** Collects what a browser complains of. */
export function faultsOf(page: Page): Faults {
  const texts: string[] = [];
  page.on('pageerror', (error) => texts.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') texts.push(message.text());
  });
  return { texts };
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What ends by itself, such as a colour on its way to another; what turns for as long as one waits does not. */
const MOVES = `document.getAnimations().some(({ playState, effect }) =>
  playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime))`;

/** What axe finds against WCAG 2.2 AA once nothing moves any more, a line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  await until(page, `!(${MOVES})`);
  await page.evaluate(axe.source);
  const ask = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`;
  const found = await page.evaluate<readonly Violation[]>(ask);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

const UNTIL_MS = 30_000;

/** Asks the page until it says yes; from outside, as its policy forbids the page to evaluate texts. */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = Date.now() + UNTIL_MS;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > deadline) throw new Error(`still not so: ${expression}`);
    await page.waitForTimeout(25);
  }
}

/** Asserts again until it holds; where it never does, by what it says the last time. For what follows by itself. */
export async function soon(assertion: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + UNTIL_MS;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Until nothing is waited for any more: neither the page itself nor a part of it. */
export function whole(page: Page): Promise<void> {
  return until(page, `document.querySelector('[role=progressbar], [aria-busy=true]') === null`);
}

export async function noWider(page: Page, name: string): Promise<void> {
  const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  assert.equal(await page.evaluate<boolean>(wider), false, `${name}: nothing is wider than the screen`);
}

/** Whole, nothing that axe finds, nothing wider than the screen; with its picture. */
export async function isSound(page: Page, name: string): Promise<void> {
  await whole(page);
  await screenshot(page, name);
  assert.deepEqual(await violations(page), [], name);
  await noWider(page, name);
}
