/** Somebody else's station talks to somebody else's CSMS through the relay; the API then gives the whole talk back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payload } from './ocpp-rpc-peers.ts';
import { connectStation, startCsms } from './ocpp-rpc-peers.ts';
import { eventually, startServer } from './running-server.ts';
import type { Said } from './talks.ts';
import { EXCHANGE_NULLS, NULLS, TALK_16, TALK_201 } from './talks.ts';

interface Answer {
  readonly ocpp_logs: readonly Record<string, unknown>[];
  readonly count: number;
}

const EVERYTHING = 'from=2020-01-01&to=2100-01-01&sort_order=asc&take=1000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const MASKED = { idToken: { idToken: '***', type: 'KeyCode' } };

for (const [version, talk] of [
  ['1.6', TALK_16],
  ['2.0.1', TALK_201],
] as const) {
  test(`a ${version} talk through the relay is recorded field for field`, async (t) => {
    const protocol = `ocpp${version}`;
    const answers = (by: Said['by']) =>
      Object.fromEntries(
        talk.map((said) => [
          said.action,
          // The same action may come twice: each call gets the answer of its own params.
          (params: Payload) =>
            talk.find((other) => other.by === by && JSON.stringify(other.params) === JSON.stringify(params))
              ?.answer ?? {},
        ]),
      );
    const csms = await startCsms(protocol, answers('station'));
    t.after(() => csms.close());
    const server = await startServer({
      config: `sites:\n  - id: depot\n    name: Depot North\n    upstream: ${csms.url}/{charger}\n`,
    });
    t.after(() => server.stop('SIGKILL'));
    const endpoint = `${server.url.replace('http', 'ws')}/ocpp/depot`;
    const station = await connectStation(endpoint, 'CP 1:a', protocol, answers('csms'), {
      password: 'secret-pass',
    });
    const seenByCsms = await csms.station;
    assert.equal(seenByCsms.identity, 'CP 1:a');
    assert.equal(seenByCsms.password, 'secret-pass', 'the credentials pass through');
    for (const said of talk) {
      const peer = said.by === 'station' ? station : seenByCsms;
      assert.deepEqual(
        await peer.call(said.action, said.params),
        said.answer,
        'nothing is altered on the way',
      );
    }
    await station.close();

    const page = await eventually(
      async () =>
        (await (
          await server.get(`/rest/v1/ocpp-logs/site/depot?${EVERYTHING}&include=exchange`)
        ).json()) as Answer,
      (answer) =>
        answer.count === talk.length && answer.ocpp_logs.every((log) => outcomeOf(log) !== 'pending'),
    );
    for (const [place, said] of talk.entries()) {
      const log = page.ocpp_logs[place] ?? {};
      const exchange = log.exchange as Payload;
      assert.match(String(log.occurrence_time), TIME);
      assert.match(String(exchange.response_time), TIME);
      assert.match(String(exchange.id), /^\d{19}$/);
      assert.equal(typeof exchange.latency_ms, 'number');
      const payload = JSON.stringify(said.params).includes('KeyCode')
        ? { ...said.params, ...MASKED }
        : said.params;
      assert.deepEqual(log, {
        occurrence_time: log.occurrence_time,
        action: said.action,
        payload,
        site_id: 'depot',
        site_name: 'Depot North',
        charger_id: 'CP 1:a',
        ...NULLS,
        ...said.fields,
        exchange: {
          id: exchange.id,
          kind: 'exchange',
          direction: said.by === 'station' ? 'station_to_csms' : 'csms_to_station',
          ocpp_version: version,
          connection_id: exchange.connection_id,
          message_id: exchange.message_id,
          outcome: 'answered',
          latency_ms: exchange.latency_ms,
          response_time: exchange.response_time,
          response_payload: said.answer,
          ...EXCHANGE_NULLS,
          ...said.exchange,
        },
      });
    }

    const connections = await eventually(
      async () =>
        (await (
          await server.get(`/ocpp-logs/site/depot?${EVERYTHING}&kinds=connection&include=exchange`)
        ).json()) as Answer,
      ({ count }) => count === 2,
    );
    const events = connections.ocpp_logs.map((log) => (log.exchange as Payload).event as Payload);
    assert.deepEqual(
      events.map(({ event, subprotocol, status, close_code, ended_by, how }) => ({
        event,
        subprotocol,
        status,
        close_code,
        ended_by,
        how,
      })),
      [
        {
          event: 'accepted',
          subprotocol: protocol,
          status: 101,
          close_code: undefined,
          ended_by: undefined,
          how: undefined,
        },
        {
          event: 'closed',
          subprotocol: undefined,
          status: undefined,
          close_code: 1000,
          ended_by: 'station',
          how: 'close_frame',
        },
      ],
    );
    assert.equal(await server.stop(), 0);
  });
}

function outcomeOf(log: Record<string, unknown>): unknown {
  return (log.exchange as Payload).outcome;
}
