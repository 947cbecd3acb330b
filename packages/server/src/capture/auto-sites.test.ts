import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Site } from '../store/control.ts';
import { AUTO_CHARGERS_MAX, AUTO_SITES_MAX, AutoSites, exposure, isLoopback } from './auto-sites.ts';
import { siteWith } from './relay/capture-rig.ts';

const settings = { boundTo: '127.0.0.1', trustProxy: false };
const local = { peer: '::ffff:127.0.0.1', headers: { host: 'localhost:9016' } };

describe('whether nobody else can ask', () => {
  it('holds on loopback, by every name of it', () => {
    for (const boundTo of ['127.0.0.1', '::1', 'localhost', '127.8.8.8']) {
      assert.equal(exposure({ ...settings, boundTo }, local), null);
    }
    assert.equal(isLoopback('127.evil.example'), false);
  });

  for (const [what, server, station] of [
    ['the server is bound to all addresses', { boundTo: '0.0.0.0' }, {}],
    ['the server is bound to all addresses of IPv6', { boundTo: '::' }, {}],
    ['a proxy is trusted', { trustProxy: true }, {}],
    ['the station is elsewhere', {}, { peer: '192.168.0.4' }],
    ['the request was forwarded', {}, { headers: { forwarded: 'for=x' } }],
    ['the request was forwarded by an older proxy', {}, { headers: { 'x-forwarded-proto': 'https' } }],
    ['a page asks', {}, { headers: { origin: 'http://localhost:9016' } }],
  ] as const) {
    it(`does not hold where ${what}`, () => {
      assert.notEqual(exposure({ ...settings, ...server }, { ...local, ...station }), null);
    });
  }
});

describe('automatic sites', () => {
  const candidate = { ...local, site: 'new', charger: 'CP1' };

  it('are at most a hundred, those being made included; others do not count', () => {
    const autoSites = new AutoSites({ ...settings, createSite: () => new Promise<Site>(() => {}) });
    const sites = new Map<string, Site>([['own', siteWith('own', null)]]);
    for (let i = 0; i < AUTO_SITES_MAX - 1; i++) sites.set(`${i}`, siteWith(`${i}`, null, 'auto'));
    assert.equal(autoSites.refusal(candidate, sites), null);
    autoSites.create('new');
    assert.equal(autoSites.refusal(candidate, sites), null, 'it is being made');
    assert.equal(
      autoSites.refusal({ ...candidate, site: 'one more' }, sites),
      'there are 100 automatic sites already',
    );
  });

  it('have at most a thousand chargers, known ones always', () => {
    const autoSites = new AutoSites({ ...settings, createSite: (id) => Promise.resolve(siteWith(id, null)) });
    for (let i = 0; i < AUTO_CHARGERS_MAX; i++) {
      assert.equal(autoSites.admit({ site: `${i % 7}`, charger: `${i}` }), true);
    }
    assert.equal(autoSites.admit({ site: '0', charger: 'one more' }), false);
    assert.equal(autoSites.admit({ site: '0', charger: '0' }), true);
  });
});
