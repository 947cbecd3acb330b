import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { SettingError } from './config/error.ts';
import { configJsonSchema } from './config/json-schema.ts';
import { settingsTable } from './config/settings-table.ts';
import { readSettings } from './config.ts';

type Flags = Parameters<typeof readSettings>[0]['flags'];

function read(flags: Flags = {}, environment: Record<string, string> = {}) {
  return readSettings({ flags, environment });
}

function withFile(yaml: string, use: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ocpp-logs-config-'));
  try {
    const path = join(folder, 'c.yaml');
    writeFileSync(path, yaml);
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function complaint(yaml: string, environment: Record<string, string> = {}): string {
  let message = '';
  withFile(yaml, (config) => {
    try {
      read({ config }, environment);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      message = error.message.replaceAll(config, 'c.yaml');
    }
  });
  return message;
}

test('without any source every setting has its default', () => {
  const settings = read();
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.port, 9016);
  assert.equal(settings.data, './data');
  assert.deepEqual(settings.sites, []);
  assert.equal(settings.auto_sites, true);
  assert.equal(settings.limits.auto_sites, 100);
  assert.equal(settings.admin_token, null);
});

test('flags win over variables, variables over the file', () => {
  withFile('port: 1\nhost: a\ndata: f\nlimits: {stations: 7, streams: 8}\n', (config) => {
    const environment = { OCPP_LOGS_PORT: '2', OCPP_LOGS_HOST: 'b', OCPP_LOGS_LIMITS_STREAMS: '9' };
    const settings = read({ config, port: '3' }, environment);
    assert.equal(settings.port, 3);
    assert.equal(settings.host, 'b');
    assert.equal(settings.data, 'f');
    assert.equal(settings.limits.stations, 7);
    assert.equal(settings.limits.streams, 9);
  });
});

test('lists and sites come from variables too', () => {
  const settings = read(
    {},
    {
      OCPP_LOGS_HOSTS: 'logs.example, other.example',
      OCPP_LOGS_SITES: '[{id: depot, retention_days: 30}]',
      OCPP_LOGS_AUTO_SITES: 'false',
    },
  );
  assert.deepEqual(settings.hosts, ['logs.example', 'other.example']);
  assert.deepEqual(settings.sites, [{ id: 'depot', retention_days: 30 }]);
  assert.equal(settings.auto_sites, false);
});

test('the file can be named by a variable', () => {
  withFile('port: 5\n', (path) => assert.equal(read({}, { OCPP_LOGS_CONFIG: path }).port, 5));
});

test('a wrong value is named with its key, its source and what is allowed', () => {
  assert.equal(
    complaint('port: 70000\n'),
    'c.yaml: port: 70000 is not allowed; allowed is a whole number from 0 to 65535',
  );
  assert.equal(
    complaint('', { OCPP_LOGS_PORT: 'http' }),
    'OCPP_LOGS_PORT: "http" is not allowed; allowed is a whole number from 0 to 65535',
  );
  assert.throws(() => read({ 'log-level': 'loud' }), {
    message:
      '--log-level: "loud" is not allowed; allowed is one of trace, debug, info, warn, error, fatal, silent',
  });
  assert.equal(
    complaint('limits: {stations: 0}\n'),
    'c.yaml: limits.stations: 0 is not allowed; allowed is a whole number from 1 to 100000',
  );
  assert.equal(
    complaint('auto_sites: maybe\n'),
    'c.yaml: auto_sites: "maybe" is not allowed; allowed is true or false',
  );
  assert.match(
    complaint('public_path: logs/\n'),
    /public_path: "logs\/" is not allowed; allowed is a path such as/,
  );
});

test('an unknown key brings the nearest one to mind', () => {
  assert.equal(complaint('prot: 1\n'), 'c.yaml: prot: no such setting; did you mean port?');
  assert.equal(
    complaint('limits: {statoins: 1}\n'),
    'c.yaml: limits.statoins: no such setting; did you mean stations?',
  );
  assert.equal(
    complaint('sites: [{id: a, retention: 3}]\n'),
    'c.yaml: sites.0.retention: no such setting; known are id, name, timezone, upstream, retention_days, retention_days_info, retention_days_debug, level, pseudonymise_id_tags, station_auth',
  );
  assert.equal(
    complaint('', { OCPP_LOGS_PROT: '1' }),
    'OCPP_LOGS_PROT: no such setting; did you mean OCPP_LOGS_PORT?',
  );
});

test('all that is wrong is told at once, a line each, from whatever source', () => {
  const yaml = [
    'prot: 1',
    'log_level: loud',
    'limits: {stations: 0, statoins: 1}',
    'trust_proxy: 3',
    'sites: [{name: x}, {id: a, retention: 3}]',
  ].join('\n');
  const environment = { OCPP_LOGS_PROT: '1', OCPP_LOGS_HOSTS_: 'x', OCPP_LOGS_ADMIN_TOKEN: 'short' };
  const lines = complaint(`${yaml}\n`, environment).split('\n');
  const names = lines.map((line) => line.split(/: (?:no such|\S+ is (?:not|missing)|a value)/)[0]);
  assert.deepEqual(names.toSorted(), [
    'OCPP_LOGS_ADMIN_TOKEN',
    'OCPP_LOGS_HOSTS_',
    'OCPP_LOGS_PROT',
    'c.yaml: limits.stations',
    'c.yaml: limits.statoins',
    'c.yaml: log_level',
    'c.yaml: prot',
    'c.yaml: sites.0',
    'c.yaml: sites.1.retention',
    'c.yaml: trust_proxy',
  ]);
});

test('what does not belong together is told at once, too', () => {
  const yaml = [
    'sites: [{id: a, timezone: Mars}, {id: a, upstream: "http://x/{charger}"}]',
    'tls: {cert_file: /c.pem}',
    'upstream: {allow: ["a b"]}',
    'oidc: {issuer: "http://far.example"}',
  ].join('\n');
  const lines = complaint(`${yaml}\n`).split('\n');
  const names = lines.map((line) => /c\.yaml: ([a-z0-9_.]+)/.exec(line)?.[1]);
  assert.deepEqual(names.toSorted(), [
    'oidc.issuer',
    'sites.0.timezone',
    'sites.1.id',
    'sites.1.upstream',
    'tls.cert_file',
    'upstream.allow',
  ]);
});

test('a file full of slips tells the first twenty, and how many more', () => {
  const yaml = Array.from({ length: 30 }, (_, at) => `wrong_${at}: 1\n`).join('');
  const lines = complaint(yaml).split('\n');
  assert.deepEqual([lines.length, lines.at(-1)], [21, 'and 10 more']);
});

test('sites are checked one by one', () => {
  assert.match(complaint('sites: [{name: x}]\n'), /^c\.yaml: sites\.0: id is missing$/);
  assert.match(complaint('sites: [{id: a}, {id: a}]\n'), /^c\.yaml: sites\.1\.id: "a" is there twice/);
  assert.match(
    complaint('sites: [{id: a, timezone: Mars}]\n'),
    /sites\.0\.timezone: "Mars" .* IANA time zone/,
  );
  assert.match(
    complaint('sites: [{id: a, upstream: "http://x/{charger}"}]\n'),
    /sites\.0\.upstream: "http:\/\/x\/\{charger\}" .* wss:/,
  );
  assert.match(complaint('sites: [{id: a, upstream: "wss://x/ocpp"}]\n'), /must contain \{charger\}/);
  assert.match(complaint('sites: [{id: "a\\tb"}]\n'), /without control characters/);
  assert.equal(complaint('sites: [{id: a, upstream: "wss://csms.example/ocpp/{charger}"}]\n'), '');
});

test('a file that is none is one line', () => {
  assert.match(complaint('port: [\n'), /^c\.yaml: no valid YAML: .*[^:]$/);
  assert.match(complaint('- 1\n'), /^c\.yaml: allowed is a mapping of settings/);
  assert.throws(() => read({ config: '/nowhere/c.yaml' }), /cannot be read \(ENOENT\)/);
});

test('an upstream at the top is told where it belongs', () => {
  assert.match(
    complaint('upstream: wss://x/{charger}\n'),
    /^c\.yaml: upstream: .*; the CSMS of a site is sites\[\]\.upstream$/,
  );
});

test('a file of authorities without a certificate is refused', () => {
  withFile('no certificate\n', (path) => {
    const message = complaint(`upstream: {ca_file: ${JSON.stringify(path)}}\n`);
    assert.match(message, /^upstream\.ca_file: .* holds no PEM certificate; /);
  });
  withFile(rootCertificates[0] ?? '', (path) => {
    assert.equal(complaint(`upstream: {ca_file: ${JSON.stringify(path)}}\n`), '');
  });
});

test('variables that Kubernetes makes for a service are passed over', () => {
  const environment = {
    OCPP_LOGS_PORT: 'tcp://10.0.0.7:9016',
    OCPP_LOGS_SERVICE_HOST: '10.0.0.7',
    OCPP_LOGS_PORT_9016_TCP_ADDR: '10.0.0.7',
  };
  assert.equal(read({}, environment).port, 9016);
});

test('whom to believe is a switch or a list, by flag and variable too, and a slip in a list is told', () => {
  assert.equal(read({ 'trust-proxy': 'true' }).trust_proxy, true);
  assert.deepEqual(read({}, { OCPP_LOGS_TRUST_PROXY: '10.0.0.0/8, ::1' }).trust_proxy, ['10.0.0.0/8', '::1']);
  assert.equal(read({}, { OCPP_LOGS_TRUST_PROXY: 'false' }).trust_proxy, false);
  assert.equal(
    complaint('trust_proxy: [10.0.0.300]\n'),
    'c.yaml: trust_proxy: "10.0.0.300" is not allowed; allowed is true, false, or a list of addresses and networks such as 10.0.0.0/8',
  );
  assert.equal(
    complaint('upstream: {allow: ["wss://csms.example"]}\n'),
    'c.yaml: upstream.allow: "wss://csms.example" is not allowed; allowed are host names, *.example, addresses and networks such as 10.0.0.0/8',
  );
});

test('TLS needs certificate and key, and what else it can needs them', () => {
  assert.equal(complaint('tls: {key_file: k}\n'), 'c.yaml: tls.key_file: needs tls.cert_file beside it');
  assert.equal(
    complaint('upstream: {cert_file: c}\n'),
    'c.yaml: upstream.cert_file: needs upstream.key_file beside it',
  );
  assert.equal(
    complaint('tls: {client_ca_file: c}\n'),
    'c.yaml: tls.client_ca_file: needs tls.cert_file and tls.key_file beside it',
  );
  assert.equal(
    read({}, { OCPP_LOGS_TLS_PORT: '8443', OCPP_LOGS_TLS_CERT_FILE: 'c', OCPP_LOGS_TLS_KEY_FILE: 'k' }).tls
      .port,
    8443,
  );
});

test('secrets are checked and never shown', () => {
  assert.equal(read({}, { OCPP_LOGS_ADMIN_TOKEN: 'a'.repeat(24) }).admin_token, 'a'.repeat(24));
  assert.throws(
    () => read({}, { OCPP_LOGS_ADMIN_TOKEN: 'hidden-one' }),
    (error: Error) =>
      /OCPP_LOGS_ADMIN_TOKEN: a value of 10 characters/.test(error.message) &&
      !error.message.includes('hidden'),
  );
});

test('docs/config.schema.json is what the settings are', () => {
  const path = new URL('../../../docs/config.schema.json', import.meta.url);
  const expected = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  assert.equal(readFileSync(path, 'utf8'), expected, 'run: node --conditions=source scripts/write-docs.mjs');
});

test('docs/configuration.md lists every setting as it is', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  assert.ok(
    page.includes(`\n${settingsTable()}\n\n`),
    'run: node --conditions=source scripts/write-docs.mjs',
  );
});
