/** Calls to stations from outside: over HTTP and by the command line, each held against what the log says of it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import {
  connectStation,
  type Handlers,
  type Payload,
  type PeerStation,
  startCsms,
} from './ocpp-rpc-peers.ts';
import { ADMIN_TOKEN, eventually, launch, type RunningServer, run, startServer } from './running-server.ts';

interface Answer extends Payload {
  readonly outcome: string;
  readonly message_id: string;
  readonly response_payload: Payload | null;
}

interface Entry extends Payload {
  readonly exchange: Payload;
}

const LOG = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange';

async function started(t: TestContext, config?: string): Promise<RunningServer> {
  const server = await startServer(config === undefined ? {} : { config });
  t.after(() => server.stop('SIGKILL'));
  return server;
}

async function strict(
  t: TestContext,
  { url }: RunningServer,
  identity: string,
  protocol: string,
  handlers: Handlers,
): Promise<PeerStation> {
  const station = await connectStation(
    `${url.replace('http', 'ws')}/ocpp/bench`,
    identity,
    protocol,
    handlers,
  );
  t.after(() => station.close());
  return station;
}

async function post(server: RunningServer, path: string, body: object): Promise<Response> {
  return fetch(`${server.url}/rest/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function command(server: RunningServer, charger: string, action: string, payload: Payload = {}) {
  const response = await post(server, `/sites/bench/chargers/${charger}/commands`, { action, payload });
  assert.equal(response.status, 200);
  return (await response.json()) as Answer;
}

/** The log of the calls to stations, as soon as it has so many that have ended. */
async function logged(server: RunningServer, count: number): Promise<readonly Entry[]> {
  return eventually(
    async () => {
      const page = (await (await server.get(`/ocpp-logs/site/bench?${LOG}`)).json()) as {
        ocpp_logs: Entry[];
      };
      return page.ocpp_logs.filter(({ exchange }) => exchange.direction === 'csms_to_station');
    },
    (entries) => entries.filter(({ exchange }) => exchange.outcome !== 'pending').length === count,
  );
}

test('what stations answer, refuse or leave unanswered is told, and stands in the log in the same words', async (t) => {
  const server = await started(t, 'timeout_s: 4');
  const variable = { component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' } };
  await strict(t, server, 'CP_1', 'ocpp1.6', {
    Reset: () => ({ status: 'Accepted' }),
    ChangeConfiguration: () => ({ status: 'Accepted' }),
  });
  await strict(t, server, 'CP_2', 'ocpp2.0.1', {
    GetVariables: () => ({ getVariableResult: [{ ...variable, attributeStatus: 'Rejected' }] }),
  });
  const silent = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP_3`, 'ocpp1.6');
  await once(silent, 'open');

  const secret = 'c0ffee00c0ffee00';
  // Two at once at one station: each is answered, in turn.
  const [reset, change] = await Promise.all([
    command(server, 'CP_1', 'Reset', { type: 'Soft' }),
    command(server, 'CP_1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: secret }),
  ]);
  const unknown = await command(server, 'CP_1', 'ClearCache');
  const variables = await command(server, 'CP_2', 'GetVariables', { getVariableData: [variable] });
  const timeout = await command(server, 'CP_3', 'GetLocalListVersion');
  silent.once('message', () => silent.terminate());
  const lost = await command(server, 'CP_3', 'ClearCache');
  const answers = [reset, change, unknown, variables, timeout, lost];
  assert.deepEqual(
    answers.map(({ outcome }) => outcome),
    ['answered', 'answered', 'error', 'answered', 'timeout', 'connection_lost'],
  );
  assert.equal(unknown.error_code, 'NotImplemented');

  const entries = await logged(server, answers.length);
  const byMessage = new Map(entries.map((entry) => [entry.exchange.message_id, entry]));
  for (const answer of answers) {
    const { exchange } =
      byMessage.get(answer.message_id) ?? assert.fail(`${answer.message_id} is not in the log`);
    assert.deepEqual(
      [exchange.outcome, exchange.response_payload, exchange.error_code, exchange.error_description],
      [answer.outcome, answer.response_payload, answer.error_code, answer.error_description],
    );
  }
  assert.deepEqual(byMessage.get(reset.message_id)?.payload, { type: 'Soft' });
  const masked = byMessage.get(change.message_id);
  assert.deepEqual(masked?.payload, { key: 'AuthorizationKey', value: '***' });
  assert.ok(!server.output().includes(secret), 'the server told a secret');
  const logs = join(server.folder, 'logs');
  for (const name of (await readdir(logs)).filter((file) => !file.endsWith('-shm'))) {
    assert.ok(!(await readFile(join(logs, name))).includes(secret), `${name} holds a secret`);
  }
});

test('a site that is passed on commands its own stations; one that is away is told so', async (t) => {
  const csms = await startCsms('ocpp1.6', {});
  t.after(() => csms.close());
  const server = await started(t, `sites:\n  - id: bench\n    upstream: ${csms.url}/{charger}`);
  let called = 0;
  await strict(t, server, 'CP_1', 'ocpp1.6', {
    ClearCache: () => {
      called += 1;
      return { status: 'Accepted' };
    },
  });
  const refused = async (path: string) => {
    const response = await post(server, path, { action: 'ClearCache' });
    const { detail } = (await response.json()) as { detail: string };
    return [response.status, detail];
  };
  assert.deepEqual(await refused('/sites/bench/chargers/CP_1/commands'), [
    409,
    'The CSMS of this site commands its stations.',
  ]);
  assert.equal((await refused('/sites/nowhere/chargers/CP_1/commands'))[0], 404);
  assert.equal(called, 0);
  // The way to the station is open: its own CSMS reaches it.
  assert.deepEqual(await (await csms.station).call('ClearCache', {}), { status: 'Accepted' });
  assert.equal(called, 1);
});

test('a key that only reads calls nobody', async (t) => {
  const server = await started(t);
  await strict(t, server, 'CP_1', 'ocpp1.6', { ClearCache: () => assert.fail('it was called') });
  const made = await run(['key', 'create', '--name', 'viewer', '--json', '--data', server.folder]);
  const { bearer }: { bearer: string } = JSON.parse(made.stdout);
  const told = await eventually(
    () => run(['command', 'CP_1', 'ClearCache', '--url', server.url, '--key', bearer]),
    ({ stderr }) => !stderr.includes('credentials'),
  );
  assert.equal(told.code, 1);
  assert.match(told.stderr, /scope admin/);
});

test('the command line speaks to the server of its folder, or to one that is named', async (t) => {
  const server = await started(t);
  const asked: Payload[] = [];
  await strict(t, server, 'CP_1', 'ocpp1.6', {
    GetConfiguration: (params) => {
      asked.push(params);
      return { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }] };
    },
  });
  await eventually(
    async () => (await server.get('/sites/bench')).text(),
    (text) => text.includes('CP_1'),
  );
  const shown = await run([
    'command',
    'CP_1',
    'GetConfiguration',
    'key=HeartbeatInterval',
    '--data',
    server.folder,
  ]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stderr, /^CP_1 answered GetConfiguration after [\d.]+ ms\n$/);
  assert.deepEqual(JSON.parse(shown.stdout).configurationKey[0].value, '300');
  assert.deepEqual(asked, [{ key: ['HeartbeatInterval'] }]);
  const remote = ['--url', server.url, '--site', 'bench'];
  const environment = { OCPP_LOGS_KEY: ADMIN_TOKEN };
  const json = await run(
    ['command', 'CP_1', 'GetConfiguration', '-', '--json', ...remote],
    environment,
    '{}',
  );
  assert.equal(json.code, 0, json.stderr);
  const answer = JSON.parse(json.stdout) as Answer;
  assert.equal(answer.outcome, 'answered');
  const entries = await logged(server, 2);
  assert.equal(entries.at(-1)?.exchange.message_id, answer.message_id);
  const refused = await run(['command', 'CP_1', 'ClearCache', ...remote], environment);
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /^CP_1 answered ClearCache with the error NotImplemented after [\d.]+ ms/);
  const wrong = await run(['command', 'CP_1', 'Reset', 'typ=Soft', ...remote], environment);
  assert.equal(
    wrong.stderr,
    'payload.type: is required\npayload.typ: is no field here; did you mean type?\n',
  );
});

test('Ctrl-C ends the wait for a silent station, and withdraws a call that waits its turn', async (t) => {
  const server = await started(t);
  const silent = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP_1`, 'ocpp1.6');
  await once(silent, 'open');
  await eventually(
    async () => (await server.get('/sites/bench')).text(),
    (text) => text.includes('CP_1'),
  );
  const start = (action: string) => {
    const child = launch(['command', 'CP_1', action, '--data', server.folder]);
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  const reached = once(silent, 'message');
  const out = start('ClearCache');
  const [call] = (await reached) as [Buffer];
  const waiting = start('GetLocalListVersion');
  const asks = async () => (await server.get('/metrics')).text();
  await eventually(asks, (text) => /ocpp_logs_csms_calls_waiting 1$/m.test(text));
  for (const child of [waiting, out]) {
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
  }
  await eventually(asks, (text) => /ocpp_logs_csms_calls_waiting 0$/m.test(text));
  const next = once(silent, 'message').then(() => 'sent');
  const { 1: id } = JSON.parse(call.toString()) as [number, string];
  silent.send(JSON.stringify([3, id, { status: 'Accepted' }]));
  // Its next call finds the way free, so what was withdrawn never went out.
  const last = command(server, 'CP_1', 'Reset', { type: 'Soft' });
  assert.equal(await next, 'sent');
  silent.terminate();
  assert.equal((await last).outcome, 'connection_lost');
  const entries = await logged(server, 2);
  assert.deepEqual(
    entries.map(({ action, exchange }) => [action, exchange.outcome]),
    [
      ['ClearCache', 'answered'],
      ['Reset', 'connection_lost'],
    ],
  );
});

test('a simulated station does as it is told: it restarts, and says so', async (t) => {
  const server = await startServer({ args: ['--demo'] });
  t.after(() => server.stop('SIGKILL'));
  const boots = async () => {
    const page = await server.get(`/ocpp-logs/site/demo?${LOG}&charger_id=AC-02&actions=BootNotification`);
    // The site comes into being with its first station.
    if (page.status === 404) return [];
    return ((await page.json()) as { ocpp_logs: readonly { payload: Payload }[] }).ocpp_logs;
  };
  await eventually(boots, (log) => log.length === 1);
  const reset = await run(['command', 'AC-02', 'Reset', 'type=Immediate', '--data', server.folder]);
  assert.deepEqual([reset.code, JSON.parse(reset.stdout)], [0, { status: 'Accepted' }]);
  const [, again] = await eventually(boots, (log) => log.length === 2);
  assert.equal(again?.payload.reason, 'RemoteReset');
});
