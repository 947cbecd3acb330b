import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { StationPasswords } from '../auth/station-passwords.ts';
import { emptySite } from '../store/control/site-rules.ts';
import type { Site, StationPassword } from '../store/control.ts';
import { Admission } from './admission.ts';
import { openRig, RawCsms, type Rig, type RigSettings, SWITCHING, upgradeHead } from './relay/capture-rig.ts';
import { issue, issueServer } from './tls/certificates.fixture.ts';

const { authority, server } = issueServer();
const secure = { cert: server.cert, key: server.key, clientCa: authority.cert };
const stranger = issue({ name: 'Another authority', authority: true });
const PASSWORD = '0123456789abcdef-station';

async function rigFor(t: TestContext, site: Partial<Site>, more: Partial<RigSettings> = {}): Promise<Rig> {
  const rows = new Map<string, StationPassword>();
  const passwords = new StationPasswords(
    {
      stationPassword: async (_site, charger) => rows.get(charger) ?? null,
      putStationPassword: async (row) => {
        rows.set(row.charger, row);
      },
      dropStationPassword: async () => false,
    },
    Date.now,
    { ln: 4, r: 8, p: 1 },
  );
  await passwords.set({ site: 's', charger: 'CP1' }, PASSWORD);
  const rig = await openRig({
    upstream: null,
    sites: () => new Map([['s', { ...emptySite('s', 'added'), ...site }]]),
    csms: { accept: (_request, socket) => socket.end('let in\r\n\r\n') },
    admission: new Admission({ passwords, clientName: 'cn-or-san' }),
    ...more,
  });
  t.after(() => rig.close());
  return rig;
}

const basic = (password: string, user = 'CP1') => [
  `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
];

test('a site that asks for passwords lets in who has the right one, and nobody else', async (t) => {
  const rig = await rigFor(t, { stationAuth: 'basic' });
  const good = await rig.station(upgradeHead('/ocpp/s/CP1', basic(PASSWORD)));
  assert.equal(await good.takeHead(), 'let in\r\n\r\n');
  const none = await (await rig.station(upgradeHead('/ocpp/s/CP1'))).takeHead();
  assert.match(none, /^HTTP\/1\.1 401 Unauthorized\r\n/);
  assert.match(none, /\r\nWWW-Authenticate: Basic realm="ocpp-logs", charset="UTF-8"\r\n/);
  const bad = await rig.station(upgradeHead('/ocpp/s/CP1', basic('wrong-and-long-enough')));
  assert.match(await bad.takeHead(), /^HTTP\/1\.1 401 /);
  assert.deepEqual(
    rig.seen.refusals.map(({ status, reason, charger }) => [status, reason, charger]),
    [
      [401, 'the station sent no password', 'CP1'],
      [401, 'the password is wrong', 'CP1'],
    ],
  );
  assert.equal(rig.counters.unauthorized, 2);
  assert.doesNotMatch(JSON.stringify([rig.seen.refusals, rig.warnings]), /wrong-and-long/);
});

test('too many wrong passwords are answered so, and leave no more entries', async (t) => {
  const rig = await rigFor(t, { stationAuth: 'basic' });
  for (let n = 0; n < 10; n += 1) {
    const station = await rig.station(upgradeHead('/ocpp/s/CP1', basic(`wrong-password-${n}`)));
    assert.match(await station.takeHead(), /^HTTP\/1\.1 401 /);
  }
  const last = await (await rig.station(upgradeHead('/ocpp/s/CP1', basic('wrong-password')))).takeHead();
  assert.match(last, /^HTTP\/1\.1 429 .*\r\nRetry-After: \d+\r\n/s);
  assert.equal(rig.seen.refusals.length, 10);
  assert.equal(rig.counters.unauthorized, 11);
});

test('a station that leaves while its password is looked up is no trouble', async (t) => {
  let answer: (refusal: null) => void = () => {};
  const asked = Promise.withResolvers<void>();
  const admission = {
    refusal: () => {
      asked.resolve();
      return new Promise<null>((resolve) => {
        answer = resolve;
      });
    },
  };
  let accepted = 0;
  const csms = {
    accept: () => {
      accepted += 1;
    },
  };
  const rig = await rigFor(t, { stationAuth: 'basic' }, { admission, csms });
  const station = await rig.station(upgradeHead('/ocpp/s/CP1', basic(PASSWORD)));
  await asked.promise;
  const [socket] = rig.sockets;
  assert.ok(socket);
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  station.transport.resetAndDestroy();
  // Nobody reads it yet, so its end is seen when the server next touches it.
  socket.resume();
  await gone;
  answer(null);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(accepted, 0);
  assert.equal(rig.counters.stations, 0);
});

test('credentials of a station that is passed on are the business of its CSMS', async (t) => {
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const upstream = `ws://127.0.0.1:${csms.port}/{charger}`;
  const rig = await rigFor(t, { stationAuth: 'basic', upstream });
  const station = await rig.station(upgradeHead('/ocpp/s/CP9', basic('whatever', 'CP9')));
  const backend = await csms.next();
  assert.ok((await backend.takeHead()).includes(basic('whatever', 'CP9')[0] ?? '-'));
  backend.write(SWITCHING);
  assert.equal(await station.takeHead(), SWITCHING);
  await rig.seen.until(({ openings }) => openings.length > 0);
  assert.doesNotMatch(JSON.stringify(rig.seen.openings), /Basic|whatever|d2hhdGV2ZXI/);
});

const outcome = async (rig: Rig, charger: string, client: { cert: string; key: string } | null) => {
  const options = client === null ? {} : { cert: client.cert, key: client.key };
  const station = await rig.station(upgradeHead(`/ocpp/s/${charger}`), options);
  return (await station.takeHead()).split('\r\n')[0];
};

test('a site that asks for certificates lets in the charger that a trusted one names', async (t) => {
  const rig = await rigFor(t, { stationAuth: 'certificate' }, { secure });
  const named = (name: string, alternatives: string[] = []) =>
    issue({ name, alternatives, issuer: authority });
  assert.equal(await outcome(rig, 'CP1', named('CP1')), 'let in');
  assert.equal(await outcome(rig, 'CP1', named('SN-4711', ['other', 'CP1'])), 'let in');
  for (const [client, reason] of [
    [null, /^the station showed no client certificate$/],
    [named('cp1'), /^the client certificate is for cp1 and not for this charger$/],
    [named('x, DNS:CP1', ['y']), /^the client certificate is for x, DNS:CP1, y and not/],
    [
      issue({ name: 'CP1', issuer: stranger }),
      /^the client certificate of the station is not trusted \(\w+\)$/,
    ],
    [issue({ name: 'CP1' }), /not trusted/],
    [issue({ name: 'CP1', issuer: authority, days: -0.5 }), /not trusted \(CERT_HAS_EXPIRED\)$/],
  ] as const) {
    assert.equal(await outcome(rig, 'CP1', client), 'HTTP/1.1 403 Forbidden');
    assert.match(rig.seen.refusals.at(-1)?.reason ?? '', reason);
  }
});

test('a certificate is asked for without TLS in vain', async (t) => {
  const rig = await rigFor(t, { stationAuth: 'certificate' });
  assert.equal(await outcome(rig, 'CP1', null), 'HTTP/1.1 403 Forbidden');
  assert.match(rig.seen.refusals[0]?.reason ?? '', /without TLS/);
});

test('a certificate is asked for before a station is passed on, and told to its CSMS where that is wanted', async (t) => {
  const csms = await RawCsms.listen();
  t.after(() => csms.close());
  const upstream = `ws://127.0.0.1:${csms.port}/{charger}`;
  const site = { stationAuth: 'certificate', upstream } as const;
  for (const forwardCertificate of [false, true]) {
    const rig = await rigFor(t, site, { secure, relay: { forwardCertificate } });
    const client = issue({ name: 'CP1', issuer: authority });
    const forged = ['Client-Cert: :Zm9yZ2Vk:', 'client-cert-chain: :Zm9yZ2Vk:'];
    await rig.station(upgradeHead('/ocpp/s/CP1', forged), { cert: client.cert, key: client.key });
    const head = await (await csms.next()).takeHead();
    const der = Buffer.from(client.cert.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').toString('base64');
    const told = head.split('\r\n').filter((line) => /^client-cert/i.test(line));
    assert.deepEqual(told, forwardCertificate ? [`Client-Cert: :${der}:`] : []);
    assert.equal(await outcome(rig, 'CP1', null), 'HTTP/1.1 403 Forbidden');
  }
});

test('a session that is taken up again shows what the first one showed', async (t) => {
  const rig = await rigFor(t, { stationAuth: 'certificate' }, { secure });
  const untrusted = issue({ name: 'CP1', issuer: stranger });
  const trusted = issue({ name: 'CP1', issuer: authority });
  for (const [client, outcome] of [
    [null, 'HTTP/1.1 403 Forbidden'],
    [untrusted, 'HTTP/1.1 403 Forbidden'],
    [trusted, 'let in'],
  ] as const) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = { maxVersion, ...(client === null ? {} : { cert: client.cert, key: client.key }) };
      const first = await rig.station(upgradeHead('/ocpp/s/CP1'), options);
      assert.ok(first.socket instanceof TLSSocket);
      const { socket } = first;
      // In TLS 1.3 it comes behind the handshake, and before what the server has to say.
      let session: Buffer | undefined = socket.getSession();
      socket.on('session', (given: Buffer) => {
        session = given;
      });
      assert.equal((await first.takeHead()).split('\r\n')[0], outcome);
      const again = await rig.station(upgradeHead('/ocpp/s/CP1'), {
        ...options,
        ...(session && { session }),
      });
      assert.ok(again.socket instanceof TLSSocket && again.socket.isSessionReused(), maxVersion);
      assert.equal((await again.takeHead()).split('\r\n')[0], outcome, maxVersion);
    }
  }
});
