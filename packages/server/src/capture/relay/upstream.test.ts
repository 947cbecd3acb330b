import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveUpstream, upstreamProblem } from './upstream.ts';

const station = {
  site: 'a b',
  charger: 'DE:1/2?&ü',
  // As a station may spell it, its ü in bytes that the HTTP parser hands over one by one.
  spelled: { site: 'a%20b', charger: 'DE%3a1%2F2%3F&\u00c3\u00bc' },
  query: '?token=x%26y',
};

describe('the upstream of a station', () => {
  it('is its template with the ids as the station spells them and its query behind its own', () => {
    assert.deepEqual(resolveUpstream('wss://csms.example/ocpp/{site}/{charger}', station), {
      secure: true,
      hostname: 'csms.example',
      port: 443,
      host: 'csms.example',
      path: '/ocpp/a%20b/DE%3a1%2F2%3F&%C3%BC?token=x%26y',
    });
    assert.deepEqual(resolveUpstream('ws://[::1]:8080?id={charger}', { ...station, query: '' }), {
      secure: false,
      hostname: '::1',
      port: 8080,
      host: '[::1]:8080',
      path: '/?id=DE%3A1%2F2%3F%26%C3%BC',
    });
    assert.deepEqual(resolveUpstream('WS://Csms.Example:80/x/../{charger}?a=1', station), {
      secure: false,
      hostname: 'csms.example',
      port: 80,
      host: 'csms.example',
      path: '/x/../DE%3a1%2F2%3F&%C3%BC?a=1&token=x%26y',
    });
  });

  it('does not read a replacement pattern in an id', () => {
    const read = resolveUpstream('ws://h/{charger}', {
      ...station,
      spelled: { site: 's', charger: "$&$'" },
      query: '',
    });
    assert.equal('path' in read && read.path, "/$&$'");
  });

  it('is refused with the reason', () => {
    const form = 'an upstream is written like wss://csms.example/ocpp/{charger}';
    for (const [template, problem] of [
      ['', form],
      ['https://csms.example/{charger}', form],
      ['wss:///x', form],
      ['wss://{charger}.example/', form],
      ['wss://csms.example/#x', form],
      [
        'wss://user:pw@csms.example/',
        "an upstream holds no user name: the station's own credentials are passed on",
      ],
      ['wss://csms.example:99999/', 'the host of the upstream is not valid'],
      [
        'wss://csms.example/a b\r\nX: y',
        'the path of an upstream holds a character that must be percent-encoded',
      ],
    ] as const) {
      assert.equal(upstreamProblem(template), problem, template);
    }
    assert.equal(upstreamProblem('wss://csms.example/ocpp/{charger}'), null);
  });
});
