import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectorLanes, coverageLane } from './station-lanes.ts';

const [from, to] = ['2026-01-05T10:00:00.000Z', '2026-01-05T10:30:00.000Z'];
const state = {
  connector: 1,
  evse_connector: null,
  from,
  to,
  status: 'Charging',
  error_code: null,
  entry_id: '5',
};

test('a segment says in words what it is, for how long and when', () => {
  const lane = coverageLane(
    { coverage: { complete: true, segments: [{ from, to, state: 'blind' }] } },
    'Europe/Berlin',
  );
  assert.equal(
    lane.segments[0]?.words,
    'Not recorded for 30 min, from 2026-01-05 11:00:00 to 2026-01-05 11:30:00',
  );
});

test('connectors have a lane each, and a status with an error looks like one', () => {
  const lanes = connectorLanes(
    [
      { ...state, connector: 0, status: 'Available' },
      state,
      { ...state, status: 'Preparing', error_code: 'GroundFailure' },
      { ...state, connector: 2, evse_connector: 1, status: 'Vendor' },
    ],
    'UTC',
  );
  assert.deepEqual(
    lanes.map(({ name, segments }) => [name, ...segments.map(({ look, label }) => `${look} ${label}`)]),
    [
      ['Station', 'idle Available'],
      ['Connector 1', 'ok Charging', 'bad Preparing, GroundFailure'],
      ['EVSE 2, connector 1', 'other Vendor'],
    ],
  );
});
