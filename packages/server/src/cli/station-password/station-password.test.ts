import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { StationPasswords } from '../../auth/station-passwords.ts';
import { ControlDatabase } from '../../store/control/database.ts';
import { runFor } from '../terminal-double.ts';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-stations-'));
  await run('site', 'add', 'depot', '--station-auth', 'basic');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => runFor([...args, '--data', folder]);

async function letIn(charger: string, password: string): Promise<boolean> {
  const control = new ControlDatabase(folder);
  const passwords = new StationPasswords(
    {
      stationPassword: async (site, id) => control.stationPasswords.get(site, id),
      putStationPassword: async () => {},
      dropStationPassword: async () => false,
    },
    Date.now,
  );
  const header = `Basic ${Buffer.from(`${charger}:${password}`).toString('base64')}`;
  const refusal = await passwords.refusal({ site: 'depot', charger }, header, '192.0.2.1');
  control.close();
  return refusal === null;
}

test('a password is made, shown once, counts, is listed without itself, and is taken away', async () => {
  const made = await run('station', 'password', 'depot', 'CP_1');
  assert.deepEqual([made.status, made.errors], [0, '']);
  assert.match(made.output, /^[0-9a-f]{40}\n$/);
  assert.equal(await letIn('CP_1', made.output.trim()), true);
  assert.equal(await letIn('CP_1', '0'.repeat(40)), false);
  const listed = await run('station', 'list', 'depot', '--json');
  assert.deepEqual(Object.keys(JSON.parse(listed.output)), ['charger', 'changed', 'next']);
  assert.match((await run('station', 'list', 'depot')).output, /^CHARGER .*\nCP_1 /);
  assert.equal((await run('station', 'forget', 'depot', 'CP_1')).status, 0);
  assert.equal(await letIn('CP_1', made.output.trim()), false);
  assert.equal((await run('station', 'forget', 'depot', 'CP_1')).status, 1);
});

test('slips are told: a site that is not there, a word too few, an id that cannot be', async () => {
  assert.match(
    (await run('station', 'password', 'dept', 'CP_1')).errors,
    /no site dept; did you mean depot\?/,
  );
  assert.equal((await run('station', 'password', 'depot')).status, 2);
  assert.equal((await run('station', 'password', 'depot', '..')).status, 2);
  assert.equal((await run('station', 'list')).status, 2);
});

test('a password of a site that asks for none is kept, and said so', async () => {
  await run('site', 'add', 'bench');
  const made = await run('station', 'password', 'bench', 'CP_1');
  assert.match(made.errors, /not asked for until/);
});

test('a site that is passed on has no passwords of its own, and a list of hosts binds the command line too', async () => {
  const upstream = ['--upstream', 'ws://127.0.0.1:9/{charger}'];
  const both = await run('site', 'add', 'depot', ...upstream);
  assert.match(both.errors, /--station-auth: "basic" is not allowed/);
  assert.equal((await run('site', 'add', 'free', ...upstream)).status, 0);
  const environment = { OCPP_LOGS_UPSTREAM_ALLOW: '*.csms.example' };
  const bound = await runFor(['site', 'add', 'bound', ...upstream, '--data', folder], { environment });
  assert.equal(bound.status, 2);
  assert.match(
    bound.errors,
    /--upstream.*127\.0\.0\.1, which is not allowed: add it to the setting upstream\.allow/,
  );
});
