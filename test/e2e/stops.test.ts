/** How the server ends, and what it finds when it comes back. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { RawCsms } from '../../packages/server/src/capture/relay/capture-rig.ts';
import { MASK, text } from '../../packages/server/src/capture/relay/ws-frames.ts';
import { calls, joinedTalk, passes } from '../faults/raw-talk.ts';
import { type Payload, startCsms } from './ocpp-rpc-peers.ts';
import { eventually, startServer, temporaryFolder } from './running-server.ts';

interface Answer {
  readonly ocpp_logs: readonly {
    readonly action: string;
    readonly charger_id: string;
    readonly exchange: Payload & { readonly event?: Payload };
  }[];
  readonly count: number;
}

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000&include=exchange';

test('after kill -9 what was committed is there, the lost call has ended, and a gap says how long nothing was recorded', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const csms = await startCsms('ocpp1.6', {});
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ${csms.url}/{charger}\n`;
  const first = await startServer({ folder, config });
  t.after(() => first.stop('SIGKILL'));
  const socket = new WebSocket(`${first.url.replace('http', 'ws')}/ocpp/depot/CP1`, 'ocpp1.6');
  await once(socket, 'open');
  // In strict mode the CSMS answers with an error; the second call it never sees whole.
  socket.send('[2,"answered","Heartbeat",{}]');
  await once(socket, 'message');
  const page = async (server: typeof first, kinds: string) =>
    (await (await server.get(`/ocpp-logs/site/depot?${EVERYTHING}&kinds=${kinds}`)).json()) as Answer;
  await eventually(
    () => page(first, 'exchange'),
    ({ ocpp_logs }) => ocpp_logs[0]?.exchange.outcome === 'error',
  );
  const dropped = once(socket, 'close');
  const killed = Date.now();
  assert.equal(await first.stop('SIGKILL'), 'SIGKILL');
  await dropped;

  const second = await startServer({ folder, config });
  t.after(() => second.stop('SIGKILL'));
  const exchanges = await page(second, 'exchange');
  assert.deepEqual(
    exchanges.ocpp_logs.map((log) => [log.action, log.exchange.message_id, log.exchange.outcome]),
    [['Heartbeat', 'answered', 'error']],
  );
  const gaps = await page(second, 'gap');
  // Which of them begins first depends on when the last message came.
  const byCharger = gaps.ocpp_logs.toSorted((a, b) => a.charger_id.localeCompare(b.charger_id));
  assert.deepEqual(
    byCharger.map(({ charger_id, exchange: { event, connection_id } }) => [
      charger_id,
      event?.reason,
      connection_id === null,
    ]),
    [
      ['', 'recording stopped all at once; what came last may be missing', true],
      ['CP1', 'the server stopped without closing the connection', false],
    ],
  );
  for (const { exchange } of gaps.ocpp_logs) {
    const { from, to } = exchange.event ?? {};
    const [since, until] = [Date.parse(String(from)), Date.parse(String(to))];
    assert.ok(since <= killed && until >= killed && until <= Date.now(), `${from} to ${to}`);
  }
  assert.equal(await second.stop(), 0);
  const third = await startServer({ folder, config });
  t.after(() => third.stop('SIGKILL'));
  assert.equal((await page(third, 'gap')).count, 2, 'an end in order leaves none');
});

test('a connection that opens and dies just before kill -9 leaves no trace, but lies within the gap of its site', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = 'sites:\n  - id: bench\n  - id: other\n';
  const first = await startServer({ folder, config });
  t.after(() => first.stop('SIGKILL'));
  const socket = new WebSocket(`${first.url.replace('http', 'ws')}/ocpp/bench/CP1`, 'ocpp1.6');
  await once(socket, 'open');
  socket.send('[2,"lost","Heartbeat",{}]');
  await once(socket, 'message');
  const answered = Date.now();
  const dropped = once(socket, 'close');
  assert.equal(await first.stop('SIGKILL'), 'SIGKILL');
  await dropped;

  const second = await startServer({ folder, config });
  t.after(() => second.stop('SIGKILL'));
  for (const site of ['bench', 'other']) {
    const answer = (await (
      await second.get(`/ocpp-logs/site/${site}?${EVERYTHING}&kinds=gap`)
    ).json()) as Answer;
    const [gap] = answer.ocpp_logs.filter(({ charger_id }) => charger_id === '');
    const { from, to } = gap?.exchange.event ?? {};
    assert.ok(Date.parse(String(from)) <= answered && Date.parse(String(to)) >= answered, `${from} to ${to}`);
  }
});

test('a connection on which no request has come, or half of one, keeps nothing from stopping', async (t) => {
  const server = await startServer();
  t.after(() => server.stop('SIGKILL'));
  const { hostname, port } = new URL(server.url);
  const sockets = [
    '',
    'GET /livez HTTP/1.1\r\nHost:',
    'POST /exports HTTP/1.1\r\nHost: localhost\r\nContent-Le',
  ];
  const closed = sockets.map(async (begun) => {
    const socket = connect({ host: hostname, port: Number(port) });
    // However it is told of the end.
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(begun);
    return { closed: once(socket, 'close') };
  });
  const opened = await Promise.all(closed);
  await server.get('/livez');
  assert.equal(await server.stop('SIGTERM'), 0, server.output());
  await Promise.all(opened.map((each) => each.closed));
});

test('on SIGTERM stations of the built-in CSMS are closed with 1001 and the end is on record', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const first = await startServer({ folder });
  const socket = new WebSocket(`${first.url.replace('http', 'ws')}/ocpp/bench/CP1`, 'ocpp1.6');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  assert.equal(await first.stop('SIGTERM'), 0);
  assert.equal((await closed)[0], 1001);

  const second = await startServer({ folder });
  t.after(() => second.stop('SIGKILL'));
  const answer = (await (
    await second.get(`/ocpp-logs/site/bench?${EVERYTHING}&kinds=connection,gap`)
  ).json()) as Answer;
  assert.deepEqual(
    answer.ocpp_logs.map(({ exchange: { event } }) => [
      event?.event,
      event?.close_code,
      event?.ended_by,
      event?.how,
    ]),
    [
      ['accepted', undefined, undefined, undefined],
      ['closed', 1001, 'server', 'shutdown'],
    ],
  );
});

test('on SIGTERM relayed connections end on both sides, without a byte of ours, and the end is on record', async (t) => {
  const folder = await temporaryFolder();
  t.after(() => rm(folder, { recursive: true, force: true }));
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const config = `sites:\n  - id: depot\n    upstream: ws://127.0.0.1:${csms.port}/{charger}\n`;
  const first = await startServer({ folder, config });
  t.after(() => first.stop('SIGKILL'));
  const quiet = await joinedTalk(first, csms, '/ocpp/depot/QUIET');
  const talking = await joinedTalk(first, csms, '/ocpp/depot/TALKING');
  await calls(talking, 'answered');
  await passes(talking.station, talking.backend, text('[2,"waits","Heartbeat",{}]', { mask: MASK }));
  const half = text('[3,"other",{}]').subarray(0, 9);
  await passes(talking.backend, talking.station, half);
  const stopped = first.stop('SIGTERM');
  for (const peer of [quiet, talking].flatMap(({ station, backend }) => [station, backend])) {
    assert.equal(await peer.ending, 'fin');
    assert.equal(peer.received.length, 0, 'what was not said is not made up');
    peer.socket.end();
  }
  assert.equal(await stopped, 0);

  const second = await startServer({ folder, config });
  t.after(() => second.stop('SIGKILL'));
  const kinds = 'exchange,orphan,malformed,connection,gap';
  const answer = (await (
    await second.get(`/ocpp-logs/site/depot?${EVERYTHING}&kinds=${kinds}`)
  ).json()) as Answer;
  const told = answer.ocpp_logs.map(({ charger_id, exchange: { message_id, outcome, event } }) =>
    event === undefined
      ? [charger_id, message_id, outcome]
      : [charger_id, event.event, event.ended_by ?? null, event.how ?? null],
  );
  assert.deepEqual(
    told.filter(([charger]) => charger === 'QUIET'),
    [
      ['QUIET', 'accepted', null, null],
      ['QUIET', 'closed', 'server', 'shutdown'],
    ],
  );
  assert.deepEqual(
    told.filter(([charger]) => charger === 'TALKING'),
    [
      ['TALKING', 'accepted', null, null],
      ['TALKING', 'answered', 'answered'],
      ['TALKING', 'waits', 'connection_lost'],
      ['TALKING', 'closed', 'server', 'shutdown'],
    ],
  );
  assert.equal(told.length, 6, 'no gap, and nothing beside it');
});

test('the live tail gives an entry as it comes and its answer as an update of it', async (t) => {
  const server = await startServer({ config: 'sites:\n  - id: bench\n' });
  t.after(() => server.stop('SIGKILL'));
  const tail = await server.get('/ocpp-logs/site/bench/stream?include=exchange');
  assert.equal(tail.status, 200);
  const lines = tail.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ocpp/bench/CP1`, 'ocpp1.6');
  await once(socket, 'open');
  socket.send('[2,"1","Heartbeat",{}]');
  let text = '';
  while (!/"outcome":"answered"/.test(text)) {
    const next = await lines?.next();
    assert.ok(next !== undefined && !next.done, `the tail ended: ${text}`);
    text += next.value;
  }
  assert.match(text, /^id: \d+$/m);
  assert.match(text, /^event: (entry|update)$/m);
  socket.close();
});
