import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UpstreamRule } from '../../auth/upstream-rule.ts';
import { emptySite } from '../../store/control/site-rules.ts';
import type { Site } from '../../store/control.ts';
import { openRig, RawCsms, type RawPeer, type Rig, upgradeHead } from './capture-rig.ts';

/** The same whatever the rule found, with no word of names and addresses. */
const SAID = 'The CSMS cannot be reached; the log of the site says why.\n';

async function told(station: RawPeer): Promise<string> {
  assert.match(await station.takeHead(), /^HTTP\/1.1 502 /);
  await station.ending;
  return station.received.toString();
}

describe('a relay to an upstream that was not set on this machine', () => {
  let csms: RawCsms;
  let rig: Rig;

  beforeEach(async () => {
    csms = await RawCsms.listen();
  });

  afterEach(async () => {
    csms.close();
    await rig.close();
  });

  async function open(host: string, allow: readonly string[], site: Partial<Site>, scheme = 'ws') {
    const upstream = `${scheme}://${host}:${csms.port}/{charger}`;
    const made = { ...emptySite('s', 'added'), upstream, upstreamTrusted: false, ...site };
    const relay = { upstreams: new UpstreamRule(allow) };
    rig = await openRig({ upstream, relay, sites: () => new Map([['s', made]]) });
    return rig.station(upgradeHead('/ocpp/s/CP1'));
  }

  for (const [host, reason] of [
    ['127.0.0.1', /^The upstream must not lead to 127\.0\.0\.1, a private address: /],
    ['localhost', /^The upstream must not lead to this machine \(localhost\): /],
  ] as const) {
    it(`does not dial ${host}`, async () => {
      const station = await open(host, [], {});
      assert.equal(await told(station), SAID);
      assert.match(rig.seen.refusals[0]?.reason ?? '', reason);
      assert.equal(csms.connections, 0);
    });
  }

  for (const scheme of ['ws', 'wss'])
    it(`does not dial a name that means an address outside the list, whatever it meant before, by ${scheme}`, async () => {
      const station = await open('localhost', ['10.0.0.0/8'], {}, scheme);
      assert.equal(await told(station), SAID);
      assert.match(
        rig.seen.refusals[0]?.reason ?? '',
        /cannot be reached: localhost is .*, which upstream\.allow does not allow/,
      );
      assert.equal(csms.connections, 0);
    });

  for (const [what, allow, site] of [
    ['by its name', ['localhost'], {}],
    ['by its address', ['127.0.0.0/8', '::1'], {}],
    ['from this machine', [], { upstreamTrusted: true }],
    ['in the configuration file', [], { origin: 'config' }],
  ] as const) {
    it(`dials what is allowed ${what}`, async () => {
      await open('localhost', allow, site);
      assert.match(await (await csms.next()).takeHead(), /^GET \/CP1 /);
    });
  }
});
