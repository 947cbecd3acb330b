import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stationOfPath } from './station-path.ts';
import { stationAddress } from './station-state.ts';

test('an address names the very station that it was made for, below any path of a proxy', () => {
  const name = fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((text) => !/^\.\.?$/.test(text) && text.isWellFormed());
  fc.assert(
    fc.property(name, name, fc.constantFrom('', '/logs', '/station/a/b'), (site, charger, base) => {
      assert.deepEqual(stationOfPath(base + stationAddress(site, charger)), { site, charger });
    }),
  );
  assert.deepEqual(stationOfPath('/station/demo/a%2Fb%252F:1'), { site: 'demo', charger: 'a/b%2F:1' });
});

test('an address that cannot be read names none', () => {
  for (const path of ['/station/demo/%E0%A4', '/station/demo', '/station/demo/a/b']) {
    assert.equal(stationOfPath(path), null, path);
  }
});
