import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoverageState } from './station-answers.ts';
import { connectorLanes, coverageLane, coverageWords } from './station-lanes.ts';

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

test('the strip is summed up by what was recorded, and says nothing of connections that no record tells of', () => {
  const lane = (...states: readonly CoverageState[]) =>
    coverageLane(
      {
        coverage: {
          complete: true,
          segments: states.map((state, at) => ({
            from: new Date(at * 1000).toISOString(),
            to: new Date(at * 1000 + 1000).toISOString(),
            state,
          })),
        },
      },
      'UTC',
    );
  assert.equal(coverageWords(lane('connected')), 'connected 100 % of the time');
  assert.equal(coverageWords(lane('blind')), 'not recorded 100 %');
  assert.equal(coverageWords(lane('disconnected', 'blind')), 'connected 0 % of the time, not recorded 50 %');
  assert.equal(
    coverageWords(lane('blind', 'heard', 'blind', 'blind')),
    'messages recorded in 25 % of the time, not recorded 75 %',
  );
});
