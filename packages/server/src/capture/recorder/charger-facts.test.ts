import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargerFacts } from './charger-facts.ts';

test('what a station tells of itself is kept as it is, and of a text without end its beginning', () => {
  assert.deepEqual(
    chargerFacts({ chargePointVendor: 'Volt', chargePointModel: 'One', firmwareVersion: '1.2' }),
    {
      vendor: 'Volt',
      model: 'One',
      firmware: '1.2',
    },
  );
  const endless = 'x'.repeat(4 * 1024 * 1024);
  for (const boot of [
    { chargePointVendor: endless, chargePointModel: endless, firmwareVersion: endless },
    { chargingStation: { vendorName: endless, model: endless, firmwareVersion: endless } },
  ]) {
    const kept = 'x'.repeat(255);
    assert.deepEqual(chargerFacts(boot), { vendor: kept, model: kept, firmware: kept });
  }
  // A pair of surrogates is not cut in two: no file takes half of one.
  const { vendor } = chargerFacts({ chargePointVendor: `${'x'.repeat(254)}\u{1f50c}` });
  assert.equal(vendor, `${'x'.repeat(254)}\ufffd`);
});
