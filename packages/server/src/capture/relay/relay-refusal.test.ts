import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  openRig,
  RawCsms,
  type RawPeer,
  type Rig,
  type RigSettings,
  SWITCHING,
  upgradeHead,
} from './capture-rig.ts';

let csms: RawCsms;
let rig: Rig;

/** A station that waits, and its CSMS that has read the request. */
async function knock(settings: Partial<RigSettings> = {}): Promise<{ station: RawPeer; backend: RawPeer }> {
  rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/{charger}`, ...settings });
  const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
  const backend = await csms.next();
  await backend.takeHead();
  return { station, backend };
}

async function recorded(status: number, reason: string): Promise<void> {
  await rig.seen.until(({ refusals }) => refusals.length > 0);
  const refusal = { site: 's', charger: 'CP1', remoteAddress: '127.0.0.1', status, reason };
  assert.deepEqual([rig.seen.refusals, rig.seen.openings], [[refusal], []]);
  assert.equal(rig.counters.refused, 1);
  assert.equal(rig.counters.waiting, 0);
}

describe('an upgrade that the CSMS does not accept', () => {
  beforeEach(async () => {
    csms = await RawCsms.listen();
  });

  afterEach(async () => {
    csms.close();
    await rig.close();
  });

  for (const [what, answer, status, phrase] of [
    [
      'a length',
      'HTTP/1.1 401 Not you\r\nWWW-Authenticate: Basic realm="ocpp"\r\nContent-Length: 5\r\n\r\nno\r\n\n',
      401,
      '401 Not you',
    ],
    ['no body', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 404, '404 Not Found'],
    [
      'chunks',
      'HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      500,
      '500 Oops',
    ],
    ['no chunk', 'HTTP/1.1 503 \r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 503, '503'],
    ['no body by its status', 'HTTP/1.1 204 None\r\n\r\n', 204, '204 None'],
  ] as const) {
    it(`is refused as it came, with ${what}, while the CSMS keeps its connection open`, async () => {
      const { station, backend } = await knock();
      backend.write(answer);
      assert.equal(await station.ending, 'fin');
      assert.equal(station.received.toString('latin1'), answer);
      await recorded(status, `the CSMS answered ${phrase}`);
    });
  }

  it('is refused with a body that ends with the connection', async () => {
    const { station, backend } = await knock();
    backend.write('HTTP/1.1 403 Forbidden\n\nline\n');
    backend.socket.end('more\n');
    assert.equal(await station.ending, 'fin');
    assert.equal(station.received.toString(), 'HTTP/1.1 403 Forbidden\n\nline\nmore\n');
    await recorded(403, 'the CSMS answered 403 Forbidden');
  });

  it('gets the first part of an endless body', async () => {
    const { station, backend } = await knock({ limits: { answerBytes: 100 } });
    const head = 'HTTP/1.1 500 Oops\r\nContent-Length: 1000\r\n\r\n';
    backend.write(head + 'x'.repeat(300));
    assert.equal(await station.ending, 'fin');
    assert.equal(station.received.toString(), head + 'x'.repeat(100));
    await recorded(500, 'the CSMS answered 500 Oops');
  });

  it('gets what there is of a body whose end never comes', async () => {
    const { station, backend } = await knock({ limits: { answerMs: 50 } });
    backend.write('HTTP/1.1 500 Oops\r\n\r\nhalf');
    assert.equal(await station.ending, 'fin');
    assert.equal(station.received.toString(), 'HTTP/1.1 500 Oops\r\n\r\nhalf');
    await recorded(500, 'the CSMS answered 500 Oops');
  });

  it('is 504 where the CSMS does not answer in time', async () => {
    const { station, backend } = await knock({ limits: { answerMs: 50 } });
    assert.match(await station.takeHead(), /^HTTP\/1.1 504 Gateway Timeout\r\nConnection: close\r\n/);
    await backend.ending;
    await recorded(504, 'The CSMS did not answer within 0.05 s.');
    assert.equal(rig.counters.tooSlow, 1);
  });

  it('is 502 where there is no CSMS', async () => {
    const gone = await RawCsms.listen();
    const { port } = gone;
    gone.close();
    rig = await openRig({ upstream: `ws://127.0.0.1:${port}/{charger}` });
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 Bad Gateway\r\n/);
    await recorded(502, 'The CSMS cannot be reached: ECONNREFUSED.');
    assert.equal(rig.counters.unreachable, 1);
  });

  it('is 502 where the CSMS hangs up, resets, speaks no HTTP or too much of it', async () => {
    for (const [act, reason] of [
      [(peer: RawPeer) => peer.socket.end(), 'it closed the connection without an answer'],
      [(peer: RawPeer) => peer.socket.end('HTTP/1.1 101 Sw'), 'it closed the connection without an answer'],
      [(peer: RawPeer) => peer.socket.resetAndDestroy(), 'ECONNRESET'],
      [(peer: RawPeer) => peer.write('SSH-2.0-x\r\n'), 'the answer is no HTTP'],
      [(peer: RawPeer) => peer.write('HTTP/1.1 OK\r\n\r\n'), 'the answer is no HTTP'],
      [
        (peer: RawPeer) => peer.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200)}`),
        'the head of the answer is too long',
      ],
    ] as const) {
      const { station, backend } = await knock({ limits: { answerBytes: 150 } });
      act(backend);
      assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
      await recorded(502, `The CSMS cannot be reached: ${reason}.`);
      await rig.close();
    }
    rig = await openRig({ upstream: null });
  });

  it('is given up where the station leaves, by FIN or reset, and the CSMS is told', async () => {
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const { station, backend } = await knock();
      station.socket[leave]();
      await backend.ending;
      await recorded(499, 'the station left before the CSMS answered');
      await rig.close();
    }
    rig = await openRig({ upstream: null });
  });

  it('is 503 where too many wait already, and at shut-down', async () => {
    const { station } = await knock({ limits: { waiting: 1 } });
    const second = await rig.station(upgradeHead('/ocpp/s/CP2'));
    assert.match(await second.takeHead(), /^HTTP\/1.1 503 .*Retry-After: 10\r\n/s);
    assert.equal(rig.counters.overLimit, 1);
    await rig.relay.close();
    assert.match(await station.takeHead(), /^HTTP\/1.1 503 .*Retry-After: 5\r\n/s);
    const third = await rig.station(upgradeHead('/ocpp/s/CP3'));
    assert.match(await third.takeHead(), /^HTTP\/1.1 503 .*Retry-After: 5\r\n/s);
    assert.deepEqual(
      rig.seen.refusals.map(({ charger, status }) => [charger, status]),
      [
        ['CP2', 503],
        ['CP1', 503],
        ['CP3', 503],
      ],
    );
    assert.equal(csms.connections, 1);
  });

  it('is 502 where the upstream of the site cannot be read', async () => {
    rig = await openRig({ upstream: 'http://csms.example/{charger}' });
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
    await recorded(502, 'Wrong upstream: an upstream is written like wss://csms.example/ocpp/{charger}.');
  });

  it('does not keep the relay from the next station', async () => {
    const { station, backend } = await knock();
    backend.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    await station.ending;
    const again = await rig.station(upgradeHead('/ocpp/s/CP1'));
    (await csms.next()).write(SWITCHING);
    assert.equal(await again.takeHead(), SWITCHING);
  });
});
