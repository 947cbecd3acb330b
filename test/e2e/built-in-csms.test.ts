/** A station with no CSMS at all: the built-in one answers it, and everything is on record. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { Payload } from './ocpp-rpc-peers.ts';
import { connectStation } from './ocpp-rpc-peers.ts';
import { eventually, startServer, temporaryFolder } from './running-server.ts';

interface Answer {
  readonly ocpp_logs: readonly (Record<string, unknown> & { readonly exchange: Payload })[];
  readonly count: number;
}

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange';
const NOW = '2026-01-05T14:58:38Z';

test('a bench station makes its own site and is answered, in strict mode', async (t) => {
  const server = await startServer();
  t.after(() => server.stop('SIGKILL'));
  const endpoint = `${server.url.replace('http', 'ws')}/ocpp/my bench`;
  const station = await connectStation(endpoint, 'CP/7', 'ocpp2.0.1');
  const boot = await station.call('BootNotification', {
    reason: 'PowerUp',
    chargingStation: { vendorName: 'Vendor', model: 'Model' },
  });
  assert.equal(boot.status, 'Accepted');
  assert.equal(boot.interval, 300);
  const secret = '73519846-driver-code';
  const authorized = await station.call('Authorize', { idToken: { idToken: secret, type: 'KeyCode' } });
  assert.deepEqual(authorized, { idTokenInfo: { status: 'Accepted' } });
  await assert.rejects(station.call('Reset', { type: 'Immediate' }), /goes from CSMS to station/);
  await station.close();

  const page = await eventually(
    async () => (await (await server.get(`/ocpp-logs/site/my%20bench?${EVERYTHING}`)).json()) as Answer,
    (answer) => answer.count === 3,
  );
  assert.deepEqual(
    page.ocpp_logs.map((log) => [log.action, log.charger_id, log.exchange.outcome, log.exchange.error_code]),
    [
      ['BootNotification', 'CP/7', 'answered', null],
      ['Authorize', 'CP/7', 'answered', null],
      ['Reset', 'CP/7', 'error', 'NotSupported'],
    ],
  );
  assert.equal(page.ocpp_logs[1]?.request_id_tag, '***');
});

test('a driver code is masked before any disk, also in what cannot be read', async (t) => {
  const server = await startServer();
  t.after(() => server.stop('SIGKILL'));
  const secret = '73519846-driver-code';
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP1`, 'ocpp2.0.1');
  await once(socket, 'open');
  socket.send(`[2,"1","Authorize",{"idToken":{"idToken":"${secret}","type":"KeyCode"}}]`);
  socket.send(`[2,"2","Authorize",{"idToken":{"idToken":"${secret}","type":"KeyCode"}`);
  socket.send('[2,"3","Heartbeat",{}]');
  await eventually(
    async () =>
      (await (
        await server.get(`/ocpp-logs/site/bench?${EVERYTHING}&kinds=exchange,malformed`)
      ).json()) as Answer,
    (answer) => answer.count === 3,
  );
  const logs = join(server.folder, 'logs');
  const files = (await readdir(logs)).filter((name) => !name.endsWith('-shm'));
  assert.ok(files.length > 0);
  let found = '';
  for (const name of files) {
    const bytes = await readFile(join(logs, name));
    assert.ok(!bytes.includes(secret), `${name} holds the secret`);
    if (bytes.includes('Heartbeat')) found = name;
  }
  assert.notEqual(found, '', 'the files searched are those that hold the entries');
  socket.close();
});

test('the same start of a transaction gets the same number, also after kill -9', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const start = (tag: string) =>
    `[2,"start-1","StartTransaction",{"connectorId":1,"idTag":"${tag}","meterStart":0,"timestamp":"${NOW}"}]`;
  const numbers: number[] = [];
  for (const tags of [['T'], ['T', 'U']]) {
    const server = await startServer({ folder });
    t.after(() => server.stop('SIGKILL'));
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP1`, 'ocpp1.6');
    await once(socket, 'open');
    for (const tag of tags) {
      socket.send(start(tag));
      const [answer] = (await once(socket, 'message')) as [Buffer];
      numbers.push(
        (JSON.parse(answer.toString()) as [number, string, { transactionId: number }])[2].transactionId,
      );
    }
    await server.stop('SIGKILL');
  }
  const [before = 0, again, other] = numbers;
  assert.ok(before > 0 && before <= 2 ** 31 - 1);
  assert.equal(again, before);
  assert.notEqual(other, before);
});
