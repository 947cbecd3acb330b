import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSessions, STATIONS_MAX, sessionsAddress, stationsOf } from './sessions-state.ts';

test('every state has an address that is read as the same state', () => {
  const state = fc.record({
    site: fc.string(),
    station: fc.string(),
    filter: fc.constantFrom(
      { severities: [], verdict: '' },
      { severities: ['failure' as const], verdict: 'stop-missing' },
    ),
    from: fc.constantFrom('-24h', '-7d', '2026-01-05T00:00:00.000Z'),
    to: fc.constantFrom('now', '2026-01-06T00:00:00.000Z'),
    zone: fc.constantFrom('browser' as const, 'site' as const, 'utc' as const),
  });
  fc.assert(
    fc.property(state, (each) => {
      assert.deepEqual(readSessions(new URL(`http://host${sessionsAddress(each)}`).search), { ...each });
    }),
  );
  assert.equal(sessionsAddress(readSessions('')), '/charging-sessions');
});

test('a whole name is one station, a part of one all that have it, and those of the site alone', () => {
  const charger = (id: string) => ({ id, vendor: null, model: null, connected: false, last_seen: null });
  const site = (id: string, names: readonly string[]) => ({
    id,
    name: id,
    timezone: 'UTC',
    chargers: names.map(charger),
  });
  const sites = [site('a', ['CP-1', 'CP-10', 'X']), site('b', ['cp-2', 'CP-1'])];
  const find = (station: string, of = '') => stationsOf(sites, { ...readSessions(''), station, site: of });
  assert.deepEqual(find(''), { ids: [], fit: 0 });
  assert.deepEqual(find('CP-1'), { ids: ['CP-1'], fit: 1 });
  assert.deepEqual(find('cp-'), { ids: ['CP-1', 'CP-10', 'cp-2'], fit: 3 });
  assert.deepEqual(find('cp-', 'b'), { ids: ['CP-1', 'cp-2'], fit: 2 });
  assert.deepEqual(find('nobody'), { ids: [], fit: 0 });
  const many = [
    site(
      'c',
      Array.from({ length: 60 }, (_, at) => `S${at}`),
    ),
  ];
  const found = stationsOf(many, { ...readSessions(''), station: 's' });
  assert.deepEqual([found.ids.length, found.fit], [STATIONS_MAX, 60]);
});
