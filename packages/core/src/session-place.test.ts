import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillSessionPlaces, placedEntries, sessionPlace } from './session-place.ts';

test('places are found and filled wherever they stand, for sites of any name', () => {
  const sites = ['depot', 'a b', 'Säule "ö"', '\ud800', '1 2'];
  const written = sites
    .map((site, at) => `{"at":${at},"session":${sessionPlace(site, BigInt(at))}}`)
    .join(',');
  const entries = sites.map((site, at) => ({ site, id: String(at) }));
  assert.deepEqual(placedEntries(written), entries);
  const filled = fillSessionPlaces(written, (entry) => JSON.stringify(entry));
  assert.deepEqual(
    JSON.parse(`[${filled}]`),
    entries.map((session, at) => ({ at, session })),
  );
  assert.equal(
    fillSessionPlaces('{}', () => assert.fail('there is none')),
    '{}',
  );
});
