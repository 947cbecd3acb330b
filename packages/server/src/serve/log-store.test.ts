import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SettingError } from '../config/error.ts';
import { readSettings } from '../config.ts';
import { logStore } from './log-store.ts';

const URL_OF = { OCPP_LOGS_STORE_CLICKHOUSE_URL: 'https://clickhouse.example:8443' };

function clickhouse(environment: Readonly<Record<string, string>>) {
  return logStore('/nowhere', readSettings({ environment, flags: {} }), assert.fail).clickhouse;
}

function fileOf(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'password'), text);
  return join(folder, 'password');
}

test('without an address entries are read from the folder, and nothing is noted to be shipped', () => {
  const store = logStore('/nowhere', readSettings({ environment: {}, flags: {} }), assert.fail);
  assert.deepEqual([store.clickhouse, store.recorder], [null, {}]);
});

test('the password is that of the file, or else of the variable', (t) => {
  const variable = { ...URL_OF, OCPP_LOGS_CLICKHOUSE_PASSWORD: 'from-the-variable' };
  assert.deepEqual(clickhouse(variable), {
    url: 'https://clickhouse.example:8443',
    database: 'ocpp_logs',
    username: 'default',
    password: 'from-the-variable',
    cluster: null,
    queryTime: 60_000,
  });
  const file = { OCPP_LOGS_STORE_CLICKHOUSE_PASSWORD_FILE: fileOf(t, 'from-the-file\n') };
  assert.equal(clickhouse({ ...variable, ...file })?.password, 'from-the-file');
  const missing = { OCPP_LOGS_STORE_CLICKHOUSE_PASSWORD_FILE: '/nowhere/password' };
  assert.throws(() => clickhouse({ ...variable, ...missing }), SettingError);
});

test('names that would have to be quoted, and addresses with a password in them, are no settings', () => {
  for (const [name, value, told] of [
    ['DATABASE', 'logs`; DROP', /a name of letters, digits and _/],
    ['CLUSTER', 'a b', /a name of letters, digits and _, or nothing/],
    ['URL', 'https://user:secret@clickhouse.example', /without user and path/],
    ['URL', 'clickhouse.example', /an address such as/],
  ] as const) {
    assert.throws(() => clickhouse({ ...URL_OF, [`OCPP_LOGS_STORE_CLICKHOUSE_${name}`]: value }), told);
  }
});
