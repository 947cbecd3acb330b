import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { createServer, type Server, TLSSocket } from 'node:tls';
import { issueServer } from '../tls/certificates.fixture.ts';
import { joined, openRig, RawCsms, RawPeer, type Rig, SWITCHING, upgradeHead } from './capture-rig.ts';
import { close, frame, MASK, TEXT, text } from './ws-frames.ts';

const { authority, server: certificate } = issueServer();
const secure = { cert: certificate.cert, key: certificate.key, clientCa: null };

describe('a relay to which stations come by TLS', () => {
  let csms: RawCsms;
  let rig: Rig;

  afterEach(async () => {
    csms.close();
    await rig.close();
  });

  async function open() {
    csms = await RawCsms.listen();
    rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/{charger}`, secure });
  }

  it('tells the CSMS by which scheme the station came, and passes the answer back byte for byte', async () => {
    await open();
    const station = await rig.station(upgradeHead('/ocpp/s/CP1', ['Authorization: Basic Q1AxOng=']));
    const backend = await csms.next();
    const head = await backend.takeHead();
    assert.match(head, /\r\nX-Forwarded-Proto: https\r\n/);
    assert.match(head, /\r\nAuthorization: Basic Q1AxOng=\r\n/);
    backend.write(SWITCHING);
    assert.equal(await station.takeHead(), SWITCHING);
  });

  it('passes every byte both ways, a station that ends, and what the CSMS still says to it', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    const large = frame({ opcode: TEXT, payload: Buffer.alloc(3_000_000, 'x'), mask: MASK });
    station.write(large);
    station.socket.end();
    assert.equal((await backend.take(large.length)).equals(large), true);
    assert.equal(await backend.ending, 'fin');
    const last = text('[3]');
    backend.write(last);
    backend.socket.end();
    assert.deepEqual(await station.take(last.length), last);
    assert.equal(await station.ending, 'fin');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual(
      rig.seen.frames.map(({ bytes }) => bytes.length),
      [3_000_000, 3],
    );
    assert.deepEqual([rig.seen.closings[0]?.ended_by, rig.seen.closings[0]?.how], ['station', 'fin']);
  });

  it('passes a CSMS that ends on, and what the station still says to it', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    backend.socket.end();
    assert.equal(await station.ending, 'fin');
    const last = frame({ opcode: TEXT, payload: Buffer.from('[2]'), mask: MASK });
    station.write(last);
    assert.deepEqual(await backend.take(last.length), last);
    station.socket.end();
    assert.equal(await backend.ending, 'fin');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.equal(rig.seen.closings[0]?.ended_by, 'csms');
  });

  it('passes close frames on as they are, and tells of their code', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    const ending = close(1001, 'away', { mask: MASK });
    station.write(ending);
    assert.deepEqual(await backend.take(ending.length), ending);
    station.socket.end();
    backend.socket.end();
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual(rig.seen.closings[0], {
      event: 'closed',
      close_code: 1001,
      reason: 'away',
      ended_by: 'station',
      how: 'close_frame',
    });
  });

  it('passes a reset of the station on as a reset', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    station.transport.resetAndDestroy();
    assert.equal(await backend.ending, 'reset');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual([rig.seen.closings[0]?.ended_by, rig.seen.closings[0]?.how], ['station', 'reset']);
  });

  it('passes a reset of the CSMS on as a reset of the TCP connection below TLS', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    backend.socket.resetAndDestroy();
    assert.equal(await station.ending, 'reset');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual([rig.seen.closings[0]?.ended_by, rig.seen.closings[0]?.how], ['csms', 'reset']);
  });

  it('reads a station no faster than the CSMS takes, and loses nothing of it', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    const large = frame({ opcode: TEXT, payload: randomBytes(16 * 1024 * 1024), mask: MASK });
    backend.socket.pause();
    const [taken] = rig.sockets;
    assert.ok(taken instanceof TLSSocket);
    const waiting = once(taken, 'pause');
    station.write(large);
    await waiting;
    assert.ok(rig.counters.bytesToCsms < large.length, `${rig.counters.bytesToCsms} bytes taken in`);
    backend.socket.resume();
    assert.equal((await backend.take(large.length)).equals(large), true);
  });

  it('gives a station that reads slowly all that the CSMS said, in its order', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    station.socket.pause();
    const all = frame({ opcode: TEXT, payload: randomBytes(16 * 1024 * 1024) });
    const sent = new Promise<void>((resolve) => backend.socket.write(all, () => resolve()));
    await rig.seen.until(({ openings }) => openings.length > 0);
    station.socket.resume();
    assert.equal((await station.take(all.length)).equals(all), true);
    await sent;
  });

  it('gives a refusal of the CSMS back as it came', async () => {
    await open();
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const backend = await csms.next();
    await backend.takeHead();
    const refusal = 'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\ncontent-length: 3\r\n\r\nno\n';
    backend.write(refusal);
    assert.equal((await station.take(refusal.length)).toString(), refusal);
    assert.equal(await station.ending, 'fin');
    assert.equal(rig.seen.refusals[0]?.status, 401);
  });

  it('sees a station leave while its CSMS has not answered', async () => {
    await open();
    for (const leave of ['end', 'reset'] as const) {
      const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
      const backend = await csms.next();
      await backend.takeHead();
      if (leave === 'end') station.socket.end();
      else station.transport.resetAndDestroy();
      await rig.seen.until(({ refusals }) => refusals.length === (leave === 'end' ? 1 : 2));
      await backend.ending;
    }
    assert.deepEqual(
      rig.seen.refusals.map(({ status }) => status),
      [499, 499],
    );
  });

  it('ends both sides when the server stops, and tells so', async () => {
    await open();
    const { station, backend } = await joined(rig, csms);
    const closing = rig.relay.close();
    assert.deepEqual([await station.ending, await backend.ending], ['fin', 'fin']);
    station.socket.end();
    backend.socket.end();
    await closing;
    assert.deepEqual([rig.seen.closings[0]?.ended_by, rig.seen.closings[0]?.how], ['server', 'shutdown']);
  });
});

describe('a relay with TLS on both sides', () => {
  let server: Server;
  let rig: Rig;

  afterEach(async () => {
    await rig.close();
    server.close();
  });

  async function joinedByTls() {
    server = createServer({ ...secure, allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Safe: the server listens on a TCP port and not on a pipe.
    const { port } = server.address() as AddressInfo;
    rig = await openRig({
      upstream: `wss://localhost:${port}/{charger}`,
      secure,
      tls: { ca: authority.cert },
    });
    const [tcp, tls] = [once(server, 'connection'), once(server, 'secureConnection')];
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const [[transport], [socket]] = [await tcp, await tls];
    const backend = new RawPeer(socket, transport);
    await backend.takeHead();
    backend.write(SWITCHING);
    await station.takeHead();
    return { station, backend };
  }

  it('passes bytes and clean endings both ways', async () => {
    const { station, backend } = await joinedByTls();
    const call = frame({ opcode: TEXT, payload: randomBytes(1_000_000), mask: MASK });
    const answer = frame({ opcode: TEXT, payload: randomBytes(1_000_000) });
    station.write(call);
    backend.write(answer);
    assert.equal((await backend.take(call.length)).equals(call), true);
    assert.equal((await station.take(answer.length)).equals(answer), true);
    backend.socket.end();
    assert.equal(await station.ending, 'fin');
    station.socket.end();
    assert.equal(await backend.ending, 'fin');
  });

  for (const by of ['station', 'backend'] as const) {
    it(`passes a reset of the ${by} on`, async () => {
      const peers = await joinedByTls();
      peers[by].transport.resetAndDestroy();
      assert.equal(await peers[by === 'station' ? 'backend' : 'station'].ending, 'reset');
      await rig.seen.until(({ closings }) => closings.length > 0);
      assert.equal(rig.seen.closings[0]?.how, 'reset');
    });
  }
});
