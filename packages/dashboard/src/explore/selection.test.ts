import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry as entryOf } from './fixtures.ts';
import {
  isSelected,
  NO_SELECTION,
  ordered,
  reaching,
  SELECTED_MAX,
  type Selection,
  stationOf,
  toggled,
} from './selection.ts';

const entry = (id: number, site = 'depot', charger = 'CP_1') => ({
  ...entryOf(String(id), { charger_id: charger }),
  site_id: site,
});
const idsOf = (selection: Selection | null, order: 'asc' | 'desc' = 'asc') =>
  ordered(selection ?? assert.fail('no room'), order).map(
    ({ site_id, exchange }) => `${site_id} ${exchange?.id}`,
  );

test('a second click takes an entry back; the same id of another site is another entry', () => {
  const one = toggled(NO_SELECTION, entry(5), 3) ?? assert.fail();
  const two = toggled(one, entry(5, 'yard'), 4) ?? assert.fail();
  assert.deepEqual(idsOf(two), ['depot 5', 'yard 5']);
  assert.equal(two.anchor, 4);
  assert.ok(isSelected(two, entry(5)) && !isSelected(one, entry(5, 'yard')));
  assert.deepEqual(idsOf(toggled(two, entry(5), 3)), ['yard 5']);
});

test('what Shift reaches takes the place of what it had reached before, and nothing else', () => {
  const one = toggled(NO_SELECTION, entry(9), 0) ?? assert.fail();
  const anchored = toggled(one, entry(5), 4) ?? assert.fail();
  const far = reaching(anchored, 4, [entry(5), entry(4), entry(3)]) ?? assert.fail();
  assert.deepEqual(idsOf(far, 'desc'), ['depot 9', 'depot 5', 'depot 4', 'depot 3']);
  assert.deepEqual(idsOf(reaching(far, 4, [entry(5), entry(6)]), 'desc'), ['depot 9', 'depot 6', 'depot 5']);
});

test('ids are ordered as numbers, of any length', () => {
  const some = reaching(NO_SELECTION, 0, [entry(10), entry(9), entry(100)]);
  assert.deepEqual(idsOf(some), ['depot 9', 'depot 10', 'depot 100']);
});

test('there is an end to how many can be selected', () => {
  const many = Array.from({ length: SELECTED_MAX }, (_, at) => entry(at));
  const full = reaching(NO_SELECTION, 0, many) ?? assert.fail();
  assert.equal(reaching(full, 0, [...many, entry(SELECTED_MAX)]), null);
  assert.equal(toggled(full, entry(SELECTED_MAX), 1), null);
  assert.equal(toggled(full, entry(0), 1)?.entries.size, SELECTED_MAX - 1);
});

test('a station is that of all of them, or none', () => {
  const own = reaching(NO_SELECTION, 0, [entry(1), entry(2)]) ?? assert.fail();
  assert.deepEqual(stationOf(own), { site: 'depot', charger: 'CP_1' });
  assert.equal(stationOf(toggled(own, entry(3, 'depot', 'CP_2'), 1) ?? assert.fail()), null);
  assert.equal(stationOf(toggled(own, entry(3, 'yard'), 1) ?? assert.fail()), null);
  assert.equal(stationOf(NO_SELECTION), null);
});
