import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fresh } from '../../pull/checkpoint.ts';
import { CheckpointFile } from '../../pull/checkpoint-file.ts';
import { listening } from '../../pull/listening.ts';
import { runFor } from '../terminal-double.ts';

const KEYS = { OCPP_LOGS_PULL_API_KEY: 'k', OCPP_LOGS_PULL_SECRET: 's' };

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'ocpp-logs-pull-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server with one entry of an hour ago in every window that holds it. */
async function server(t: TestContext) {
  const at = Date.now() - 3_600_000;
  const entry = {
    occurrence_time: new Date(at).toISOString(),
    action: 'Heartbeat',
    payload: {},
    charger_id: 'CP_1',
    connector_id: null,
  };
  const asked: Asked[] = [];
  const http = createServer(({ url = '', headers }, response) => {
    asked.push({ path: url, headers });
    const { searchParams } = new URL(url, 'http://x');
    const [from, to] = ['from', 'to'].map((name) => Date.parse(searchParams.get(name) ?? ''));
    const found = at >= (from ?? 0) && at < (to ?? 0);
    if (searchParams.has('include')) response.statusCode = 400;
    response.end(JSON.stringify({ ocpp_logs: found ? [entry] : [], count: found ? 1 : 0 }));
  });
  return { url: (await listening(t, http)).origin, asked, entry };
}

function run(data: string, args: readonly string[], environment: Readonly<Record<string, string>> = KEYS) {
  return runFor(['pull', ...args, '--data', data], { environment });
}

test('a mirror is made, told of, goes on, and its state is shown', async (t) => {
  const { url, entry } = await server(t);
  const data = join(folder(t), 'data');
  const args = [url, '--site', 'a b', '--into', 'depot', '--from', '-2h', '--rate', '100'];
  const first = await run(data, args);
  assert.deepEqual([first.status, first.errors], [0, '']);
  const told = first.output.replaceAll(/\d{4}-\S+Z/g, 'TIME').replace(url, 'SERVER');
  assert.deepEqual(told.split('\n'), [
    'a b of SERVER/rest/v1 into site depot, as far as its pages tell',
    '  read       TIME to TIME',
    '  entries    1 in 2 windows, 3 requests',
    '  frames     1 new, 0 stored already',
    '  mirrored   through TIME',
    '',
  ]);
  const second = JSON.parse((await run(data, [...args, '--json'])).output);
  assert.deepEqual(
    [second.site, second.into, second.entries, second.accepted, second.duplicates, second.gaps, second.exact],
    ['a b', 'depot', 1, 0, 1, [], false],
  );
  assert.equal(second.name, new URL(url).host);
  const searched = await runFor([
    'search',
    '--site',
    'depot',
    '--from',
    '-2h',
    '--data',
    data,
    '--format',
    'json',
  ]);
  assert.ok(searched.output.includes(entry.occurrence_time));

  const status = await runFor(['pull', '--status', '--data', data]);
  assert.equal(status.status, 0);
  assert.match(status.output, /^SITE +FROM +MIRRORED SINCE +THROUGH +READ +GAPS +LAST ERROR\ndepot +a b of /);
  const { mirrors } = JSON.parse((await runFor(['pull', '--status', '--json', '--data', data])).output);
  assert.deepEqual([mirrors.length, mirrors[0].counts.entries, mirrors[0].last_error], [1, 1, null]);
});

test('mirrors stand in the configuration file, each with its own key', async (t) => {
  const { url, asked } = await server(t);
  const base = folder(t);
  const data = join(base, 'data');
  writeFileSync(join(base, 'secret'), 'from-a-file\n');
  writeFileSync(join(base, 'bearer'), '  olk_x  \n\n');
  const config = join(base, 'c.yaml');
  writeFileSync(
    config,
    [
      'pull:',
      `  - { name: north, url: "${url}/rest/v1/", site: n, rate: 100, api_key: kn, secret_file: ${join(base, 'secret')} }`,
      `  - { name: south, url: "${url}", site: s, rate: 100, bearer_file: ${join(base, 'bearer')} }`,
    ].join('\n'),
  );
  const args = ['--config', config, '--from', '-10m', '--json'];
  const { output, errors } = await run(data, args, {});
  assert.equal(errors, '');
  const reports = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    reports.map(({ name, into, url: of }) => [name, into, of]),
    [
      ['north', 'n', `${url}/rest/v1`],
      ['south', 's', `${url}/rest/v1`],
    ],
  );
  assert.deepEqual(
    new Set(
      asked.map(({ path, headers }) =>
        [path.split('?')[0], headers['x-api-key'], headers.authorization].join(),
      ),
    ),
    new Set(['/rest/v1/ocpp-logs/site/n,kn,', '/rest/v1/ocpp-logs/site/s,,Bearer olk_x']),
  );
  const one = await run(data, ['south', ...args], {});
  assert.equal(JSON.parse(one.output).name, 'south');
  const near = await run(data, ['nort', ...args], {});
  assert.deepEqual(
    [near.status, near.errors],
    [2, 'ocpp-logs pull: "nort" is no mirror of the configuration file; did you mean north?\n'],
  );
});

test('a dry run tells how much there is, and makes nothing', async (t) => {
  const { url, asked } = await server(t);
  const data = join(folder(t), 'data');
  const dry = await run(data, [url, '--site', 'x', '--from', '-2h', '--dry-run']);
  assert.equal(dry.status, 0);
  assert.match(dry.output, /^x of http:\S+\/rest\/v1: 1 entry from \S+ to \S+ \(--dry-run\)\n$/);
  assert.equal(asked.length, 2);
  const json = JSON.parse(
    (await run(data, [url, '--site', 'x', '--from', '-2h', '--dry-run', '--json'])).output,
  );
  assert.deepEqual([json.entries, json.gaps, json.into], [1, 0, 'x']);
  assert.equal(existsSync(data), false);
});

test('wrong use is one line', async (t) => {
  const data = folder(t);
  const url = 'https://logs.example';
  const site = [url, '--site', 'x'];
  const cases: readonly (readonly [string[], RegExp, Record<string, string>?])[] = [
    [[], /^ocpp-logs pull: a URL must follow, or mirrors must stand in the configuration file/],
    [[url], /^--site is needed: the id of the site there/],
    [[url, url, '--site', 'x'], /^one URL at a time/],
    [
      ['ftp://x', '--site', 'x'],
      /^"ftp:\/\/x" is not allowed; allowed is an http:\/\/ or https:\/\/ address/,
    ],
    [['https://u:p@x', '--site', 'x'], /^a password in an address shows in lists of processes/],
    [['https://x?a=1', '--site', 'x'], /without a query/],
    [['logs.example', '--site', 'x'], /^--site belongs to a URL/],
    [['logs.example'], /^ocpp-logs pull: "logs.example" is no mirror .*an address begins with https:/],
    [site, /^no key for logs.example: it is given by OCPP_LOGS_PULL_API_KEY and/, {}],
    [site, /^no secret for logs.example/, { OCPP_LOGS_PULL_API_KEY: 'k' }],
    [[...site, '--secret-file', join(data, 'none')], /none cannot be read \(ENOENT\)/],
    [
      [...site, '--api-key', 'k', '--bearer-file', join(data, 'none')],
      /either a bearer key or a signing key/,
    ],
    [
      [...site, '--sign-path', 'both'],
      /^--sign-path: "both" is not allowed; allowed is one of as-sent, without-prefix/,
    ],
    [[...site, '--settle', 'soon'], /^--settle: "soon" is not allowed; allowed is a span such as 2m/],
    [[...site, '--from', '2099-01-01'], /^--from: "2099-01-01" has not come yet/],
    [[...site, '--into', 'a/b\n'], /^--into: .* is not allowed; it /],
    [[...site, '--follow', '30'], /^"30" is no mirror; seconds follow an equals sign: --follow=30/],
    [[...site, '--follow=0'], /^--follow: "0" is not allowed; allowed is a whole number from 1 to 86400/],
    [[...site, '--rate', '0'], /^--rate: "0" is not allowed/],
  ];
  for (const [args, expected, environment] of cases) {
    const ran = await run(data, args, environment ?? KEYS);
    assert.match(ran.errors, expected);
    assert.deepEqual([ran.status, ran.errors.trimEnd().split('\n').length], [2, 1]);
  }
});

test('two at the same mirror are one too many', async (t) => {
  const data = folder(t);
  const held = CheckpointFile.hold(data, { url: 'https://logs.example/rest/v1', site: 'x', into: 'x' });
  const ran = await run(data, ['https://logs.example', '--site', 'x']);
  held.release();
  assert.deepEqual(
    [ran.status, ran.errors],
    [2, 'another process is pulling x of https://logs.example/rest/v1 into x already\n'],
  );
});

test('the state of a folder without mirrors, with one that failed, and with a file that is none', async (t) => {
  const data = folder(t);
  const none = await runFor(['pull', '--status', '--data', data]);
  assert.equal(none.output, `nothing was pulled into ${data} yet\n`);
  const pair = { url: 'https://logs.example/rest/v1', site: 'x', into: 'y' };
  const file = CheckpointFile.hold(data, pair);
  const gaps = [{ from: 1, to: 2 }];
  file.write({ ...fresh(pair, 0), gaps, lastError: { at: 5, message: 'the server answered 500, 6 times' } });
  file.release();
  mkdirSync(join(data, 'pull'), { recursive: true });
  writeFileSync(join(data, 'pull', 'other.json'), '{}');
  const ran = await runFor(['pull', '--status', '--data', data], { columns: 200 });
  assert.equal(ran.status, 1);
  assert.match(
    ran.output,
    /\ny +x of https:\S+ +1970-\S+ +1970-\S+ +0 +1 +the server answered 500, 6 times\n/,
  );
  assert.match(
    ran.errors,
    /other\.json is no checkpoint; remove it to begin anew, nothing is stored twice\n$/,
  );
});

test('what failed is told, and ends with 1', async (t) => {
  const http = createServer((_, response) => response.writeHead(401).end('{"detail":"no"}'));
  const url = (await listening(t, http)).origin;
  const failed = join(folder(t), 'data');
  const ran = await run(failed, [url, '--site', 'x', '--rate', '100']);
  assert.deepEqual([ran.status, ran.output], [1, '']);
  assert.equal(
    ran.errors,
    `${new URL(url).host}: ${url} answered 401 (no): check API key and secret, or try --sign-path without-prefix\n`,
  );
  const listed = await runFor(['pull', '--status', '--data', failed]);
  assert.equal(listed.output, `nothing was pulled into ${failed} yet\n`);
  const followed = await run(join(folder(t), 'data'), [url, '--site', 'x', '--follow', '--json']);
  assert.equal(followed.status, 1);
  assert.equal(JSON.parse(followed.output).gaps.length, 0);
});
