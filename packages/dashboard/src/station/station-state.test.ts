import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuery } from '@ocpp-logs/core';
import fc from 'fast-check';
import { readState } from '../explore/explore-state.ts';
import {
  changed,
  logsAddress,
  readStation,
  START,
  stationAddress,
  withLive,
  writeStation,
} from './station-state.ts';

test('every state has an address that is read as the same state', () => {
  const state = fc.record({
    from: fc.constantFrom('-3h', '2026-01-05T00:00:00.000Z'),
    to: fc.constantFrom('now', '2026-01-06T00:00:00.000Z'),
    zone: fc.constantFrom('browser' as const, 'site' as const, 'utc' as const),
    q: fc.string(),
    quiet: fc.boolean(),
    entries: fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String), { maxLength: 5 }),
    live: fc.boolean(),
    sessions: fc.constantFrom(
      { severities: [], verdict: '' },
      { severities: ['failure' as const, 'warning' as const], verdict: 'stop-other' },
    ),
  });
  fc.assert(fc.property(state, (each) => assert.deepEqual(readStation(writeStation(each)), { ...each })));
  assert.equal(writeStation(START), '');
});

test('names of sites and stations stand in the path as they are', () => {
  assert.equal(stationAddress('a/b', 'CP 1'), '/station/a%2Fb/CP%201');
  assert.equal(stationAddress('a', 'b', { from: '-1h' }), '/station/a/b?from=-1h');
});

test('a link into the logs asks for this station alone, whatever it is called', () => {
  const address = logsAddress('depot', 'CP (1)', START, {
    q: 'finding:unit-assumed OR kind:gap',
    entry: '7',
  });
  const state = readState(address.split('?')[1] ?? '');
  assert.equal(state.q, 'station:"CP (1)" (finding:unit-assumed OR kind:gap)');
  assert.equal(parseQuery(state.q).kind, 'query');
  assert.deepEqual([state.sites, state.entry], [['depot'], { site: 'depot', id: '7' }]);
});

test('a selection names entries by their ids, each once, and nothing else', () => {
  assert.deepEqual(readStation('entries=12,7,12,x,,-1').entries, ['12', '7']);
  const many = Array.from({ length: 400 }, (_, place) => String(place));
  assert.equal(readStation(`entries=${many.join(',')}`).entries.length, 300);
});

test('a live page shows the time up to now, and another time ends that', () => {
  const day = { ...START, from: '2026-01-05T00:00:00.000Z', to: '2026-01-06T00:00:00.000Z' };
  const live = withLive(day, true);
  assert.deepEqual([live.from, live.to, live.live], ['-1h', 'now', true]);
  assert.equal(withLive({ ...START, from: '-3h' }, true).from, '-3h');
  assert.equal(changed(live, { q: 'x' }).live, true);
  assert.equal(changed(live, { from: '-7d', to: 'now' }).live, true);
  assert.equal(changed(live, { from: day.from, to: day.to }).live, false);
});
