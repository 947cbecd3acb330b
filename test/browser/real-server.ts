/** The dashboard on the server itself, and the first admin who signs in to it. */

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type RunningServer, type StartOptions, startServer } from '../e2e/running-server.ts';

export const ADMIN = { name: 'sam', password: 'correct horse battery' } as const;
const LIMIT = 30_000;

export interface SignedIn {
  readonly server: RunningServer;
  /** Cookies of the admin, for further windows. */
  readonly state: Awaited<ReturnType<BrowserContext['storageState']>>;
}

/** The link that the server printed last. */
export function printedLink({ output }: RunningServer): string {
  const link = /http:\S+\/sign-in#token=\S+/.exec(output())?.[0];
  if (link === undefined) throw new Error('the server printed no link');
  return link;
}

export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<AsyncDisposable & { readonly page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  await page.goto(address);
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

/** By the link of the first start, with a name and a password of one's own. */
export async function becomeAdmin(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Go on to the logs' }).click();
  await page.getByRole('link', { name: 'Settings' }).waitFor();
}

export async function startSignedIn(browser: Browser, options: StartOptions = {}): Promise<SignedIn> {
  const server = await startServer(options);
  await using opened = await openPage(browser, printedLink(server));
  await becomeAdmin(opened.page);
  return { server, state: await opened.page.context().storageState() };
}
