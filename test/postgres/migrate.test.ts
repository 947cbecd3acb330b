/** A control.db that moves into PostgreSQL: all of it, once, and nothing over what is there. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { COMMAND_LINE } from '../../packages/server/src/store/audit.ts';
import { alarm, firing } from '../../packages/server/src/store/control/conformance/alarms.ts';
import {
  ADMIN_OF_ALL,
  search,
  session,
  user,
} from '../../packages/server/src/store/control/conformance/records.ts';
import { ControlDatabase } from '../../packages/server/src/store/control/database.ts';
import { keyRecord, site, start } from '../../packages/server/src/store/control/fixtures.ts';
import { readAddress } from '../../packages/server/src/store/postgres/address.ts';
import { PostgresDatabase } from '../../packages/server/src/store/postgres/database.ts';
import { run, startServer, temporaryFolder } from '../e2e/running-server.ts';
import { LACKING, openCluster, PASSWORD } from './cluster.ts';

const options = { skip: LACKING, timeout: 110_000 };
const cluster = LACKING === false ? await openCluster() : null;
const EVENT = {
  ...COMMAND_LINE,
  ...{ at: 1, site: 'depot', target: 'x\0y', address: null, request: null, count: 3 },
  action: 'raw-read',
  details: { a: ['b'] },
} as const;
const ALL = { from: 0, to: 1e15, actor: null, actions: null, site: null, before: null, take: 100 };

async function newDatabase(): Promise<string> {
  if (cluster === null) throw new Error(String(LACKING));
  return cluster.database();
}

async function opened(t: TestContext, url: string): Promise<PostgresDatabase> {
  const store = await PostgresDatabase.open(readAddress({ url }));
  t.after(() => store.close());
  return store;
}

async function filled(t: TestContext): Promise<string> {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true }));
  const store = new ControlDatabase(folder);
  store.putSite(site({ changedBy: 'nobody’s \\ "name"', retentionDays: 3 }));
  store.settingsLogged('depot', null, { level: 'debug', upstream: null });
  store.putKey(keyRecord({ sites: ['depot'], sealedSecret: new Uint8Array([0, 255, 1]) }));
  const oidc = { issuer: 'https://login.example', subject: 's' };
  store.users.add(user('ada', { roles: ADMIN_OF_ALL, oidc }));
  store.users.add(
    user('bob', {
      roles: [
        { site: null, role: 'viewer' },
        { site: 'depot', role: 'admin' },
      ],
    }),
  );
  store.sessions.open(session('s', 'ada', { expires: 1e15, idleMs: 1e15 }), null);
  store.sessions.putLink({ id: 'l', user: null, expires: 1e15 });
  store.saved.put(search('q', { shared: true }));
  store.preferences.put('user_ada', { value: '{}', changed: 1 });
  store.stationPasswords.put({ site: 'depot', charger: 'CP', hash: 'h', nextHash: null, changed: 1 });
  store.rememberAnswer('k1', 'depot', 'i', '{"accepted":1}', 5);
  for (let at = 0; at < 1_200; at += 1) store.transactionNumber(start({ messageId: `m\0${at}` }), 9);
  store.audit.append([EVENT, EVENT]);
  store.audit.purge(0, 1);
  store.backups.add({ path: '/mnt', made: 7, entries: 5, sites: ['depot'] });
  store.alarms.put(alarm('a1', { sites: ['depot'] }));
  store.alarms.fire([firing('k1'), firing('k2', { site: 'yard' })]);
  store.close();
  return folder;
}

test('all of control.db is in PostgreSQL afterwards, and counting goes on', options, async (t) => {
  const folder = await filled(t);
  const url = await newDatabase();
  const migrated = () => run(['control', 'migrate', '--to', url, '--data', folder, '--json']);
  const { code, stdout, stderr } = await migrated();
  assert.equal(code, 0, stderr);
  assert.ok(!(stdout + stderr).includes(PASSWORD) && !stdout.includes(encodeURIComponent(PASSWORD)));
  const { before, tables } = JSON.parse(stdout);
  assert.equal(before, false);
  const rows = Object.fromEntries(
    tables.map(({ table, rows: n }: { table: string; rows: number }) => [table, n]),
  );
  assert.deepEqual(rows, {
    ...{ sites: 1, keys: 1, users: 2, roles: 3, sessions: 1, links: 1, searches: 1, preferences: 1 },
    ...{ station_passwords: 1, answers: 1, starts: 1_200, audit: 1, erasures: 0, backups: 1 },
    ...{ alarms: 1, alarm_progress: 1, alarm_firings: 2 },
  });
  const [ours, theirs] = [new ControlDatabase(folder), await opened(t, url)];
  t.after(() => ours.close());
  // Only where there are other nodes can one be asked by them.
  const { askedErasures, ...snapshot } = await theirs.snapshot();
  assert.deepEqual([snapshot, askedErasures], [ours.snapshot(), new Map()]);
  assert.deepEqual(await theirs.loggedSettings(), ours.loggedSettings());
  assert.deepEqual(await theirs.saved.of('user_ada'), ours.saved.of('user_ada'));
  assert.deepEqual(await theirs.stationPasswords.of('depot'), ours.stationPasswords.of('depot'));
  assert.deepEqual(await theirs.audit.list(ALL), [{ n: 2, ...EVENT, target: 'x\ufffdy' }]);
  assert.deepEqual(await theirs.backups.all(), ours.backups.all());
  const told = { alarm: null, sites: null, before: null, take: 9 };
  assert.deepEqual(await theirs.alarms.firings(told), ours.alarms.firings(told));
  assert.equal(await theirs.firstAnswer('k1', 'depot', 'i', 6), '{"accepted":1}');
  assert.equal(await theirs.transactionNumber(start({ messageId: `m\0${7}` }), 9), 8);
  assert.equal(JSON.parse((await migrated()).stdout).before, true, 'the same again is nothing new');
  assert.deepEqual(await theirs.alarms.fire([firing('k1'), firing('k3')]), ['known', 3]);
  assert.equal(await theirs.transactionNumber(start({ messageId: 'new' }), 9), 1_201);
  await theirs.audit.append([EVENT]);
  assert.equal((await theirs.audit.list(ALL))[0]?.n, 3);
  await assert.rejects(
    async () => theirs.users.add(user('eve', { oidc: { issuer: 'https://login.example', subject: 's' } })),
    {
      code: 'SUBJECT_TAKEN',
    },
  );
  const refused = await migrated();
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^PostgreSQL [^\n]* holds other control data already \([^\n]*keys: 1[^\n]*\n$/,
  );
});

test('numbers of transactions that were forgotten are not given again', options, async (t) => {
  const folder = await filled(t);
  const ours = new ControlDatabase(folder);
  while (ours.purge(31 * 86_400_000));
  ours.close();
  const url = await newDatabase();
  assert.equal((await run(['control', 'migrate', '--to', url, '--data', folder])).code, 0);
  assert.equal(await (await opened(t, url)).transactionNumber(start(), 1), 1_201);
});

test('a folder in use is not copied; one that was forgotten is told of at the start', options, async (t) => {
  const folder = await filled(t);
  const url = await newDatabase();
  const server = await startServer({ folder });
  const busy = await run(['control', 'migrate', '--to', url, '--data', folder]);
  await server.stop();
  assert.deepEqual([busy.code, /in use by a running server/.test(busy.stderr)], [2, true], busy.stderr);
  const env = { OCPP_LOGS_CONTROL_POSTGRES_URL: url };
  const forgotten = await run(['serve', '--port', '0', '--data', folder], env);
  assert.equal(forgotten.code, 2);
  assert.match(forgotten.stderr, /copy it by ocpp-logs control migrate/);
  assert.equal((await run(['control', 'migrate', '--data', folder], env)).code, 0);
  const moved = await startServer({ folder, env });
  assert.equal((await moved.get('/rest/v1/ocpp-logs/site/depot?from=2020-01-01&to=2030-01-01')).status, 200);
  await moved.stop();
});
