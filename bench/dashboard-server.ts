/** The server and the browser that the dashboard is measured in: on a folder that is there, with somebody signed in. */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { watch } from './dashboard-probe.ts';
import { HttpClient } from './http-client.ts';
import { type OurServer, startOurServer } from './our-server.ts';
import { siteIds } from './seed.ts';

export interface Measured {
  readonly server: OurServer;
  readonly client: HttpClient;
  /** A window that nothing is cached in. */
  openContext(): Promise<BrowserContext>;
  stop(): Promise<void>;
}

const VIEWPORT = { width: 1440, height: 900 };

export interface MeasuredOptions {
  readonly browser: Browser;
  readonly folder: string;
  readonly sites: number;
  /** Whether the system, too, shall have nothing of the files in its memory. */
  readonly cold?: boolean;
}

export async function startMeasured({ browser, folder, sites, cold }: MeasuredOptions): Promise<Measured> {
  if (cold === true) dropCached(join(folder, 'logs'));
  const server = await startOurServer({ sites: siteIds(sites).map((id) => ({ id })), folder });
  const client = new HttpClient(server.url, { authorization: server.credentials });
  const person = {
    user: `bench-${randomBytes(6).toString('hex')}`,
    password: randomBytes(12).toString('hex'),
  };
  const user = { name: person.user, password: person.password, roles: [{ site: null, role: 'admin' }] };
  await made(fetch(`${server.url}/rest/v1/users`, posted(user, { authorization: server.credentials })));
  const session = await made(fetch(`${server.url}/rest/v1/session`, posted(person, { origin: server.url })));
  const [name = '', value = ''] = session.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? [];
  return {
    server,
    client,
    openContext: async () => {
      const context = await browser.newContext({ viewport: VIEWPORT, timezoneId: 'UTC' });
      await context.addCookies([{ name, value, url: server.url }]);
      await watch(context);
      return context;
    },
    stop: async () => {
      client.close();
      await server.stop();
    },
  };
}

function posted(body: object, headers: Readonly<Record<string, string>>): RequestInit {
  return {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

async function made(asked: Promise<Response>): Promise<Response> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}

/** Out of the system's page cache, where its `dd` knows how. */
function dropCached(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.db')) continue;
    execFileSync('dd', [`if=${join(folder, name)}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
  }
}
