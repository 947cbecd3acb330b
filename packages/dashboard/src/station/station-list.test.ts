import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Charger } from '../api/answers.ts';
import { stationList } from './station-list.ts';

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
