import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { sha256Hex } from '../auth/keys.ts';
import { DEPOT_TIME, entryAt } from '../store/conformance/entries.ts';
import { ControlDatabase } from '../store/control/database.ts';
import { emptySite } from '../store/control/site-rules.ts';
import { openWriter } from '../store/sqlite/writer.ts';
import { runFor } from './terminal-double.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runFor([...args, '--data', folder]);

function stored() {
  const control = new ControlDatabase(folder);
  const snapshot = control.snapshot();
  control.close();
  return snapshot;
}

test('a site without entries is removed, with its place in keys; one that was never there is named', async () => {
  for (const id of ['depot', 'yard']) assert.equal((await run('site', 'add', id)).status, 0);
  await run('key', 'create', '--name', 'only', '--sites', 'depot');
  const { status, output } = await run('site', 'remove', 'depot');
  assert.deepEqual([status, output], [0, 'removed site depot\n']);
  const { sites, keys } = stored();
  assert.deepEqual([...sites.keys()], ['yard']);
  assert.deepEqual(
    keys.map(({ sites: of, revoked }) => [of, revoked]),
    [[[], true]],
  );
  const again = await run('site', 'remove', 'depot');
  assert.notEqual(again.status, 0);
  assert.match(again.errors, /no such site: depot/);
  assert.notEqual((await run('site', 'remove')).status, 0);
  const told = await run('audit', '--json');
  assert.match(told.output, /"action":"site-removed".*"site":"depot"/);
});

test('a site with entries stays, and so does one of the configuration file', async () => {
  assert.equal((await run('site', 'add', 'depot')).status, 0);
  const writer = openWriter({ folder, derive: (entry) => entry, report: assert.fail });
  writer.apply('depot', [{ slot: { id: null }, entry: entryAt(DEPOT_TIME) }]);
  writer.commit();
  writer.close();
  const kept = await run('site', 'remove', 'depot');
  assert.equal(kept.status, 1);
  assert.match(kept.errors, /site depot has 1 entry, .*--retention-days 1/);
  const control = new ControlDatabase(folder);
  control.putSite(emptySite('configured', 'config'));
  control.close();
  assert.match((await run('site', 'remove', 'configured')).errors, /configuration file/);
  assert.deepEqual([...stored().sites.keys()], ['configured', 'depot']);
});

test('a key is printed once as one line of JSON with exactly these names', async () => {
  const before = Date.now();
  const { status, output, errors } = await run(
    ...[
      'key',
      'create',
      '--name',
      'csms',
      '--scopes',
      'ingest,read',
      '--sites',
      'a,b',
      '--expires',
      '90d',
      '--json',
    ],
  );
  assert.equal(status, 0);
  assert.equal(errors, 'no such site yet: a, b; the key will see it when there is one\n');
  assert.match(output, /^[^\n]+\n$/);
  const key: Record<string, unknown> = JSON.parse(output);
  assert.deepEqual(Object.keys(key), ['id', 'api_key', 'secret', 'bearer', 'scopes', 'sites', 'expires']);
  assert.deepEqual(key.scopes, ['read', 'ingest']);
  assert.deepEqual(key.sites, ['a', 'b']);
  const late = Date.parse(String(key.expires)) - before - 90 * 86_400_000;
  assert.ok(late >= 0 && late < 60_000);
  const [record] = stored().keys;
  assert.equal(record?.id, key.id);
  assert.equal(record?.bearerHash, sha256Hex(String(key.bearer)));
});

test('a key without more reads every site for ever', async () => {
  await run('key', 'create', '--name', 'me');
  const [record] = stored().keys;
  assert.deepEqual([record?.scopes, record?.sites, record?.expires], [['read'], null, null]);
});

test('an expiry that is neither span nor time is refused and names spans', async () => {
  const { status, errors } = await run('key', 'create', '--name', 'me', '--expires', 'soon');
  assert.equal(status, 2);
  assert.match(errors, /^--expires must be .*; a span such as 90d is read too\n$/);
});

test('wrong wishes make no key', async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [[], /^--name is needed/],
    [
      ['--name', 'x', '--scopes', 'write'],
      /^--scopes: "write" is not allowed; allowed are read, ingest, admin\n$/,
    ],
    [['--name', 'x', '--expires', 'soon'], /^--expires must be an ISO 8601 time/],
    [['--name', 'x', '--expires', '2001-01-01'], /^--expires: "2001-01-01" has passed/],
  ];
  for (const [args, expected] of cases) {
    const { status, errors } = await run('key', 'create', ...args);
    assert.equal(status, 2);
    assert.match(errors, expected);
  }
  assert.deepEqual(stored().keys, []);
});

test('keys are listed without secrets and revoked by id', async () => {
  const created: { id: string; secret: string } = JSON.parse(
    (await run('key', 'create', '--name', 'one', '--json')).output,
  );
  assert.equal((await run('key', 'revoke', created.id)).output, `revoked ${created.id}\n`);
  const listed = await run('key', 'list', '--json');
  assert.equal(listed.output.includes(created.secret), false);
  assert.equal(JSON.parse(listed.output).state, 'revoked');
  assert.match((await run('key', 'list')).output, /^ID +NAME +SCOPES +SITES +STATE/);
  const unknown = await run('key', 'revoke', 'key_none');
  assert.deepEqual([unknown.status, unknown.errors], [1, 'no such key: key_none (see ocpp-logs key list)\n']);
});

test('a site is added, changed and listed; what is not said stays', async () => {
  const upstream = 'wss://csms.example/ocpp/{charger}';
  assert.equal((await run('site', 'add', 'depot', '--upstream', upstream)).output, 'added site depot\n');
  assert.equal((await run('site', 'add', 'depot', '--retention-days', '30')).output, 'changed site depot\n');
  assert.deepEqual(JSON.parse((await run('site', 'list', '--json')).output), {
    id: 'depot',
    name: 'depot',
    timezone: 'UTC',
    upstream,
    retention_days: 30,
    retention_days_info: 0,
    retention_days_debug: 0,
    level: 'debug',
    pseudonymise_id_tags: false,
    station_auth: 'none',
    origin: 'added',
  });
  assert.equal((await run('site', 'add', 'depot', '--level', 'info')).output, 'changed site depot\n');
  assert.deepEqual(
    [stored().sites.get('depot')?.level, stored().sites.get('depot')?.changedBy],
    ['info', 'command line'],
  );
  assert.equal((await run('site', 'add', 'depot', '--level', 'trace')).status, 2);
  assert.equal((await run('site', 'add', 'depot', '--level', 'debug')).status, 0);
  assert.equal((await run('site', 'add', 'depot', '--pseudonymise-id-tags', 'yes')).status, 0);
  assert.equal(stored().sites.get('depot')?.pseudonymiseIdTags, true);
  assert.equal((await run('site', 'add', 'depot', '--pseudonymise-id-tags', 'no')).status, 0);
  assert.equal(stored().sites.get('depot')?.pseudonymiseIdTags, false);
  assert.match((await run('site', 'list')).output, /^depot +depot +UTC +30 days +debug +added +wss:/m);
});

test('the zone of a site has one name, and is understood by the name that files give it', async () => {
  for (const flag of ['--time-zone', '--timezone']) {
    const { status, errors } = await run('site', 'add', `of${flag}`, flag, 'Europe/Berlin');
    assert.deepEqual([status, errors], [0, '']);
    assert.equal(stored().sites.get(`of${flag}`)?.timezone, 'Europe/Berlin');
  }
  const twice = await run('site', 'add', 'a', '--timezone', 'UTC', '--time-zone=UTC');
  assert.deepEqual([twice.status, twice.errors], [2, '--time-zone is given twice\n']);
});

test('--upstream none returns a site to the built-in CSMS', async () => {
  await run('site', 'add', 'depot', '--upstream', 'wss://csms.example/ocpp/{charger}', '--name', 'North');
  assert.equal((await run('site', 'add', 'depot', '--upstream', 'none')).output, 'changed site depot\n');
  const site = stored().sites.get('depot');
  assert.deepEqual([site?.upstream, site?.name], [null, 'North']);
});

test('a site that cannot be is refused with what is allowed', async () => {
  const zone = await run('site', 'add', 'a', '--time-zone', 'Mars');
  assert.deepEqual([zone.status, zone.output], [2, '']);
  assert.match(zone.errors, /^--time-zone: "Mars" is not allowed; it must be an IANA time zone/);
  const days = await run('site', 'add', 'a', '--retention-days', '-1');
  assert.match(
    days.errors,
    /^--retention-days: "-1" is not allowed; allowed is a whole number from 0 to 36500/,
  );
  assert.equal((await run('site', 'add')).status, 2);
});

test('lists of a folder that is none fail and make nothing', async () => {
  const { status, errors } = await runFor(['key', 'list', '--data', join(folder, 'mistyped')]);
  assert.equal(status, 1);
  assert.match(errors, /mistyped is no data folder of ocpp-logs/);
});
