/** Every member of a pushed line, from the request to the entry that is read back. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN_TOKEN, type RunningServer, startServer } from './running-server.ts';

const AT = '2026-01-05T10:00:00.000Z';
const UP = { charger_id: 'CP_1', occurrence_time: AT, direction: 'station_to_csms' };
let server: RunningServer;

before(async () => {
  server = await startServer({
    config: 'sites: [{id: events}, {id: connectors}, {id: untimed}, {id: rebuilt}, {id: wrong}]\n',
  });
});
after(async () => {
  await server.stop();
});

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

async function push(site: string, ...lines: readonly object[]): Promise<Answer> {
  const answer = await fetch(`${server.url}/rest/v1/ocpp-logs/site/${site}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Answer;
}

interface Told {
  readonly connector_id: number | null;
  readonly exchange: {
    readonly connection_id: string | null;
    readonly event?: object;
    readonly latency_ms: number | null;
    readonly outcome: string | null;
  };
}

async function entries(site: string, kinds = 'exchange'): Promise<readonly Told[]> {
  const range = 'from=2026-01-05&to=2026-01-06&include=exchange&sort_order=asc';
  const page = await server.get(`/rest/v1/ocpp-logs/site/${site}?${range}&kinds=${kinds}`);
  return ((await page.json()) as { readonly ocpp_logs: readonly Told[] }).ocpp_logs;
}

test('event: what became of the connection, instead of a frame', async () => {
  const event = {
    event: 'closed',
    close_code: 1006,
    reason: 'no pong',
    ended_by: 'station',
    how: 'timeout',
  };
  const head = { charger_id: 'CP_1', occurrence_time: AT, connection_id: 'c-7' };
  assert.deepEqual(await push('events', { ...head, event }), { accepted: 1, duplicates: 0, rejected: [] });
  assert.equal((await push('events', { ...head, event })).duplicates, 1);
  const [told, ...more] = await entries('events', 'connection');
  assert.deepEqual([told?.exchange.connection_id, told?.exchange.event, more], ['c-7', event, []]);
});

test('connector_id: for a message that names a transaction alone', async () => {
  const told = { ...UP, connector_id: 3 };
  await push(
    'connectors',
    { ...told, frame: [2, '1', 'StopTransaction', { transactionId: 7, meterStop: 9, timestamp: AT }] },
    {
      ...told,
      frame: [2, '2', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Faulted' }],
    },
  );
  assert.deepEqual(
    (await entries('connectors')).map(({ connector_id }) => connector_id),
    [3, 1],
  );
});

test('untimed: no latency is made of times that stand in for none', async () => {
  const call = { ...UP, frame: [2, '1', 'Heartbeat', {}] };
  const answer = { ...UP, direction: 'csms_to_station', frame: [3, '1', { currentTime: AT }] };
  const both = (charger_id: string, more: object) => [
    { ...call, charger_id, ...more },
    { ...answer, charger_id, ...more },
  ];
  await push('untimed', ...both('CP_1', { untimed: true }), ...both('CP_2', { untimed: false }));
  assert.deepEqual(
    (await entries('untimed')).map(({ exchange }) => [exchange.outcome, exchange.latency_ms]),
    [
      ['answered', null],
      ['answered', 0],
    ],
  );
});

test('rebuilt: a duplicate of what says the same at the same moment, whatever its text', async () => {
  const said = { ...UP, frame: [2, 'real-1', 'DataTransfer', { vendorId: 'v' }] };
  const parts = { ...UP, frame: [2, 'log-1', 'DataTransfer', { vendorId: 'v' }] };
  assert.equal((await push('rebuilt', said)).accepted, 1);
  assert.equal((await push('rebuilt', { ...parts, rebuilt: true })).duplicates, 1);
  assert.equal((await push('rebuilt', { ...parts, rebuilt: false })).accepted, 1, 'its own message id');
  assert.equal((await entries('rebuilt')).length, 2);
});

test('a member of another kind rejects its line, and says which it is', async () => {
  const frame = [2, '1', 'Heartbeat', {}];
  const { accepted, rejected } = await push(
    'wrong',
    { ...UP, frame, untimed: 'yes' },
    { ...UP, frame, rebuilt: 1 },
    { ...UP, frame, connector_id: '3' },
    { ...UP, event: { event: 'opened' } },
    { ...UP, event: { event: 'closed', how: 'tired' } },
    { ...UP, frame },
  );
  assert.equal(accepted, 1);
  assert.deepEqual(
    rejected.map(({ line, reason }) => `${line}: ${reason}`),
    [
      '1: untimed is neither true nor false',
      '2: rebuilt is neither true nor false',
      '3: connector_id is no whole number',
      '4: event.event is none of accepted, refused, closed',
      '5: event.how is none of close_frame, fin, reset, timeout, shutdown, unknown',
    ],
  );
});
