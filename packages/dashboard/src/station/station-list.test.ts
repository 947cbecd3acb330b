import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Charger } from '../api/answers.ts';
import { isSilent, stationList } from './station-list.ts';

const charger = (id: string, connected = true, vendor: string | null = null): Charger => ({
  id,
  vendor,
  model: null,
  connected,
  last_seen: null,
});
const SITES = [
  {
    id: 'depot',
    name: 'Depot',
    timezone: 'UTC',
    chargers: [charger('CP10'), charger('CP2'), charger('CP3', false, 'Tarnmoor')],
  },
  { id: 'harbour', name: 'Harbour', timezone: 'UTC', chargers: [charger('CP1', false)] },
];
const listed = (text: string) =>
  stationList(SITES, text).map(({ site, charger: { id } }) => `${site.id}/${id}`);

test('stations that are away come first, then by site and number', () => {
  assert.deepEqual(listed(''), ['depot/CP3', 'harbour/CP1', 'depot/CP2', 'depot/CP10']);
});

test('every word must be found in station, vendor, model or site', () => {
  assert.deepEqual(listed('depot tarn'), ['depot/CP3']);
  assert.deepEqual(listed(' CP1 '), ['harbour/CP1', 'depot/CP10']);
  assert.deepEqual(listed('tarn harbour'), []);
});

test('of those that are away the last one to go comes first; a silent one is told', () => {
  const gone = (id: string, last: string) => ({ ...charger(id, false), last_seen: last });
  const chargers = [gone('A', '2026-01-05T10:00:00Z'), gone('B', '2026-01-05T11:00:00Z')];
  const site = { id: 'depot', name: 'Depot', timezone: 'UTC', chargers };
  assert.deepEqual(
    stationList([site], '').map(({ charger: { id } }) => id),
    ['B', 'A'],
  );
  const now = Date.parse('2026-01-05T12:30:00Z');
  const silent = (connected: boolean, last: string) => isSilent({ ...gone('A', last), connected }, now);
  assert.deepEqual(
    [
      silent(true, '2026-01-05T11:00:00Z'),
      silent(true, '2026-01-05T12:00:00Z'),
      silent(false, '2026-01-05T11:00:00Z'),
    ],
    [true, false, false],
  );
});
