import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { issue } from '../tls/certificates.fixture.ts';
import { openRig, RawPeer, type Rig, type RigSettings, SWITCHING, upgradeHead } from './capture-rig.ts';
import { frame, MASK, TEXT, text } from './ws-frames.ts';

const FIXTURES = new URL('../../../../../test/fixtures/', import.meta.url);
/** Self-signed for `localhost` and 127.0.0.1; good for nothing but these tests. */
const CERTIFICATE = readFileSync(new URL('upstream-cert.pem', FIXTURES), 'utf8');
const KEY = readFileSync(new URL('upstream-key.pem', FIXTURES), 'utf8');

describe('a relay to a CSMS behind TLS', () => {
  let server: Server;
  let rig: Rig;
  let port: number;
  const names: string[] = [];
  const sockets: TLSSocket[] = [];

  beforeEach(async () => {
    names.length = 0;
    server = createServer({
      cert: CERTIFICATE,
      key: KEY,
      allowHalfOpen: true,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    server.on('secureConnection', (socket) => sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Safe: the server listens on a TCP port and not on a pipe.
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await rig.close();
    server.close();
  });

  async function connect(settings: Partial<RigSettings> = {}) {
    const tls = { ca: CERTIFICATE };
    rig = await openRig({ upstream: `wss://localhost:${port}/{charger}`, tls, ...settings });
    const arriving = once(server, 'secureConnection');
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    const [socket]: TLSSocket[] = await arriving;
    assert.ok(socket);
    const backend = new RawPeer(socket);
    const head = await backend.takeHead();
    backend.write(SWITCHING);
    await station.takeHead();
    return { station, backend, head };
  }

  it('asks for its name, passes bytes both ways and a clean ending on', async () => {
    const { station, backend, head } = await connect();
    assert.deepEqual(names, ['localhost']);
    assert.ok(head.startsWith(`GET /CP1 HTTP/1.1\r\nHost: localhost:${port}\r\n`));
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
    assert.equal(rig.seen.closings[0]?.ended_by, 'station');
    assert.equal(rig.seen.closings[0]?.how, 'fin');
  });

  it('reads an address as well as a name', async () => {
    const { head } = await connect({ upstream: `wss://127.0.0.1:${port}/{charger}` });
    assert.ok(head.includes(`\r\nHost: 127.0.0.1:${port}\r\n`));
    assert.deepEqual(names, []);
  });

  it('passes a reset of the station on as a reset', async () => {
    const { station, backend } = await connect();
    station.socket.resetAndDestroy();
    assert.equal(await backend.ending, 'reset');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.equal(rig.seen.closings[0]?.how, 'reset');
  });

  it('passes a CSMS that breaks off on as a reset', async () => {
    const tcp = once(server, 'connection');
    const { station } = await connect();
    const [transport] = await tcp;
    transport.resetAndDestroy();
    assert.equal(await station.ending, 'reset');
    await rig.seen.until(({ closings }) => closings.length > 0);
    assert.deepEqual(rig.seen.closings[0], {
      event: 'closed',
      close_code: 1006,
      reason: '',
      ended_by: 'csms',
      how: 'reset',
    });
  });

  it('answers 502 where the certificate is not trusted or is for another name', async () => {
    for (const [settings, code] of [
      [{ tls: {} }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [{ upstream: `wss://127.0.0.2:${port}/{charger}` }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      server.close();
      server = createServer({ cert: CERTIFICATE, key: KEY });
      server.on('tlsClientError', () => {});
      server.listen(port, '0.0.0.0');
      await once(server, 'listening');
      const upstream = `wss://localhost:${port}/{charger}`;
      rig = await openRig({ upstream, tls: { ca: CERTIFICATE }, ...settings });
      const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
      assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
      assert.equal(rig.seen.refusals[0]?.reason, `The CSMS cannot be reached: ${code}.`);
      await rig.close();
    }
    rig = await openRig({ upstream: null });
  });

  it('shows its certificate to a CSMS that asks for one', async () => {
    server.close();
    const authority = issue({ name: 'Authority', authority: true });
    const client = issue({ name: 'relay', issuer: authority });
    server = createServer({ cert: CERTIFICATE, key: KEY, ca: authority.cert, requestCert: true });
    server.on('secureConnection', (socket) => sockets.push(socket));
    server.on('tlsClientError', () => {});
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    await connect({ tls: { ca: CERTIFICATE, cert: client.cert, key: client.key } });
    assert.equal(sockets[0]?.getPeerCertificate().subject.CN, 'relay');
    await rig.close();
    rig = await openRig({ upstream: `wss://localhost:${port}/{charger}`, tls: { ca: CERTIFICATE } });
    const station = await rig.station(upgradeHead('/ocpp/s/CP1'));
    assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
  });

  it('trusts what it is told to trust', async () => {
    const { station, backend } = await connect({ tls: { rejectUnauthorized: false } });
    backend.write(text('[]'));
    assert.deepEqual(await station.take(4), text('[]'));
  });
});
