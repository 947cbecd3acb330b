import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readSettings } from '../config.ts';
import { oidcOfSettings } from './oidc-settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-oidc-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function settingsOf(yaml: string, environment: Readonly<Record<string, string>> = {}) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, yaml);
  return readSettings({ environment, flags: { config: file } });
}
const GOOD = '{issuer: "https://login.example/realms/grid", client_id: ocpp-logs';

test('without an issuer nobody signs in by a provider', () => {
  assert.equal(oidcOfSettings(settingsOf('port: 1')), null);
  assert.equal(oidcOfSettings(settingsOf('oidc: {client_id: x}')), null);
});

test('a provider is taken from the file, its secret from a file of its own or the variable', () => {
  const rules = 'role_claim: groups, roles: [{value: a, role: admin}, {value: b, role: viewer, site: depot}]';
  const asked = oidcOfSettings(settingsOf(`oidc: ${GOOD}, ${rules}}`));
  assert.deepEqual(asked, {
    issuer: 'https://login.example/realms/grid',
    clientId: 'ocpp-logs',
    clientSecret: null,
    scopes: ['openid', 'profile'],
    nameClaim: 'preferred_username',
    roleClaim: 'groups',
    roles: [
      { value: 'a', role: 'admin', site: null },
      { value: 'b', role: 'viewer', site: 'depot' },
    ],
    autoCreate: false,
    redirectUri: null,
  });
  const variable = { OCPP_LOGS_OIDC_CLIENT_SECRET: 'from-the-variable' };
  assert.equal(oidcOfSettings(settingsOf(`oidc: ${GOOD}}`, variable))?.clientSecret, 'from-the-variable');
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'from-the-file\n');
  const file = `oidc: ${GOOD}, client_secret_file: "${secret}"}`;
  assert.equal(oidcOfSettings(settingsOf(file, variable))?.clientSecret, 'from-the-file');
  rmSync(secret);
  assert.throws(() => oidcOfSettings(settingsOf(file)), {
    name: 'SettingError',
    message: `oidc.client_secret_file: ${secret} cannot be read (ENOENT)`,
  });
});

test('what does not belong together stops the start, with the setting', () => {
  for (const [yaml, expected] of [
    ['{issuer: "http://login.example", client_id: x}', /oidc\.issuer must be an https:\/\/ address/],
    ['{issuer: login, client_id: x}', /oidc\.issuer must be/],
    ['{issuer: "https://login.example"}', /oidc\.client_id is needed beside the issuer$/],
    [`${GOOD}, scopes: [profile]}`, /oidc\.scopes must contain openid$/],
    [`${GOOD}, redirect_uri: "https://logs.example/"}`, /oidc\.redirect_uri must be .*\/callback$/],
    [`${GOOD}, roles: [{value: a, role: admin}]}`, /oidc\.role_claim is needed beside roles$/],
    [
      `${GOOD}, role_claim: g, roles: [{value: a, role: root}]}`,
      /oidc\.roles\.0\.role: "root" is not allowed/,
    ],
    [`${GOOD}, role_claim: g, roles: [{value: a, role: admin, site: ".."}]}`, /oidc\.roles name a site/],
  ] as const) {
    assert.throws(() => settingsOf(`oidc: ${yaml}`), { name: 'SettingError', message: expected }, yaml);
  }
  const local = settingsOf('oidc: {issuer: "http://127.0.0.1:3000", client_id: x}');
  assert.equal(local.oidc.issuer, 'http://127.0.0.1:3000');
});
