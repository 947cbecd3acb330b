/**
 * Of every route, what of it is in the audit log. The routes come from the OpenAPI document: one that writes, or gives
 * messages, and that nobody thought of has no row here and fails.
 */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { DEPOT_TIME } from '../store/conformance/entries.ts';
import type { Rendering } from '../store/store.ts';
import { asAdmin, entryAt } from './fixtures.ts';
import { CHARGER, type Inhabited, inhabited, nameOf, type Route, routesOf } from './object-fixtures.ts';
import { addUser, Browser } from './people-fixtures.ts';

/** What is told of a write, by operation. */
const TOLD: Readonly<Record<string, string>> = {
  signIn: 'sign-in',
  signOut: 'sign-out',
  changeOwnUser: 'password-changed',
  makeKey: 'key-made',
  revokeKey: 'key-revoked',
  addUser: 'user-made',
  changeUser: 'user-changed',
  removeUser: 'user-removed',
  makeSignInLink: 'user-link-made',
  addSite: 'site-made',
  changeSite: 'site-changed',
  removeSite: 'site-removed',
  setStationPassword: 'station-password-set',
  dropStationPassword: 'station-password-removed',
  commandCharger: 'command-sent',
  createExport: 'export-asked',
  deleteExport: 'export-removed',
  createImport: 'import-run',
  runImport: 'import-run',
  deleteImport: 'import-removed',
  createErasure: 'id-tag-erased',
  makeAlarm: 'alarm-made',
  replaceAlarm: 'alarm-changed',
  removeAlarm: 'alarm-removed',
  testTarget: 'alarm-tested',
  takeAlarmOver: 'alarm-taken-over',
};

const OWN_VIEW = 'a view of the log lets nobody in and changes nothing that is recorded';
/** Writes that leave no record, and why. */
const UNTOLD: Readonly<Record<string, string>> = {
  saveSearch: OWN_VIEW,
  replaceSavedSearch: OWN_VIEW,
  removeSavedSearch: OWN_VIEW,
  putPreferences: 'how somebody wants things shown concerns nobody else',
  estimateExport: 'reads, and tells numbers alone',
  tryAlarm: 'reads, and tells stations, times and ids of entries alone',
  ingestFrames: 'what it adds is the log itself, which names its source',
};

/** Of a station. */
const UNTOLD_YET = { vendor: null, model: null, firmware: null, protocol: null };

interface Asked {
  readonly accept?: string;
  readonly query?: string;
}

const PAGES: readonly Asked[] = [
  { query: 'include=raw' },
  { accept: 'application/x-ndjson' },
  { accept: 'text/csv' },
];
const TAIL: readonly Asked[] = [{ accept: 'text/event-stream', query: 'include=raw' }];
/** What gives messages as they were, asked so that it does. */
const GIVING: Readonly<Record<string, readonly Asked[]>> = {
  listOcppLogs: PAGES,
  listOcppLogsOfSites: PAGES,
  followOcppLogs: TAIL,
  followOcppLogsOfSites: TAIL,
  getOcppLog: [{}, { query: 'include=raw' }],
  getSignedMeterValues: [{}],
  getExportFile: [{ accept: '*/*' }],
};

/** What gives no messages, and what it gives. */
const NOT_GIVING: Readonly<Record<string, readonly string[]>> = {
  'how many there are, by fields that are searched': ['countOcppLogs', 'histogramOfOcppLogs'],
  'what became of tries to charge, with ids of entries': [
    'listSessions',
    'getChargingSession',
    'listVerdicts',
  ],
  'numbers of stations': ['getFleet', 'getFirmwareChanges', 'getNoisyStations'],
  'what stations told of themselves': ['listSites', 'getSite', 'getCharger', 'getChargerFindings'],
  'what alarms wait for, with ids of entries': ['listAlarms', 'getAlarm', 'listFirings', 'followFirings'],
  'how jobs go, not what is in their files': ['listExports', 'getExport', 'followExport'],
  'what somebody uploaded and may upload, not what is recorded': ['listImports', 'getImport', 'followImport'],
  'who may do what, and what was done': ['listKeys', 'listUsers', 'getUser', 'listAudit'],
  'what was erased, without the id tag': ['listErasures', 'getErasure'],
  'what one wants to see': ['listSavedSearches', 'getPreferences'],
  'of the server and of OCPP alone': ['metrics', 'status', 'listCommands'],
};

const writes = ({ method }: Route) => method !== 'GET';
const isOpen = ({ described }: Route) => described.security.length === 0;

/** Of whom routes about a session are. */
async function bossAt({ app, control }: Inhabited): Promise<Readonly<Record<string, string>>> {
  await addUser(control, 'boss', [{ site: null, role: 'admin' }]);
  const browser = new Browser(app);
  await browser.signIn('boss');
  return { cookie: browser.cookie ?? '', 'x-csrf-token': browser.csrf ?? '' };
}

test('every route that writes leaves its record, or says here why it leaves none', async (t) => {
  const routes = (await routesOf(await inhabited(t))).filter(writes);
  const known = [...Object.keys(TOLD), ...Object.keys(UNTOLD)];
  assert.deepEqual(routes.map(({ described }) => described.operationId).sort(), known.sort());
  for (const route of routes) {
    const bench = await inhabited(t);
    const { control } = bench;
    const headers = isOpen(route) ? await bossAt(bench) : asAdmin;
    if (route.path.includes('{id}')) await bench.idFor(route.path);
    if (route.described.operationId === 'dropStationPassword') {
      const password = { site: 'depot', charger: 'CP-1', hash: 'x', nextHash: null, changed: 1 };
      await control.putStationPassword(password);
    }
    const before = control.audited.length;
    const { status, body } = await bench.send(route, headers);
    assert.ok(status < 400, `${nameOf(route)}: ${status} ${body}`);
    const action = TOLD[route.described.operationId];
    // Of an erasure its beginning and its end.
    const told = new Set(control.audited.slice(before).map((record) => record.action));
    assert.deepEqual([...told], action === undefined ? [] : [action], nameOf(route));
  }
});

test('every route that gives messages as they were is in the log as that; the others ask the store for none', async (t) => {
  const routes = (await routesOf(await inhabited(t))).filter((route) => !writes(route) && !isOpen(route));
  const giving = Object.keys(GIVING);
  assert.deepEqual(
    routes.map(({ described }) => described.operationId).sort(),
    [...giving, ...Object.values(NOT_GIVING).flat()].sort(),
  );
  for (const route of routes) {
    for (const asked of GIVING[route.described.operationId] ?? [null]) await gives(t, route, asked);
  }
});

/** `asked`: so that messages are given; null: there is no such way. */
async function gives(t: TestContext, route: Route, asked: Asked | null): Promise<void> {
  const where = `${nameOf(route)} as ${JSON.stringify(asked)}`;
  const bench = await inhabited(t);
  const { control, reader } = bench;
  reader.entries = [entryAt(new Date(DEPOT_TIME).toISOString(), 1n)];
  reader.summaries = [
    { id: CHARGER, ...UNTOLD_YET, connected: false, lastSeen: DEPOT_TIME, capturedThrough: DEPOT_TIME },
  ];
  let rawAsked = 0;
  const { pick } = reader;
  reader.pick = (filter, rendering: Rendering, ids) => {
    if (rendering.raw) rawAsked += 1;
    return pick.call(reader, filter, rendering, ids);
  };
  if (route.path.includes('{id}')) await bench.idFor(route.path);
  const before = control.audited.length;
  const told = () => control.audited.slice(before).map(({ action }) => action);
  if (asked === null) {
    const accept = /\/(?:stream|events)$/.test(route.path) ? 'text/x-none' : 'application/json';
    const { status, body } = await bench.send(route, asAdmin, { accept });
    assert.ok(status === 200 || status === 406, `${where}: ${status} ${body}`);
    assert.deepEqual(told(), [], where);
    const scopes = reader.asked.flatMap((query) => query.scopes);
    assert.ok(rawAsked === 0 && !scopes.some(({ rendering }) => rendering.raw), where);
    return;
  }
  // Of a tail the head, which ends.
  const method = asked.accept === 'text/event-stream' ? 'HEAD' : 'GET';
  const { status, body } = await bench.send({ ...route, method }, asAdmin, asked);
  assert.equal(status, 200, `${where}: ${body}`);
  const action = route.described.operationId === 'getExportFile' ? 'export-downloaded' : 'raw-read';
  assert.ok(told().includes(action), `${where}: ${told()}`);
}

test('an export that is answered with its file is told as fetched', async (t) => {
  const bench = await inhabited(t);
  const [route] = (await routesOf(bench)).filter(({ described }) => described.operationId === 'createExport');
  assert.ok(route);
  const { status, body } = await bench.send(route, asAdmin, { accept: 'text/csv' });
  assert.equal(status, 200, body);
  const told = bench.control.audited.map(({ action, target }) => [action, target]);
  const [[, id] = []] = told;
  assert.ok(id);
  assert.deepEqual(told, [
    ['export-asked', id],
    ['export-downloaded', id],
  ]);
});

test('a command that was sent is told, also where nobody waits for its answer any more', async (t) => {
  const bench = await inhabited(t);
  const [route] = (await routesOf(bench)).filter(
    ({ described }) => described.operationId === 'commandCharger',
  );
  assert.ok(route);
  await bench.app.listen({ port: 0, host: '127.0.0.1' });
  const recorded = new Promise<string>((resolve) => {
    const { audit } = bench.control;
    bench.control.audit = async (events) => {
      await audit.call(bench.control, events);
      for (const { action } of events) resolve(action);
    };
  });
  const gone = new AbortController();
  bench.onCall(() => gone.abort());
  // Safe: it listens on TCP.
  const { port } = bench.app.server.address() as AddressInfo;
  const asked = fetch(`http://127.0.0.1:${port}/sites/depot/chargers/CP-1/commands`, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'Reset', payload: { type: 'Soft' } }),
    signal: gone.signal,
  });
  await assert.rejects(asked, { name: 'AbortError' });
  assert.equal(await recorded, 'command-sent');
});
