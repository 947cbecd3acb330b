/** The command line beside a running server, and what a person meets who uses either wrongly. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, type RunningServer, run, startServer, temporaryFolder } from './running-server.ts';

let server: RunningServer;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const beside = (args: readonly string[], input = '') => run([...args, '--data', server.folder], {}, input);
const page = (site: string) => `/rest/v1/ocpp-logs/site/${site}?from=2026-01-01&to=2026-02-01`;

function status(path: string, bearer: string): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}` };
  return fetch(`${server.url}${path}`, { headers }).then((response) => response.status);
}

test('a key made beside a running server is honoured, and refused once it is revoked', async () => {
  await beside(['site', 'add', 'keys']);
  const made = await beside([
    'key',
    'create',
    '--name',
    'test',
    '--sites',
    'keys',
    '--expires',
    '90d',
    '--json',
  ]);
  const key: { id: string; bearer: string } = JSON.parse(made.stdout);
  await eventually(
    () => status(page('keys'), key.bearer),
    (code) => code === 200,
  );
  assert.equal((await beside(['key', 'revoke', key.id])).code, 0);
  await eventually(
    () => status(page('keys'), key.bearer),
    (code) => code === 401,
  );
});

test('a log is imported into a running server, found by its API and by search, and not twice', async () => {
  const log = [
    '2026-01-05T10:00:00.000Z >> [2,"1","Heartbeat",{}]',
    '2026-01-05T10:00:00.031Z << [3,"1",{"currentTime":"2026-01-05T10:00:00Z"}]',
    '2026-01-05T10:00:05.000Z >> [2,"2","Heartbeat",{}]',
  ].join('\n');
  const args = ['import', '-', '--site', 'depot', '--charger', 'CP_1'];
  const first = await beside([...args, '--json'], log);
  assert.deepEqual([first.code, JSON.parse(first.stdout).accepted], [0, 3]);
  const again = await beside([...args, '--json'], log);
  assert.deepEqual([JSON.parse(again.stdout).accepted, JSON.parse(again.stdout).duplicates], [0, 3]);

  const answer = await server.get(`${page('depot')}&include=exchange&sort_order=asc`);
  const { count, ocpp_logs } = (await answer.json()) as {
    count: number;
    ocpp_logs: readonly { exchange: { outcome: string; latency_ms: number | null } }[];
  };
  assert.equal(count, 2);
  assert.deepEqual(
    ocpp_logs.map(({ exchange }) => [exchange.outcome, exchange.latency_ms]),
    [
      ['answered', 31],
      ['unanswered', null],
    ],
  );
  const found = await beside(['search', '--site', 'depot', '--from', '2026-01-01', '--to', '2026-02-01']);
  assert.equal(found.stdout.trim().split('\n').length, 2);
});

test('simulated stations are recorded by the server that they find on the folder', async () => {
  const ran = await beside(['simulate', '--stations', '2', '--speed', '600', '--for', '2s']);
  assert.equal(ran.code, 0);
  assert.match(
    ran.stdout,
    /^2 stations: [\d,]+ frames? sent, \d+ received, \d+ sessions? ended, \d+ still charging, \d+ errors?\n$/,
  );
  // What a station was answered is committed a moment later.
  await eventually(
    () => beside(['search', '--site', 'demo', '--from', '-1h', '--actions', 'BootNotification']),
    ({ stdout }) => stdout.trim().split('\n').length === 2,
  );
});

test('a second server on the folder is one clear line and status 2', async () => {
  const second = await beside(['serve', '--port', '0']);
  assert.equal(second.code, 2);
  assert.equal(
    second.stderr,
    `data folder ${server.folder} is in use by a running server at ${server.url} (process ${server.pid}); stop it or choose another with --data\n`,
  );
});

test('a taken port, a folder that cannot be written and a wrong setting are one clear line and status 2', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  assert.ok(typeof address === 'object' && address !== null);
  const folder = await temporaryFolder();
  const file = join(folder, 'file');
  await writeFile(file, '');
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['--port', String(address.port), '--data', folder], /^port \d+ of 127\.0\.0\.1 is taken; [^\n]+\n$/],
    [['--port', '0', '--data', join(file, 'x')], /^data folder \S+ cannot be written \(ENOTDIR\); [^\n]+\n$/],
    [['--port', '99999'], /^--port: 99999 is not allowed; allowed is a whole number from 0 to 65535\n$/],
    [['--prot', '1'], /^--prot: no such option of ocpp-logs serve; did you mean --port\? [^\n]+\n$/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await run(args);
    // Not lines of the log, such as that a thread is slow on a busy machine.
    assert.match(stderr.replaceAll(/^\{.*\n/gm, ''), expected);
    assert.deepEqual([code, stdout], [2, '']);
  }
  taken.close();
});

test('a folder whose server was killed can be imported into and served again', async () => {
  const folder = await temporaryFolder();
  const first = await startServer({ folder });
  await first.stop('SIGKILL');
  const log = '2026-01-05T10:00:00.000Z [2,"1","Heartbeat",{}]\n';
  const imported = await run(['import', '-', '--charger', 'a', '--site', 's', '--data', folder], {}, log);
  assert.match(imported.stdout, /accepted +1\n/);
  const second = await startServer({ folder });
  const answer = (await (await second.get(page('s'))).json()) as { count: number };
  assert.equal(answer.count, 1);
  assert.equal(await second.stop(), 0);
});
