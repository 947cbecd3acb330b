/** As much of the API as a page of logs asks for, over a made-up log of any size; every search finds all of it. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { facetsOf, histogramOf } from './counts.ts';
import { listener, problem, type Routes } from './http.ts';
import { entryAt, type FakeEntry, type FakeLog, SITES } from './log.ts';

/** More are not looked through one by one. */
const LOOKED_THROUGH = 2_000;

export interface FakeServer {
  readonly url: string;
  /** ms since 1970, of the oldest entry. */
  readonly start: number;
  /** What to answer in place of the page of entries, until null again. */
  failure: { readonly status: number; readonly body: object } | null;
  close(): Promise<void>;
}

export interface FakeOptions {
  readonly count?: number;
  readonly step?: number;
}

interface Part {
  readonly size: number;
  readonly at: (row: number) => FakeEntry;
  readonly entries: () => readonly FakeEntry[];
}

/** The entries of the time that is asked for. */
function partOf(log: FakeLog, query: URLSearchParams): Part {
  const place = (name: string, otherwise: number) => {
    const found = Math.ceil((Date.parse(query.get(name) ?? '') - log.start) / log.step);
    return Number.isNaN(found) ? otherwise : Math.min(log.count, Math.max(0, found));
  };
  const from = place('from', 0);
  const to = place('to', log.count);
  const desc = query.get('sort_order') !== 'asc';
  const size = Math.max(0, to - from);
  const at = (row: number) => entryAt(log, desc ? to - 1 - row : from + row);
  const sample = Math.max(1, Math.ceil(size / LOOKED_THROUGH));
  return {
    size,
    at,
    entries: () => Array.from({ length: Math.floor(size / sample) }, (_, row) => at(row * sample)),
  };
}

export async function startFake(options: FakeOptions = {}): Promise<FakeServer> {
  const { count = 6_000, step = 14_000 } = options;
  const log: FakeLog = { count, step, start: Date.now() - count * step };
  const chargers = [{ id: 'CP001', vendor: null, model: null, connected: true, last_seen: null }];
  const routes: Routes = {
    'GET /rest/v1/session': () => {
      const roles = [{ site: null, role: 'admin' }];
      const user = { id: 'sam', name: 'Sam' };
      return { body: { user, roles, csrf: 'csrf', expires: '2100-01-01T00:00:00.000Z', unfinished: false } };
    },
    'GET /rest/v1/sites': () => ({
      body: SITES.map((site) => ({ ...site, chargers, charger_count: chargers.length })),
    }),
    'GET /rest/v1/ocpp-logs': ({ query }) => {
      if (fake.failure !== null) return problem(fake.failure.status, fake.failure.body);
      const { size, at } = partOf(log, query);
      const skip = Number(query.get('skip') ?? 0);
      const take = Math.min(Number(query.get('take') ?? 100), Math.max(0, size - skip));
      return {
        body: { ocpp_logs: Array.from({ length: take }, (_, row) => slim(at(skip + row))), count: size },
      };
    },
    'GET /rest/v1/ocpp-logs/facets': ({ query }) => {
      const { size, entries } = partOf(log, query);
      const fields = (query.get('fields') ?? '').split(',');
      return { body: facetsOf(entries(), size, fields, Number(query.get('top') ?? 20)) };
    },
    'GET /rest/v1/ocpp-logs/histogram': ({ query }) => {
      const { size, entries } = partOf(log, query);
      return { body: histogramOf(entries(), size, query) };
    },
  };

  const server = createServer(listener(routes));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const fake: FakeServer = {
    url: `http://127.0.0.1:${port}`,
    start: log.start,
    failure: null,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return fake;
}

/** As with `include=exchange`. */
function slim({ raw: _raw, ...entry }: FakeEntry): object {
  return entry;
}
