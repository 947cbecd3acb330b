import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Site } from '../store/control.ts';
import { AutoSites } from './auto-sites.ts';
import { openRig, RawCsms, type Rig, SWITCHING, siteWith, upgradeHead } from './relay/capture-rig.ts';
import { refuse } from './relay/refusal.ts';
import type { StationAcceptor } from './upgrade.ts';

let rig: Rig;

let backend: RawCsms | null = null;

afterEach(async () => {
  backend?.close();
  backend = null;
  await rig.close();
});

/** A CSMS of our own that tells who came. */
function acceptor() {
  const came: unknown[] = [];
  const csms: StationAcceptor = {
    accept: (request, socket, head, at) => {
      came.push({ url: request.url, head: head.toString('latin1'), at });
      refuse(socket, { status: 418, text: 'seen' });
    },
  };
  return { csms, came };
}

describe('an upgrade', () => {
  it('of a site without an upstream goes to the built-in CSMS with all that belongs to it', async () => {
    const { csms, came } = acceptor();
    rig = await openRig({ upstream: null, csms });
    const station = await rig.station(`${upgradeHead('//ocpp/s/CP%201/?x=1')}\x89\x00`);
    assert.match(await station.takeHead(), /^HTTP\/1.1 418 /);
    const at = { site: 's', charger: 'CP 1', remoteAddress: '127.0.0.1' };
    assert.deepEqual(came, [{ url: '//ocpp/s/CP%201/?x=1', head: '\x89\x00', at }]);
    assert.deepEqual(rig.seen.refusals, []);
  });

  it('is 404 and no entry where path or site are unknown, with few log lines', async () => {
    rig = await openRig({ upstream: null });
    for (const path of ['/ocpp/s', '/chat', '/ocpp/s/%zz', ...Array(5).fill('/ocpp/nosuch/CP1')]) {
      const station = await rig.station(upgradeHead(path));
      assert.match(await station.takeHead(), /^HTTP\/1.1 404 Not Found\r\nConnection: close\r\n/);
      assert.equal(await station.ending, 'fin');
    }
    assert.deepEqual(rig.seen.refusals, []);
    assert.equal(rig.counters.unknownSite, 5);
    assert.equal(rig.counters.wrongAddress, 3);
    assert.equal(rig.warnings.length, 5);
    const refusal = 'sites are not made by themselves';
    assert.deepEqual(rig.warnings[3]?.facts, {
      site: 'nosuch',
      charger: 'CP1',
      remoteAddress: '127.0.0.1',
      refusal,
    });
  });

  it('is 400 where it is none to a WebSocket', async () => {
    rig = await openRig({ upstream: null });
    const other = await rig.station(upgradeHead('/ocpp/s/CP1').replace('websocket', 'h2c'));
    assert.match(await other.takeHead(), /^HTTP\/1.1 400 /);
    const post = await rig.station(upgradeHead('/ocpp/s/CP1').replace('GET', 'POST'));
    assert.match(await post.takeHead(), /^HTTP\/1.1 400 /);
    assert.equal(rig.counters.wrongAddress, 2);
  });

  it('from a page of another host is 403, an entry where the site is known', async () => {
    const { csms, came } = acceptor();
    rig = await openRig({ upstream: null, csms });
    for (const origin of ['https://evil.example', 'http://logs.example', 'null', 'file://']) {
      for (const site of ['s', 'nosuch']) {
        const station = await rig.station(upgradeHead(`/ocpp/${site}/CP1`, [`Origin: ${origin}`]));
        assert.match(await station.takeHead(), /^HTTP\/1.1 403 /, origin);
      }
    }
    assert.deepEqual(
      rig.seen.refusals.map(({ site, status }) => [site, status]),
      Array(4).fill(['s', 403]),
    );
    assert.equal(rig.counters.foreignOrigin, 8);
    const station = await rig.station(upgradeHead('/ocpp/s/CP1', ['Origin: http://LOGS.example:9016']));
    assert.match(await station.takeHead(), /^HTTP\/1.1 418 /);
    assert.equal(came.length, 1);
  });

  it('under a name that is not ours is 403, whatever page it comes from: DNS rebinding', async () => {
    const { csms, came } = acceptor();
    rig = await openRig({ upstream: null, csms });
    for (const extra of [[], ['Origin: http://evil.example']]) {
      const head = upgradeHead('/ocpp/s/CP1', extra).replace('Host: logs.example:9016', 'Host: evil.example');
      const station = await rig.station(head);
      assert.match(await station.takeHead(), /^HTTP\/1.1 403 /);
    }
    assert.equal(rig.counters.foreignHost, 2);
    assert.equal(came.length, 0);
  });

  it('through a trusted proxy is seen as the proxy tells it', async () => {
    const { csms, came } = acceptor();
    rig = await openRig({ upstream: null, csms, trustProxy: true });
    const headers = [
      'Origin: https://public.example',
      'X-Forwarded-Host: public.example',
      'X-Forwarded-For: 10.0.0.1, 10.0.0.2',
    ];
    const station = await rig.station(upgradeHead('/ocpp/s/CP1', headers));
    assert.match(await station.takeHead(), /^HTTP\/1.1 418 /);
    const at = { site: 's', charger: 'CP1', remoteAddress: '10.0.0.2' };
    assert.deepEqual(came, [{ url: '/ocpp/s/CP1', head: '', at }]);
  });

  it('through a proxy that is named is seen as that tells it, and by nobody else', async () => {
    for (const [trustProxy, remoteAddress] of [
      [['127.0.0.0/8'], '198.51.100.9'],
      [['10.0.0.0/8'], '127.0.0.1'],
    ] as const) {
      const { csms, came } = acceptor();
      rig = await openRig({ upstream: null, csms, trustProxy });
      const station = await rig.station(
        upgradeHead('/ocpp/s/CP1', [
          'X-Forwarded-For: 127.0.0.9, 198.51.100.9',
          'X-Forwarded-Host: evil.example',
        ]),
      );
      // Of the one that is believed the name counts, and it is none of this server's.
      const head = await station.takeHead();
      if (remoteAddress === '127.0.0.1') {
        assert.match(head, /^HTTP\/1.1 418 /);
        assert.deepEqual(came, [
          { url: '/ocpp/s/CP1', head: '', at: { site: 's', charger: 'CP1', remoteAddress } },
        ]);
      } else {
        assert.match(head, /^HTTP\/1.1 403 /);
        assert.equal(rig.seen.refusals[0]?.remoteAddress, remoteAddress);
      }
      await rig.close();
    }
    rig = await openRig({ upstream: null });
  });

  it('is 503 while as many stations are connected as may be, and goes on when one has left', async () => {
    const csms = await RawCsms.listen();
    backend = csms;
    rig = await openRig({ upstream: `ws://127.0.0.1:${csms.port}/{charger}`, limits: { stations: 1 } });
    const first = await rig.station(upgradeHead('/ocpp/s/CP1'));
    (await csms.next()).write(SWITCHING);
    await first.takeHead();
    const second = await rig.station(upgradeHead('/ocpp/s/CP2'));
    assert.match(await second.takeHead(), /^HTTP\/1.1 503 .*Retry-After: 30\r\n/s);
    assert.deepEqual(
      rig.seen.refusals.map(({ charger, status }) => [charger, status]),
      [['CP2', 503]],
    );
    const [taken] = rig.sockets;
    assert.ok(taken);
    const left = new Promise((resolve) => taken.once('close', resolve));
    first.socket.resetAndDestroy();
    await left;
    const third = await rig.station(upgradeHead('/ocpp/s/CP3'));
    (await csms.next()).write(SWITCHING);
    assert.equal(await third.takeHead(), SWITCHING);
  });
});

describe('a bound', () => {
  const left = (at: number) => {
    const socket = rig.sockets[at];
    assert.ok(socket);
    return new Promise((resolve) => socket.once('close', resolve));
  };

  it('of one site is 503 for its stations, and for no others', async () => {
    const csms = await RawCsms.listen();
    backend = csms;
    const upstream = `ws://127.0.0.1:${csms.port}/{charger}`;
    const sites = new Map(['s', 'other'].map((id) => [id, siteWith(id, upstream)]));
    rig = await openRig({ upstream, sites: () => sites, limits: { stationsPerSite: 1 } });
    const first = await rig.station(upgradeHead('/ocpp/s/CP1'));
    (await csms.next()).write(SWITCHING);
    await first.takeHead();
    const second = await rig.station(upgradeHead('/ocpp/s/CP2'));
    assert.match(await second.takeHead(), /^HTTP\/1.1 503 .*Retry-After: 30\r\n/s);
    assert.equal(rig.counters.siteFull, 1);
    const elsewhere = await rig.station(upgradeHead('/ocpp/other/CP3'));
    (await csms.next()).write(SWITCHING);
    assert.equal(await elsewhere.takeHead(), SWITCHING);
    const gone = left(0);
    first.socket.resetAndDestroy();
    await gone;
    const third = await rig.station(upgradeHead('/ocpp/s/CP4'));
    (await csms.next()).write(SWITCHING);
    assert.equal(await third.takeHead(), SWITCHING);
  });

  it('of files that may be open counts a relayed station twice', async () => {
    const csms = await RawCsms.listen();
    backend = csms;
    const { csms: built, came } = acceptor();
    const sites = new Map([
      ['s', siteWith('s', `ws://127.0.0.1:${csms.port}/{charger}`)],
      ['here', siteWith('here', null)],
    ]);
    let stations = 0;
    const isStation = () => {
      stations += 1;
    };
    rig = await openRig({
      upstream: null,
      sites: () => sites,
      csms: built,
      limits: { sockets: 3 },
      isStation,
    });
    const first = await rig.station(upgradeHead('/ocpp/s/CP1'));
    (await csms.next()).write(SWITCHING);
    await first.takeHead();
    assert.equal(rig.counters.sockets, 2);
    const second = await rig.station(upgradeHead('/ocpp/s/CP2'));
    assert.match(await second.takeHead(), /^HTTP\/1.1 503 /);
    const third = await rig.station(upgradeHead('/ocpp/here/CP3'));
    assert.match(await third.takeHead(), /^HTTP\/1.1 418 /);
    assert.equal(came.length, 1);
    assert.equal(stations, 2, 'who has no place is no station');
    const gone = left(0);
    first.socket.resetAndDestroy();
    await gone;
    assert.ok(rig.counters.sockets <= 1);
  });

  it('of one address in a minute is 429, of this machine too, and no entry of the site', async () => {
    const { csms } = acceptor();
    let now = 5_000;
    rig = await openRig({
      upstream: null,
      csms,
      trustProxy: true,
      limits: { upgradesPerMinute: 3 },
      now: () => now,
    });
    const come = async (from?: string) => {
      const headers = from === undefined ? [] : [`X-Forwarded-For: ${from}`];
      const station = await rig.station(upgradeHead('/ocpp/s/CP1', headers));
      return station.takeHead();
    };
    for (let n = 0; n < 3; n += 1) assert.match(await come(), /^HTTP\/1.1 418 /);
    for (let n = 0; n < 9; n += 1) assert.match(await come(), /^HTTP\/1.1 429 .*Retry-After: 20\r\n/s);
    assert.match(await come('192.0.2.7'), /^HTTP\/1.1 418 /);
    assert.equal(rig.counters.tooOften, 9);
    assert.deepEqual(rig.seen.refusals, []);
    assert.equal(rig.warnings.length, 5);
    now += 20_000;
    assert.match(await come(), /^HTTP\/1.1 418 /);
  });
});

describe('an unknown site on the own machine', () => {
  function autoSites(createSite: (id: string) => Promise<Site>, boundTo = '127.0.0.1') {
    return new AutoSites({ boundTo, trustProxy: false, createSite });
  }

  it('is made once, however many of its stations come at a time', async () => {
    const { csms, came } = acceptor();
    const sites = new Map<string, Site>();
    const made: string[] = [];
    const create = async (id: string) => {
      made.push(id);
      await new Promise((resolve) => setImmediate(resolve));
      const site = siteWith(id, null, 'auto');
      sites.set(id, site);
      return site;
    };
    rig = await openRig({ upstream: null, csms, sites: () => sites, autoSites: autoSites(create) });
    const stations = await Promise.all(
      [1, 2, 3].map((i) => rig.station(upgradeHead(`/ocpp/n%C3%BC/CP${i}`))),
    );
    for (const station of stations) assert.match(await station.takeHead(), /^HTTP\/1.1 418 /);
    assert.deepEqual(made, ['nü']);
    assert.equal(came.length, 3);
  });

  it('is 404 where others could ask too', async () => {
    const create = () => assert.fail('no site may be made');
    rig = await openRig({ upstream: null, autoSites: autoSites(create, '0.0.0.0') });
    const station = await rig.station(upgradeHead('/ocpp/new/CP1'));
    assert.match(await station.takeHead(), /^HTTP\/1.1 404 /);
    assert.equal(rig.counters.unknownSite, 1);
  });

  it('is 500 where it cannot be kept, and 404 for a station that names a page or a proxy', async () => {
    const create = () => Promise.reject(new Error('disk full'));
    rig = await openRig({ upstream: null, autoSites: autoSites(create) });
    for (const [headers, status] of [
      [[], 500],
      [['Origin: http://logs.example:9016'], 404],
      [['X-Forwarded-For: 10.0.0.1'], 404],
    ] as const) {
      const station = await rig.station(upgradeHead('/ocpp/new/CP1', headers));
      assert.ok((await station.takeHead()).startsWith(`HTTP/1.1 ${status} `));
    }
    assert.ok(rig.warnings.some(({ facts }) => JSON.stringify(facts).includes('disk full')));
  });
});
