/** A server as the API's contract has it, with a made-up log, for the dashboard alone. */

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseQuery } from '@ocpp-logs/core';
import { facetsOf, histogramOf } from './counts.ts';
import { exportRoutes } from './exports.ts';
import { type Handler, listener, problem, type Routes } from './http.ts';
import { entryAt, type FakeEntry, type FakeLog, SITES } from './log.ts';
import { matcher } from './search.ts';

/** More are not looked through one by one. */
const LOOKED_THROUGH = 60_000;

export interface FakeServer {
  readonly url: string;
  /** What to answer in place of the page of entries, until null again. */
  failure: { readonly status: number; readonly body: object } | null;
  /** ms before a page of entries is answered. */
  delay: number;
  signedIn: boolean;
  /** So many entries come in now. */
  push(count: number): void;
  readonly tails: number;
  close(): Promise<void>;
}

export interface FakeOptions {
  readonly count?: number;
  readonly step?: number;
  readonly signedIn?: boolean;
}

interface Part {
  readonly size: number;
  readonly at: (row: number) => FakeEntry;
  readonly entries: () => readonly FakeEntry[];
}

/** The entries that a query asks for; of very many as if no search were given. */
function partOf(log: FakeLog, query: URLSearchParams): Part {
  const place = (name: string, otherwise: number) => {
    const found = Math.ceil((Date.parse(query.get(name) ?? '') - log.start) / log.step);
    return Number.isNaN(found) ? otherwise : Math.min(log.count, Math.max(0, found));
  };
  const from = place('from', 0);
  const to = place('to', log.count);
  const q = query.get('q') ?? '';
  const sites = (query.get('site') ?? '').split(',').filter((site) => site !== '');
  const desc = query.get('sort_order') !== 'asc';
  const whole = Math.max(0, to - from);
  const at = (row: number) => entryAt(log, desc ? to - 1 - row : from + row);
  if ((q === '' && sites.length === 0) || whole > LOOKED_THROUGH) {
    const sample = Math.max(1, Math.ceil(whole / LOOKED_THROUGH));
    const entries = () => Array.from({ length: Math.floor(whole / sample) }, (_, row) => at(row * sample));
    return { size: whole, at, entries };
  }
  const wanted = matcher(q);
  const found = Array.from({ length: whole }, (_, row) => at(row)).filter(
    (entry) => wanted(entry) && (sites.length === 0 || sites.includes(entry.site_id)),
  );
  return { size: found.length, at: (row) => found[row] ?? entryAt(log, 0), entries: () => found };
}

const NO_PREFERENCES = { columns: null, widths: null, zone: null, theme: null, quiet: null, changed: null };

export async function startFake(options: FakeOptions = {}): Promise<FakeServer> {
  const { count = 6_000, step = 14_000 } = options;
  let log: FakeLog = { count, step, start: Date.now() - count * step };
  const tails = new Set<ServerResponse>();
  let seq = 0;
  let unfinished = false;

  /** Of one who may read, with a search that can be understood. */
  const reading =
    (handler: Handler): Handler =>
    (asked) => {
      if (!fake.signedIn) return problem(401, { title: 'Not signed in', detail: 'Sign in first.' });
      const parsed = parseQuery(asked.query.get('q') ?? '');
      if (parsed.kind === 'query') return handler(asked);
      const errors = [{ parameter: 'q', ...parsed.error }];
      return problem(400, { title: 'Bad request', detail: 'The query is not allowed.', errors });
    };
  const chargers = [{ id: 'CP001', vendor: null, model: null, connected: true, last_seen: null }];
  let preferences: object = NO_PREFERENCES;
  const routes: Routes = {
    'GET /rest/v1/session': () => {
      if (!fake.signedIn) return problem(401, { title: 'Not signed in' });
      const roles = [{ site: null, role: 'admin' }];
      const user = { id: 'sam', name: 'Sam' };
      return { body: { user, roles, csrf: 'csrf', expires: '2100-01-01T00:00:00.000Z', unfinished } };
    },
    'POST /rest/v1/session': ({ body: { token, user, password } }) => {
      if (token !== 'once' && (user !== 'sam' || password !== 'secret')) return problem(401, { title: 'No' });
      fake.signedIn = true;
      unfinished = token === 'once';
      return { status: 201, body: {} };
    },
    'PATCH /rest/v1/session': ({ body: { name, password } }) => {
      if (String(password).length < 12) return problem(400, { title: 'Too short' });
      unfinished = false;
      const user = { id: 'sam', name };
      return { body: { user, roles: [], csrf: 'csrf', expires: '2100-01-01T00:00:00.000Z', unfinished } };
    },
    'GET /rest/v1/session/methods': () => ({ body: { methods: ['password', 'oidc'] } }),
    'GET /rest/v1/session/preferences': () => ({ body: preferences }),
    'PUT /rest/v1/session/preferences': ({ body }) => {
      preferences = { ...NO_PREFERENCES, ...body, changed: '2026-01-05T12:00:00.000Z' };
      return { body: preferences };
    },
    'DELETE /rest/v1/session': () => {
      fake.signedIn = false;
      return { status: 204 };
    },
    'GET /rest/v1/sites': reading(() => ({
      body: SITES.map((site) => ({ ...site, chargers: log.count === 0 ? [] : chargers })),
    })),
    'GET /rest/v1/ocpp-logs': reading(async ({ query }) => {
      if (fake.delay > 0) await pause(fake.delay);
      if (fake.failure !== null) return problem(fake.failure.status, fake.failure.body);
      const { size, at } = partOf(log, query);
      const skip = Number(query.get('skip') ?? 0);
      const take = Math.min(Number(query.get('take') ?? 100), Math.max(0, size - skip));
      return {
        body: { ocpp_logs: Array.from({ length: take }, (_, row) => slim(at(skip + row))), count: size },
      };
    }),
    'GET /rest/v1/ocpp-logs/facets': reading(({ query }) => {
      const { size, entries } = partOf(log, query);
      const fields = (query.get('fields') ?? '').split(',');
      return { body: facetsOf(entries(), size, fields, Number(query.get('top') ?? 20)) };
    }),
    'GET /rest/v1/ocpp-logs/histogram': reading(({ query }) => {
      const { size, entries } = partOf(log, query);
      return { body: histogramOf(entries(), size, query) };
    }),
    'GET /rest/v1/ocpp-logs/stream': reading(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      tails.add(response);
      response.on('close', () => tails.delete(response));
      return null;
    }),
    'GET /rest/v1/ocpp-logs/site/:site/entry/:id': reading(({ parts: [, id = '0'] }) => {
      const place = Math.round((Number(BigInt(id) >> 21n) - log.start) / log.step);
      if (place < 0 || place >= log.count) return problem(404, { title: 'Not found' });
      const entry = entryAt(log, place);
      const path = 'meterValue[0].sampledValue[2].unit';
      const finding = { code: 'unit-assumed', severity: 'unusual', text: null, path, detail: 'V' };
      return {
        body: { ...entry, validation: { findings: entry.action === 'MeterValues' ? [finding] : [] } },
      };
    }),
    ...exportRoutes(() => log.count),
  };

  const server = createServer(listener(routes));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const fake: FakeServer = {
    url: `http://127.0.0.1:${port}`,
    failure: null,
    delay: 0,
    signedIn: options.signedIn ?? true,
    push(more) {
      for (let pushed = 0; pushed < more; pushed += 1) {
        const entry = entryAt(log, log.count);
        log = { ...log, count: log.count + 1 };
        seq += 1;
        const event = `id: ${seq}\nevent: entry\ndata: ${JSON.stringify(slim(entry))}\n\n`;
        for (const tail of tails) tail.write(event);
      }
    },
    get tails() {
      return tails.size;
    },
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
