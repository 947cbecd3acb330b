/** What people ask while stations talk: pages anywhere, counts, exports, again and again until the server is gone. */

import assert, { AssertionError } from 'node:assert/strict';
import { ADMIN_TOKEN, type RunningServer } from '../e2e/running-server.ts';
import type { SeenEntry } from './site-entries.ts';

export interface ReadBeside {
  /** Outcomes of calls by message id, as they were given last. */
  readonly outcomes: ReadonlyMap<string, string | null>;
  readonly pages: number;
  readonly exports: number;
}

export interface Reading {
  readonly server: RunningServer;
  readonly site: string;
  /** ISO 8601: exports begin here. */
  readonly since: string;
  readonly random: () => number;
  /** So many are waited for. */
  readonly exports: number;
}

const TAKE = 200;
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` };

export interface Readers {
  /** Resolves when pages were given, and calls on them or in an export, and as many exports as are waited for. */
  readonly given: Promise<void>;
  /** Resolves when the server is gone. Both reject where an answer before was none. */
  readonly ended: Promise<ReadBeside>;
}

export function readBeside({ server, site, since, random, exports: wanted }: Reading): Readers {
  const outcomes = new Map<string, string | null>();
  const given = Promise.withResolvers<void>();
  const tell = () => {
    if (pages > 0 && outcomes.size > 0 && exports >= wanted) given.resolve();
  };
  let pages = 0;
  let exports = 0;
  const see = (entries: readonly SeenEntry[]) => {
    for (const { exchange } of entries) outcomes.set(exchange.message_id ?? '', exchange.outcome);
  };
  const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
    const headers = init.body === undefined ? HEADERS : { ...HEADERS, 'content-type': 'application/json' };
    const response = await fetch(`${server.url}${path}`, { ...init, headers });
    const text = await response.text();
    assert.ok(response.ok, `${path}: ${response.status} ${text}`);
    return text;
  };
  const page = async () => {
    const range = `from=${since}&to=2100-01-01&include=exchange&kinds=exchange`;
    const skip = random() < 0.5 ? 0 : Math.floor(random() * (outcomes.size + 1));
    const text = await ask(`/ocpp-logs/site/${site}?${range}&take=${TAKE}&skip=${skip}`);
    // Safe: it is the server under test, and what it says is compared later.
    see((JSON.parse(text) as { readonly ocpp_logs: readonly SeenEntry[] }).ocpp_logs);
    await ask(
      `/ocpp-logs/facets?site=${site}&${range.replace('&include=exchange', '')}&fields=station,outcome`,
    );
    pages += 1;
    tell();
  };
  const exported = async () => {
    const wish = { site, from: since, to: '2100-01-01', format: 'ndjson', include: ['exchange'] };
    const made = await ask('/exports', { method: 'POST', body: JSON.stringify(wish) });
    // Safe: as above.
    const { links } = JSON.parse(made) as { readonly links: Readonly<Record<string, string>> };
    assert.match(await ask(links.events ?? ''), /"state":"done"/);
    const lines = (await ask(links.file ?? '')).split('\n').filter((line) => line !== '');
    // Safe: as above.
    see(lines.map((line) => JSON.parse(line) as SeenEntry));
    await ask(links.self ?? '', { method: 'DELETE' });
    exports += 1;
    tell();
  };
  const ended = Promise.allSettled([untilGone(page), untilGone(exported)]).then((ends): ReadBeside => {
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return { outcomes, pages, exports };
  });
  ended.then(
    () => given.reject(new Error('the server is gone')),
    (error: unknown) => given.reject(error),
  );
  // Who waits for the one need not wait for the other.
  given.promise.catch(() => undefined);
  return { given: given.promise, ended };
}

/** A server that dies is an error to a client: that ends it. */
async function untilGone(work: () => Promise<void>): Promise<void> {
  try {
    for (;;) await work();
  } catch (error) {
    if (error instanceof AssertionError) throw error;
  }
}
