/** A server with something real behind every `{id}` of its API, for tests: all of it of the site depot and named {@link MARK}. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { CallOutcome } from '../capture/csms/outgoing-calls.ts';
import { desk as exportDesk } from '../export/jobs/fixtures.ts';
import { desk as importDesk } from '../import/jobs/fixtures.ts';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import { alarm, firing } from '../store/control/conformance/alarms.ts';
import { alarms } from './alarms-double.ts';
import { asAdmin, DEPOT, type ServerDouble, server } from './fixtures.ts';
import { LOG } from './imports-rig.ts';
import { addUser, PASSWORD } from './people-fixtures.ts';

/** In the names of all that is of the depot, and nowhere else. */
export const MARK = 'known-at-the-depot-alone';
export const CHARGER = 'CP-1';
const TIME = new Date(DEPOT_TIME).toISOString();
const RANGE = { from: '2026-05-01', to: '2026-06-01' };
const WISH = { name: MARK, rule: 'status:Faulted', sites: ['depot'] };
const SEARCH = { name: MARK, query: { q: 'status:Faulted' } };
const ANSWERED: CallOutcome = { outcome: 'answered', messageId: 'm', latencyMs: 3, payloadText: '{}' };
const LINE = {
  ...{ charger_id: CHARGER, occurrence_time: TIME, direction: 'station_to_csms' },
  frame: [2, '1', 'Heartbeat', {}],
};

/** Bodies with which a route does what it is for, by operation. */
const BODIES: Readonly<Record<string, object | string>> = {
  signIn: { user: 'boss', password: PASSWORD },
  changeOwnUser: { password: 'another password', current_password: PASSWORD },
  addSite: { id: 'harbour' },
  changeSite: { level: 'info' },
  addUser: { name: 'eve', roles: [] },
  changeUser: { disabled: true },
  makeKey: { name: 'csms' },
  makeAlarm: WISH,
  replaceAlarm: WISH,
  tryAlarm: { rule: 'status:Faulted' },
  saveSearch: SEARCH,
  replaceSavedSearch: SEARCH,
  putPreferences: {},
  setStationPassword: {},
  commandCharger: { action: 'Reset', payload: { type: 'Soft' } },
  createErasure: { site: 'depot', id_tag: '04A2B3C4D5' },
  createExport: { site: 'depot', ...RANGE },
  estimateExport: { site: 'depot', ...RANGE },
  createImport: LOG,
  ingestFrames: LINE,
};

/** Queries without which a route does not do what it is for. */
const QUERIES: Readonly<Record<string, string>> = {
  createImport: `site=depot&charger_id=${CHARGER}&run=true`,
};

export interface Described {
  readonly operationId: string;
  readonly 'x-scope'?: string;
  readonly 'x-all-sites'?: true;
  readonly security: readonly unknown[];
  readonly requestBody?: object;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
}

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the document has it. */
  readonly path: string;
  readonly described: Described;
}

export interface Sent {
  readonly status: number;
  readonly body: string;
}

export async function routesOf({ app }: ServerDouble): Promise<readonly Route[]> {
  const { paths } = (await app.inject('/openapi.json')).json();
  return Object.entries<Readonly<Record<string, Described>>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lower, described]) => {
      // Safe: the methods of an OpenAPI document are those of HTTP.
      const method = lower.toUpperCase() as Route['method'];
      return { method, path, described };
    }),
  );
}

export const nameOf = ({ method, path }: Route) => `${method} ${path}`;
export const hasId = ({ path }: Route) => path.includes('{id}');

export interface Inhabited extends ServerDouble {
  /** What stands for `{id}` of a path: made when it is asked for first. */
  readonly idFor: (path: string) => Promise<string>;
  /** Does what the route is for, unless the caller may not; `id` in place of the real one. */
  readonly send: (
    route: Route,
    headers: Readonly<Record<string, string>>,
    change?: { readonly id?: string; readonly accept?: string; readonly query?: string },
  ) => Promise<Sent>;
  /** Called when a station is, before it answers. */
  readonly onCall: (listener: () => void) => void;
  /** All that a request could have changed, as text. */
  readonly state: () => Promise<string>;
}

export async function inhabited(t: TestContext): Promise<Inhabited> {
  const [ofExports, ofImports] = [await exportDesk(t), await importDesk(t)];
  let called: (signal?: AbortSignal) => Promise<void> = async () => undefined;
  const double = server(t, {
    exports: ofExports.jobs,
    imports: ofImports.jobs,
    csms: {
      connected: () => ({
        version: '1.6',
        call: async ({ signal }) => {
          await called(signal);
          return ANSWERED;
        },
      }),
    },
    alarms: alarms({
      testTarget: async () => null,
      tryAlarm: async ({ sites, to }) => ({
        ...{ fired: sites.length, stations: sites.length, looked: 1, through: to, dropped: 0 },
        firings: sites.map(({ id }) => ({ site: id, charger: CHARGER, at: DEPOT_TIME, entries: [] })),
      }),
    }),
    requestsPerMinute: 1_000_000,
  });
  const { app, control, reader } = double;
  double.clock.now = DEPOT_TIME + 86_400_000;
  control.sites = new Map([
    [DEPOT.id, { ...DEPOT, name: MARK }],
    ['other', { ...DEPOT, id: 'other', name: 'Other' }],
  ]);
  const posted = async (url: string, body: object | string) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
    const answer = await app.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...asAdmin, 'content-type': type, accept: 'application/json' },
    });
    assert.ok(answer.statusCode < 300, `${url}: ${answer.body}`);
    return answer.json();
  };
  const makers: Readonly<Record<string, () => Promise<string>>> = {
    async alarms() {
      const id = 'alarm_0123456789abcdef';
      const target = { kind: 'webhook', id: 't1', url: `https://${MARK}.example/`, sealed: null } as const;
      await control.alarms.put(alarm(id, { name: MARK, sites: ['depot'], targets: [target] }));
      await control.alarms.fire([firing('k1', { alarm: id })]);
      return id;
    },
    exports: async () => (await posted('/exports', { site: 'depot', ...RANGE })).id,
    imports: async () => (await posted(`/imports?site=depot&charger_id=${CHARGER}`, LOG)).id,
    keys: async () => (await double.key({ name: MARK, sites: ['depot'] })).id,
    'saved-searches': async () => (await posted('/saved-searches', SEARCH)).id,
    async sessions() {
      reader.sessionBodies = [JSON.stringify({ id: '1', site_name: MARK })];
      return '1.depot';
    },
    users: async () => (await addUser(control, MARK, [{ site: 'depot', role: 'viewer' }])).id,
    erasures: async () => (await posted('/erasures', { site: 'depot', id_tag: '04A2B3C4D5' })).id,
    site: async () => 'depot',
    sites: async () => 'depot',
  };
  const made = new Map<string, Promise<string>>();
  const idFor = (path: string): Promise<string> => {
    const [, kind = ''] = /([\w-]+)\/\{id\}/.exec(path) ?? [];
    const maker = makers[kind];
    assert.ok(maker !== undefined, `say here what stands for {id} of ${path}`);
    const id = made.get(kind) ?? maker();
    made.set(kind, id);
    return id;
  };
  const send: Inhabited['send'] = async (route, headers, change = {}) => {
    const { method, path, described } = route;
    const id = hasId(route) ? (change.id ?? (await idFor(path))) : '';
    const url = path
      .replace('{id}', encodeURIComponent(id))
      .replace('{charger}', CHARGER)
      .replace('{entry_id}', String(reader.entries[0]?.id ?? 1))
      .replace('{target}', 't1')
      .replace('{version}', '1.6');
    assert.ok(!url.includes('{'), `say here what stands in ${url}`);
    const body = BODIES[described.operationId];
    assert.ok(
      body !== undefined || described.requestBody === undefined,
      `say here what body ${nameOf(route)} takes`,
    );
    const [from, to] = ['from', 'to'].map((name) =>
      described.parameters?.some((each) => each.name === name && each.required),
    );
    const asked = new URLSearchParams(from && to ? RANGE : {});
    for (const text of [QUERIES[described.operationId], change.query])
      for (const [name, value] of new URLSearchParams(text ?? '')) asked.set(name, value);
    const answer = await app.inject({
      method,
      url: asked.size > 0 ? `${url}?${asked}` : url,
      headers: {
        accept: change.accept ?? 'application/json',
        ...(body === undefined
          ? {}
          : { 'content-type': typeof body === 'string' ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: answer.body };
  };
  const state = async () =>
    JSON.stringify([
      [...control.sites],
      control.keys,
      [...control.people.users()],
      control.alarms.records(),
      await control.alarms.firings({ alarm: null, sites: null, before: null, take: 100 }),
      await control.people.searches('admin-token'),
      [...control.stationPasswords],
      control.erasureRecords,
      control.audited,
      ofExports.jobs.list(),
      ofImports.jobs.list(),
      double.recorder.taken,
    ]);
  const onCall: Inhabited['onCall'] = (listener) => {
    called = async (signal) => {
      listener();
      // The station answers only when the caller has gone.
      if (signal?.aborted === false) await once(signal, 'abort');
    };
  };
  return { ...double, idFor, send, onCall, state };
}
