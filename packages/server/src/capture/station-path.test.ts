import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readStationPath, shownPath } from './station-path.ts';

describe('the path of a station', () => {
  for (const [url, site, charger, query = ''] of [
    ['/ocpp/home/CP1', 'home', 'CP1'],
    ['//ocpp//home///CP1//', 'home', 'CP1'],
    ['/ocpp/home/CP1/?token=a/b?c', 'home', 'CP1', '?token=a/b?c'],
    ['/ocpp/a%20b/DE%3A1%2F2:3', 'a b', 'DE:1/2:3'],
    ['/ocpp/home/CP%2525', 'home', 'CP%25'],
    ['/ocpp/home/a+b', 'home', 'a+b'],
    ['/ocpp/home/%C3%BC', 'home', 'ü'],
    // Bytes of UTF-8 that were not escaped, as the HTTP parser hands them over.
    ['/ocpp/home/\u00c3\u00bc', 'home', 'ü'],
    ['ws://logs.example:9016/ocpp/home/CP1', 'home', 'CP1'],
    [`/ocpp/home/${'x'.repeat(255)}`, 'home', 'x'.repeat(255)],
  ] as const) {
    it(`is read from ${url.slice(0, 40)}`, () => {
      const read = readStationPath(url);
      assert.ok('spelled' in read && url.includes(read.spelled.charger) && url.includes(read.spelled.site));
      assert.deepEqual(read, { site, charger, query, spelled: read.spelled });
    });
  }

  for (const [url, problem] of [
    ['/', 'the path is not /ocpp/{site}/{charger}'],
    ['/ocpp/home', 'the path is not /ocpp/{site}/{charger}'],
    ['/ocpp/home?/CP1', 'the path is not /ocpp/{site}/{charger}'],
    ['/ocpp/home/CP1/more', 'the path is not /ocpp/{site}/{charger}'],
    ['/OCPP/home/CP1', 'the path is not /ocpp/{site}/{charger}'],
    ['/ocpp/home/%', 'the charger id is not percent-encoded UTF-8'],
    ['/ocpp/home/%ZZ', 'the charger id is not percent-encoded UTF-8'],
    ['/ocpp/%ff/CP1', 'the site id is not percent-encoded UTF-8'],
    ['/ocpp/home/\u00ff', 'the charger id is not percent-encoded UTF-8'],
    ['/ocpp/home/a%00b', 'the charger id holds a control character'],
    ['/ocpp/home/a%C2%85b', 'the charger id holds a control character'],
    ['/ocpp/home/..', 'the charger id is a dot segment'],
    ['/ocpp/%2e/CP1', 'the site id is a dot segment'],
    [`/ocpp/home/${'x'.repeat(256)}`, 'the charger id is longer than 255 bytes'],
    [`/ocpp/${'%C3%BC'.repeat(128)}/CP1`, 'the site id is longer than 255 bytes'],
  ] as const) {
    it(`is refused in ${url.slice(0, 40)}`, () => {
      assert.deepEqual(readStationPath(url), { problem });
    });
  }

  it('gives every id back that was encoded, and never throws', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(id, id, (site, charger) => {
        const read = readStationPath(`/ocpp/${encodeURIComponent(site)}/${encodeURIComponent(charger)}`);
        const spelled = { site: encodeURIComponent(site), charger: encodeURIComponent(charger) };
        if (!('problem' in read)) assert.deepEqual(read, { site, charger, query: '', spelled });
        else assert.match(read.problem, /control character|dot segment/);
      }),
    );
    fc.assert(fc.property(fc.string(), (url) => void readStationPath(url)));
  });
});

describe('what is shown of a path that is wrong', () => {
  for (const [url, shown] of [
    ['/wrong/depot/CP1?password=Secret', '/wrong/depot/CP1'],
    ['/wrong#password=Secret', '/wrong'],
    ['ws://CP1:Secret@h/nope', '/nope'],
    ['ws://CP1:Se/cr@et@h/nope?x', '/nope'],
    ['wss://CP1:Secret@h', '/'],
    ['h2c://CP1:Secret@h?x', '/'],
    ['?password=Secret', ''],
    ['', ''],
  ] as const) {
    it(`of ${url} is ${shown}`, () => assert.equal(shownPath(url), shown));
  }
});
