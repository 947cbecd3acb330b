/** Why nobody charged: what a station and its CSMS said, told as sessions by the program itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaChecks } from '../../packages/server/src/api/schema-rig.ts';
import { connectStation, type Payload, startCsms } from './ocpp-rpc-peers.ts';
import { ADMIN_TOKEN, eventually, type RunningServer, startServer } from './running-server.ts';

interface Evidence {
  readonly entry_id: string;
  readonly what: string;
}

interface Session {
  readonly id: string;
  readonly site_id: string;
  readonly state: string;
  readonly verdict: {
    readonly rule: string;
    readonly severity: string;
    readonly text: string;
    readonly remedy: string;
    readonly evidence: readonly Evidence[];
  };
  readonly marks?: readonly Evidence[];
  readonly series?: { readonly status: readonly { readonly status: string }[] };
}

interface Page {
  readonly sessions: readonly Session[];
  readonly next_cursor: string | null;
}

interface OpenApi {
  readonly components: object;
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get: {
          readonly responses: {
            readonly 200: { readonly content: { readonly 'application/json': { readonly schema: object } } };
          };
        };
      }
    >
  >;
}

async function told<T>(server: RunningServer, path: string): Promise<T> {
  const answer = await server.get(`/rest/v1${path}`);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as T;
}

/** What each piece of evidence opens. */
async function actionsOf(server: RunningServer, { site_id, verdict }: Session): Promise<readonly string[]> {
  const entries = verdict.evidence.map(({ entry_id }) =>
    told<{ readonly action: string }>(server, `/ocpp-logs/site/${site_id}/entry/${entry_id}`),
  );
  return (await Promise.all(entries)).map(({ action }) => action);
}

test('a card that is refused, a charge that goes well and one that power ends', async (t) => {
  const csms = await startCsms('ocpp1.6', {
    StatusNotification: () => ({}),
    Authorize: ({ idTag }: Payload) => ({ idTagInfo: { status: idTag === 'GOOD' ? 'Accepted' : 'Invalid' } }),
    StartTransaction: ({ connectorId }: Payload) => ({
      transactionId: 40 + Number(connectorId),
      idTagInfo: { status: 'Accepted' },
    }),
    StopTransaction: () => ({}),
  });
  t.after(() => csms.close());
  const server = await startServer({
    config: `sites:\n  - id: depot\n    name: Depot\n    upstream: ${csms.url}/{charger}\n`,
  });
  t.after(() => server.stop('SIGKILL'));
  const endpoint = `${server.url.replace('http', 'ws')}/ocpp/depot`;
  const station = await connectStation(endpoint, 'CP1', 'ocpp1.6');
  const now = () => new Date().toISOString();
  const status = (connectorId: number, word: string) =>
    station.call('StatusNotification', { connectorId, status: word, errorCode: 'NoError', timestamp: now() });
  const start = (connectorId: number) =>
    station.call('StartTransaction', { connectorId, idTag: 'GOOD', meterStart: 0, timestamp: now() });
  const stop = (connectorId: number, reason: string) =>
    station.call('StopTransaction', {
      transactionId: 40 + connectorId,
      meterStop: 9000,
      timestamp: now(),
      reason,
    });
  await status(1, 'Preparing');
  await station.call('Authorize', { idTag: 'BAD' });
  await status(1, 'Available');
  for (const [connector, reason] of [
    [2, 'Local'],
    [3, 'PowerLoss'],
  ] as const) {
    await status(connector, 'Preparing');
    await station.call('Authorize', { idTag: 'GOOD' });
    await start(connector);
    await status(connector, 'Charging');
    await stop(connector, reason);
    await status(connector, 'Available');
  }
  await station.close();

  const { sessions } = await eventually(
    () => told<Page>(server, '/sessions?site=depot'),
    // The last to end, which is another one as long as only its first entries are committed.
    ({ sessions: all }) => all.length === 3 && all[0]?.state === 'ended',
  );
  assert.deepEqual(
    sessions.map(({ verdict }) => [verdict.rule, verdict.severity]),
    [
      ['stop-power-loss', 'failure'],
      ['charged', 'note'],
      ['authorisation-refused', 'failure'],
    ],
  );
  const [, charged, refused] = sessions;
  assert.ok(charged && refused);
  assert.equal(refused.verdict.text, 'The card was refused (Invalid, once); nobody charged.');
  assert.match(charged.verdict.text, /^Charged 9\.0 kWh /);
  assert.deepEqual(await actionsOf(server, refused), ['Authorize']);
  assert.deepEqual(await actionsOf(server, charged), ['StartTransaction', 'StopTransaction']);

  const { rules } = await told<{
    readonly rules: readonly { readonly id: string; readonly remedy: string }[];
  }>(server, '/verdicts');
  for (const { verdict } of sessions) {
    assert.equal(rules.find(({ id }) => id === verdict.rule)?.remedy, verdict.remedy);
  }
  const detail = await told<Session>(server, `/sessions/${encodeURIComponent(charged.id)}`);
  assert.deepEqual(
    detail.series?.status.map((mark) => mark.status),
    ['Preparing', 'Charging', 'Available'],
  );
  assert.equal(detail.marks?.length, 6);

  const first = await told<{ readonly session: object }>(
    server,
    `/ocpp-logs/site/depot/entry/${refused.verdict.evidence[0]?.entry_id}?include=session`,
  );
  assert.deepEqual(first.session, { id: refused.id, role: 'authorisation' });
  const page = await told<{ readonly ocpp_logs: readonly { readonly session: { readonly id: string } }[] }>(
    server,
    '/ocpp-logs?from=2020-01-01&to=2100-01-01&include=session',
  );
  assert.deepEqual(
    [...new Set(page.ocpp_logs.map(({ session }) => session.id))],
    sessions.map(({ id }) => id),
  );

  const described = await told<OpenApi>(server, '/openapi.json');
  const check = schemaChecks(described.components);
  const listed = await told<Page>(server, '/sessions?site=depot');
  for (const [path, body] of [
    ['/sessions', listed],
    ['/sessions/{id}', detail],
  ] as const) {
    const schema = described.paths[path]?.get.responses[200].content['application/json'].schema;
    assert.ok(schema);
    assert.equal(check(schema)(body), null, path);
  }

  const failures = await told<Page>(server, '/sessions?severity=failure&limit=1');
  assert.equal(failures.sessions[0]?.verdict.rule, 'stop-power-loss');
  const next = await told<Page>(
    server,
    `/sessions?severity=failure&limit=1&cursor=${failures.next_cursor ?? ''}`,
  );
  assert.equal(next.sessions[0]?.id, refused.id);
  assert.match(await (await server.get('/metrics')).text(), /^ocpp_logs_reader_session_entries_total [1-9]/m);
});

test('a remote start that nothing followed, in a log that was pushed', async (t) => {
  const server = await startServer({ config: 'sites: [{id: pushed}]\n' });
  t.after(() => server.stop('SIGKILL'));
  const line = (minute: number, direction: string, frame: unknown) =>
    JSON.stringify({
      charger_id: 'CP_1',
      occurrence_time: `2026-01-05T10:${String(minute).padStart(2, '0')}:00.000Z`,
      direction,
      frame: JSON.stringify(frame),
    });
  const [up, down] = ['station_to_csms', 'csms_to_station'];
  const body = [
    line(0, down, [2, 'r', 'RemoteStartTransaction', { idTag: 'A', connectorId: 1 }]),
    line(0, up, [3, 'r', { status: 'Accepted' }]),
    line(9, up, [2, 'h', 'Heartbeat', {}]),
    line(9, down, [3, 'h', { currentTime: '2026-01-05T10:09:00Z' }]),
  ].join('\n');
  const pushed = await fetch(`${server.url}/rest/v1/ocpp-logs/site/pushed`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body,
  });
  assert.equal(pushed.status, 200);
  const { sessions } = await told<Page>(server, '/sessions?from=2026-01-05&to=2026-01-06');
  const [only] = sessions;
  assert.ok(only);
  assert.equal(sessions.length, 1);
  // That nothing came for minutes, the heartbeat alone tells.
  assert.deepEqual([only.verdict.rule, only.state], ['remote-start-nothing', 'attempt']);
  assert.deepEqual(await actionsOf(server, only), ['RemoteStartTransaction']);
});
