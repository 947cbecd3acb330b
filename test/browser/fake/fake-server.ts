/** A server as the API's contract has it, with a made-up log, for the dashboard alone. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseQuery } from '@ocpp-logs/core';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { dashboardRoutes, readDashboard } from '../../../packages/server/src/api/dashboard-files.ts';
import { facetsOf, histogramOf } from './counts.ts';
import { entryAt, type FakeEntry, type FakeLog, SITES } from './log.ts';
import { matcher } from './search.ts';

const DIST = fileURLToPath(new URL('../../../packages/dashboard/dist/', import.meta.url));
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
  readonly port?: number;
}

interface Part {
  readonly size: number;
  readonly at: (row: number) => FakeEntry;
  readonly entries: () => readonly FakeEntry[];
}

export async function startFake(options: FakeOptions = {}): Promise<FakeServer> {
  const { count = 6_000, step = 14_000 } = options;
  let log: FakeLog = { count, step, start: Date.now() - count * step };
  const tails = new Set<ServerResponse>();
  let seq = 0;
  const app = Fastify();
  const dashboard = readDashboard(DIST);
  if (dashboard === null) throw new Error('the dashboard is not built: npm test -- --only build');
  dashboardRoutes(app, dashboard, '');

  const part = (query: URLSearchParams): Part => {
    const place = (name: string, otherwise: number) => {
      const at = Date.parse(query.get(name) ?? '');
      const found = Math.ceil((at - log.start) / log.step);
      return Number.isNaN(at) ? otherwise : Math.min(log.count, Math.max(0, found));
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
      return {
        size: whole,
        at,
        entries: () => Array.from({ length: Math.floor(whole / sample) }, (_, row) => at(row * sample)),
      };
    }
    const wanted = matcher(q);
    const found = Array.from({ length: whole }, (_, row) => at(row)).filter(
      (entry) => wanted(entry) && (sites.length === 0 || sites.includes(entry.site_id)),
    );
    return { size: found.length, at: (row) => found[row] ?? entryAt(log, 0), entries: () => found };
  };
  const queryOf = (request: FastifyRequest) =>
    new URLSearchParams((request.raw.url ?? '').split('?')[1] ?? '');
  const problem = (reply: FastifyReply, status: number, body: object) =>
    reply
      .code(status)
      .type('application/problem+json')
      .send(JSON.stringify({ status, ...body }));
  const refused = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const parsed = parseQuery(queryOf(request).get('q') ?? '');
    if (parsed.kind === 'query') return false;
    const errors = [{ parameter: 'q', ...parsed.error }];
    problem(reply, 400, { title: 'Bad request', detail: 'The query is not allowed.', errors });
    return true;
  };

  app.addHook('onRequest', async (request, reply) => {
    const open = !(request.raw.url ?? '').startsWith('/rest/') || request.raw.url === '/rest/v1/session';
    if (!open && !fake.signedIn) problem(reply, 401, { title: 'Not signed in', detail: 'Sign in first.' });
  });
  app.get('/rest/v1/session', async (_request, reply) => {
    if (!fake.signedIn) return problem(reply, 401, { title: 'Not signed in' });
    const roles = [{ site: null, role: 'admin' }];
    return { user: { id: 'sam', name: 'Sam' }, roles, csrf: 'csrf', expires: '2100-01-01T00:00:00.000Z' };
  });
  app.post<{ Body: Record<string, string> }>('/rest/v1/session', async (request, reply) => {
    const { token, user, password } = request.body;
    if (token !== 'once' && (user !== 'sam' || password !== 'secret'))
      return problem(reply, 401, { title: 'No' });
    fake.signedIn = true;
    return reply.code(201).send({});
  });
  app.delete('/rest/v1/session', async (_request, reply) => {
    fake.signedIn = false;
    return reply.code(204).send();
  });
  app.get('/rest/v1/sites', async () =>
    SITES.map((site) => ({
      ...site,
      chargers:
        log.count === 0 ? [] : [{ id: 'CP001', vendor: null, model: null, connected: true, last_seen: null }],
    })),
  );
  app.get('/rest/v1/ocpp-logs', async (request, reply) => {
    if (fake.delay > 0) await new Promise((resolve) => setTimeout(resolve, fake.delay));
    if (fake.failure !== null) return problem(reply, fake.failure.status, fake.failure.body);
    if (refused(request, reply)) return reply;
    const query = queryOf(request);
    const { size, at } = part(query);
    const skip = Number(query.get('skip') ?? 0);
    const take = Math.min(Number(query.get('take') ?? 100), Math.max(0, size - skip));
    return { ocpp_logs: Array.from({ length: take }, (_, row) => slim(at(skip + row))), count: size };
  });
  app.get('/rest/v1/ocpp-logs/facets', async (request, reply) => {
    if (refused(request, reply)) return reply;
    const query = queryOf(request);
    const { size, entries } = part(query);
    return facetsOf(entries(), size, (query.get('fields') ?? '').split(','), Number(query.get('top') ?? 20));
  });
  app.get('/rest/v1/ocpp-logs/histogram', async (request, reply) => {
    if (refused(request, reply)) return reply;
    const query = queryOf(request);
    const { size, entries } = part(query);
    return histogramOf(entries(), size, query);
  });
  app.get('/rest/v1/ocpp-logs/stream', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': open\n\n');
    tails.add(reply.raw);
    reply.raw.on('close', () => tails.delete(reply.raw));
  });
  app.get<{ Params: { id: string } }>('/rest/v1/ocpp-logs/site/:site/entry/:id', async (request, reply) => {
    const ms = Number(BigInt(request.params.id) >> 21n);
    const place = Math.round((ms - log.start) / log.step);
    if (place < 0 || place >= log.count) return problem(reply, 404, { title: 'Not found' });
    const entry = entryAt(log, place);
    const finding = { code: 'unit-assumed', path: 'meterValue[0].sampledValue[2].unit', detail: 'V' };
    return { ...entry, validation: entry.action === 'MeterValues' ? [finding] : [] };
  });
  const job = exportRoutes(app, () => log.count);

  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  // Safe: a server that listens on TCP has such an address.
  const { port } = app.server.address() as AddressInfo;
  const fake: FakeServer = {
    url: `http://127.0.0.1:${port}`,
    failure: null,
    delay: 0,
    signedIn: options.signedIn ?? true,
    push(count) {
      for (let more = 0; more < count; more += 1) {
        const entry = entryAt(log, log.count);
        log = { ...log, count: log.count + 1 };
        seq += 1;
        for (const tail of tails)
          tail.write(`id: ${seq}\nevent: entry\ndata: ${JSON.stringify(slim(entry))}\n\n`);
      }
    },
    get tails() {
      return tails.size;
    },
    async close() {
      job.clear();
      for (const tail of tails) tail.destroy();
      const closed = once(app.server, 'close');
      app.server.closeAllConnections();
      await app.close();
      await closed;
    },
  };
  return fake;
}

/** As with `include=exchange`. */
function slim({ raw: _raw, ...entry }: FakeEntry): object {
  return entry;
}

function exportRoutes(app: ReturnType<typeof Fastify>, count: () => number) {
  const jobs = new Map<string, { looks: number }>();
  const body = (id: string, looks: number) => {
    const done = looks >= 3;
    const links = { self: '', file: `/rest/v1/exports/${id}/file`, events: '' };
    return {
      id,
      state: done ? 'done' : 'running',
      estimate: { entries: count(), bytes: count() * 900 },
      progress: {
        entries: Math.round((count() * looks) / 3),
        bytes: count() * 300 * looks,
        percent: looks * 33,
      },
      size: done ? 12 : null,
      sha256: null,
      file_name: 'ocpp-logs-depot.csv',
      remarks: [],
      links,
      error: null,
    };
  };
  app.post<{ Body: { estimate_only?: boolean } }>('/rest/v1/exports', async (request, reply) => {
    if (request.body.estimate_only === true) return { entries: count(), bytes: count() * 900 };
    const id = `job-${jobs.size + 1}`;
    jobs.set(id, { looks: 0 });
    return reply.code(202).send(body(id, 0));
  });
  app.get<{ Params: { id: string } }>('/rest/v1/exports/:id', async ({ params: { id } }) => {
    const job = jobs.get(id) ?? { looks: 3 };
    job.looks += 1;
    return body(id, job.looks);
  });
  app.delete('/rest/v1/exports/:id', async (_request, reply) => reply.code(204).send());
  app.get('/rest/v1/exports/:id/file', async (_request, reply) =>
    reply.type('text/csv').send('a,b\r\n1,2\r\n'),
  );
  return jobs;
}
