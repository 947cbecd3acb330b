import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { runFor } from '../terminal-double.ts';

interface Asked {
  readonly line: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

interface ServerDouble {
  readonly url: string;
  readonly asked: Asked[];
}

const charger = (id: string, protocol: string | null) => ({ id, protocol });
const SITES = [
  { id: 'depot', chargers: [charger('CP_1', 'ocpp1.6'), charger('CP_2', null)] },
  { id: 'my bench', chargers: [charger('CP_2', 'ocpp2.0.1'), charger('CP_3', 'ocpp2.0.1')] },
];
const NOTHING = {
  message_id: 'm',
  latency_ms: null,
  response_payload: null,
  error_code: null,
  error_description: null,
  error_details: null,
};

/** Knows two sites, and answers every command with `answer`. */
async function serverDouble(t: TestContext, answer: object, status = 200): Promise<ServerDouble> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { method, url = '', headers } = request;
    asked.push({ line: `${method} ${url}`, body, authorization: headers.authorization });
    const site = SITES.find(({ id }) => url === `/rest/v1/sites/${encodeURIComponent(id)}`);
    const told = url === '/rest/v1/sites' ? SITES : (site ?? answer);
    response.writeHead(method === 'POST' ? status : 200);
    response.end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked };
}

const run = ({ url }: ServerDouble, words: readonly string[], input?: string) =>
  runFor(['command', ...words, '--url', url, '--key', 'olk_x'], input === undefined ? {} : { input });

test('the charger is found on its site, and spoken to in its version', async (t) => {
  const server = await serverDouble(t, {
    ...NOTHING,
    outcome: 'answered',
    latency_ms: 12,
    response_payload: { status: 'Accepted' },
  });
  const told = await run(server, ['CP_3', 'UnlockConnector', 'evseId=1', 'connectorId=1']);
  assert.deepEqual(told, {
    status: 0,
    output: '{\n  "status": "Accepted"\n}\n',
    errors: 'CP_3 answered UnlockConnector after 12 ms\n',
  });
  assert.deepEqual(server.asked.at(-1), {
    line: 'POST /rest/v1/sites/my%20bench/chargers/CP_3/commands',
    body: '{"action":"UnlockConnector","payload":{"evseId":1,"connectorId":1}}',
    authorization: 'Bearer olk_x',
  });
  const twice = await run(server, ['CP_2', 'ClearCache']);
  assert.deepEqual([twice.status, twice.errors], [2, '--site is needed: CP_2 is on depot and my bench\n']);
  assert.equal((await run(server, ['CP_2', 'GetConfiguration', '--site', 'depot'])).status, 0);
  const unknown = await run(server, ['CP_4', 'ClearCache', '--site', 'depot']);
  assert.deepEqual([unknown.status, unknown.errors], [1, 'no charger CP_4 on depot; did you mean CP_1?\n']);
});

test('a payload is taken as JSON, from a pipe, or from words; --json gives the whole answer', async (t) => {
  const answer = { ...NOTHING, outcome: 'answered', latency_ms: 1, response_payload: {} };
  const server = await serverDouble(t, answer);
  const big = '{"transactionId": 12345678901234567890}';
  assert.equal((await run(server, ['CP_1', 'RemoteStopTransaction', big])).status, 0);
  assert.equal(server.asked.at(-1)?.body, `{"action":"RemoteStopTransaction","payload":${big}}`);
  assert.equal((await run(server, ['CP_1', 'RemoteStopTransaction', '-'], big)).status, 0);
  assert.equal(server.asked.at(-1)?.body, `{"action":"RemoteStopTransaction","payload":${big}}`);
  const json = await run(server, ['CP_1', 'ClearCache', '--json']);
  assert.deepEqual([json.status, json.output, json.errors], [0, `${JSON.stringify(answer)}\n`, '']);
  for (const wrong of [['-'], ['{"a":'], ['Soft']]) {
    const asked = server.asked.length;
    assert.equal((await run(server, ['CP_1', 'Reset', ...wrong], 'no JSON')).status, 2);
    assert.ok(server.asked.slice(asked).every(({ line }) => !line.startsWith('POST')));
  }
});

test('a refusal, silence, a loss: status 1, and one line that says what happened', async (t) => {
  const cases = [
    [
      {
        outcome: 'error',
        latency_ms: 3,
        error_code: 'NotSupported',
        error_description: 'no\u001b[2J',
        error_details: { a: 1 },
      },
      'CP_1 answered ClearCache with the error NotSupported after 3 ms: no [2J {"a":1}\n',
    ],
    [
      { outcome: 'timeout' },
      'CP_1 did not answer ClearCache in time; an answer that still comes is in the log\n',
    ],
    [{ outcome: 'connection_lost' }, 'CP_1 disconnected before it answered ClearCache\n'],
  ] as const;
  for (const [answer, line] of cases) {
    const server = await serverDouble(t, { ...NOTHING, ...answer });
    assert.deepEqual(await run(server, ['CP_1', 'ClearCache']), { status: 1, output: '', errors: line });
    assert.equal((await run(server, ['CP_1', 'ClearCache', '--json'])).status, 1);
  }
});

test('what the server refuses is told by its fields, and is wrong use where the payload is wrong', async (t) => {
  const errors = [
    { parameter: 'payload.type', message: 'is required' },
    { parameter: 'payload.typ', message: 'is no field here; did you mean type?' },
  ];
  const server = await serverDouble(t, { detail: 'all of it', errors }, 400);
  const told = await run(server, ['CP_1', 'Reset', 'typ=Soft']);
  assert.deepEqual(
    [told.status, told.errors],
    [2, 'payload.type: is required\npayload.typ: is no field here; did you mean type?\n'],
  );
  const away = await serverDouble(t, { detail: 'CP_1 is not connected; nothing was sent.' }, 409);
  const refused = await run(away, ['CP_1', 'Reset', 'type=Soft']);
  assert.deepEqual([refused.status, refused.errors], [1, 'CP_1 is not connected; nothing was sent.\n']);
});

test('an action that needs fields names them where none is given, and nothing is sent', async (t) => {
  const server = await serverDouble(t, {});
  const told = async (...words: string[]) => {
    const { status, errors } = await run(server, words);
    assert.equal(status, 2);
    return errors;
  };
  assert.equal(
    await told('CP_1', 'ChangeConfiguration'),
    'ChangeConfiguration of OCPP 1.6 needs key=TEXT value=TEXT; ocpp-logs command --list ChangeConfiguration shows all its fields\n',
  );
  assert.equal(
    await told('CP_3', 'SetVariables'),
    'SetVariables of OCPP 2.0.1 needs setVariableData=[{...}]; ocpp-logs command --list SetVariables --ocpp-version 2.0.1 shows all its fields\n',
  );
  const asData = await runFor(['command', 'CP_1', 'Reset', '--data', '{"type":"Soft"}']);
  assert.equal(asData.status, 2);
  assert.match(
    asData.errors,
    /^--data names the data folder; .* ocpp-logs command CP_1 Reset '\{\.\.\.\}'$/m,
  );
  assert.ok(server.asked.every(({ line }) => line.startsWith('GET')));
});

test('wrong use is told before anything is sent', async (t) => {
  const server = await serverDouble(t, {});
  const errorsOf = async (...words: string[]) => {
    const { status, errors } = await run(server, words);
    assert.equal(status, 2);
    return errors;
  };
  assert.match(await errorsOf('CP_1'), /a charger and an action must follow, such as CP_1 Reset type=Soft/);
  assert.match(await errorsOf('CP_1', 'Rset'), /did you mean Reset\?/);
  assert.match(await errorsOf('CP_1', 'GetVariables'), /of OCPP 1\.6 .* it is one of 2\.0\.1 and 2\.1/);
  assert.match(await errorsOf('CP_1', 'Heartbeat'), /no action that a station of OCPP 1\.6 is called with/);
  assert.match(await errorsOf('CP_1', 'Reset', '--ocpp-version', '1.6'), /goes with --list/);
  assert.ok(server.asked.every(({ line }) => line.startsWith('GET')));
  const noKey = await runFor(['command', 'CP_1', 'Reset', '--url', server.url]);
  assert.deepEqual([noKey.status, noKey.errors.startsWith('--url needs a key')], [2, true]);
  const fromEnvironment = await runFor(['command', 'CP_9', 'Reset', '--url', `${server.url}/rest/v1/`], {
    environment: { OCPP_LOGS_KEY: 'olk_env' },
  });
  assert.equal(fromEnvironment.status, 1);
  assert.equal(server.asked.at(-1)?.authorization, 'Bearer olk_env');
  const nobody = await runFor(['command', 'CP_1', 'Reset', '--data', 'no-such-folder']);
  assert.match(nobody.errors, /^no server runs on .*no-such-folder: start one with ocpp-logs serve/);
});

test('the list teaches what can be sent', async () => {
  const { status, output } = await runFor(['command', '--list']);
  assert.equal(status, 0);
  assert.match(output, /^Reset +type=Hard\|Soft$/m);
  assert.match(
    output,
    /^RemoteStartTransaction +\[connectorId=N\] idTag=TEXT \[chargingProfile=\{\.\.\.\}\]$/m,
  );
  const one = await runFor(['command', '--list', 'SetVariables', '--ocpp-version', '2.0.1']);
  assert.match(one.output, /^setVariableData\[\]\.component\.evse\.id +integer, required/m);
  const none = await runFor(['command', '--list', 'ClearCache']);
  assert.equal(none.output, 'ClearCache, OCPP 1.6\nno fields\n');
  assert.equal((await runFor(['command', '--list', 'SetVariables'])).status, 2);
  assert.equal((await runFor(['command', '--list', 'Reset', 'type=Soft'])).status, 2);
});
