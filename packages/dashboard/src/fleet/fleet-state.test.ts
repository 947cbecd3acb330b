import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FLEET_START,
  failedAddress,
  fleetAddress,
  foundAddress,
  readFleet,
  sortedBy,
} from './fleet-state.ts';

test('an address says what is shown, and nothing of what is usual', () => {
  assert.equal(fleetAddress(FLEET_START), '/fleet-overview');
  const state = {
    ...FLEET_START,
    by: 'firmware',
    site: 'a&b',
    firmware: '1.0 (x)',
    sort: 'uptime',
    order: 'desc',
    noise: 'bytes',
    from: '2026-01-01',
  } as const;
  const [, search = ''] = fleetAddress(state).split('?');
  assert.deepEqual(readFleet(search), state);
});

test('what an address cannot say is as it usually is', () => {
  assert.deepEqual(readFleet('by=vendor&sort=x&order=up&noise=&zone=moon'), FLEET_START);
});

test('a column that is chosen has its worst first, and is turned round when it is chosen again', () => {
  const byUptime = sortedBy(FLEET_START, 'uptime');
  assert.deepEqual([byUptime.sort, byUptime.order], ['uptime', 'asc']);
  assert.equal(sortedBy(byUptime, 'uptime').order, 'desc');
  assert.equal(sortedBy(byUptime, 'failed').order, 'desc');
});

test('failed tries are the sessions of the row, with the cause where one is meant', () => {
  const row = { site_id: 'depot', charger_id: 'CP 1' };
  assert.equal(
    failedAddress({ ...FLEET_START, from: '-7d' }, row, 'stop-fault'),
    '/charging-sessions?site=depot&station=CP+1&severity=failure&verdict=stop-fault&from=-7d',
  );
  assert.equal(
    failedAddress({ ...FLEET_START, site: 'yard' }, { site_id: null, charger_id: null }),
    '/charging-sessions?site=yard&severity=failure&from=-30d',
  );
});

test('a finding leads to the entries that were counted, where a search shows just these', () => {
  const answer = { from: '2026-01-05T00:00:00.000Z', to: '2026-01-05T12:00:00.000Z' };
  const told = (counted: string, change = {}) => {
    const row = { site_id: 'depot', charger_id: 'CP 1', findings_as_of: counted };
    const address = foundAddress({ ...FLEET_START, ...change }, row, answer, 'seq-gap');
    return address === null ? null : new URLSearchParams(address.split('?')[1]);
  };
  const later = told('2026-02-01T00:00:00.000Z');
  assert.equal(later?.get('q'), 'station:"CP 1" finding:seq-gap');
  assert.deepEqual([later?.get('site'), later?.get('events')], ['depot', '1']);
  assert.deepEqual(
    [later?.get('from'), later?.get('to')],
    ['2026-01-05T00:00:00.000Z', '2026-01-05T12:00:00.000Z'],
  );
  assert.equal(told('2026-01-05T11:58:00.000Z')?.get('to'), '2026-01-05T11:58:00.000Z');
  assert.equal(told('2026-02-01T00:00:00.000Z', { firmware: '1.0' }), null);
  const all = { site_id: null, charger_id: null, findings_as_of: null };
  assert.equal(foundAddress(FLEET_START, all, answer, 'seq-gap'), null);
});
