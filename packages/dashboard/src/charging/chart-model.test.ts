import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chartRange, lanesOf, lastAt, momentsOf, panelsOf, readoutOf, roundTop } from './chart-model.ts';
import { at, mark, point, session } from './fixtures.ts';
import type { SessionBody } from './session-answers.ts';

test('the top of an axis is round and not below what is drawn', () => {
  assert.deepEqual(
    [0, -5, 0.3, 1, 11.1, 22, 26, 51, 101].map(roundTop),
    [1, 1, 0.5, 1, 20, 25, 50, 100, 200],
  );
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (most) => {
      const top = roundTop(most);
      assert.ok(top >= most * 0.999 && top <= most * 2.51, `${most} ${top}`);
    }),
  );
});

test('there is a panel for what was told or limited, energy counted from the start', () => {
  const of = session({
    meter_start: { wh: 1_000, text: '1000', entry_id: '0' },
    series: {
      power_w: [point(60, 11_000)],
      energy_wh: [point(60, 1_200), point(120, 1_400)],
      limit: [
        { time: at(0), limit_w: null, limit_a: 16, phases: 3, entry_id: 'p' },
        { time: at(90), limit_w: null, limit_a: null, phases: null, entry_id: null },
      ],
    },
  });
  const panels = panelsOf(of);
  assert.deepEqual(
    panels.map(({ key, top, points, limits }) => [key, top, points.map(({ value }) => value), limits.length]),
    [
      ['power', 20, [11], 0],
      ['current', 20, [], 2],
      ['energy', 0.5, [0.2, 0.4], 0],
    ],
  );
  assert.deepEqual(readoutOf(panels, Date.parse(at(60))), [
    'Power 11 kW',
    'Current: 16 A set',
    'Energy 0.2 kWh',
  ]);
  assert.deepEqual(readoutOf(panels, Date.parse(at(100))), ['Power 11 kW', 'Energy 0.2 kWh']);
  const other = panelsOf({ ...of, meter_start: { wh: 90_000, text: '90000', entry_id: '0' } });
  assert.deepEqual(
    other.at(-1)?.points.map(({ value }) => value),
    [0, 0.2],
    'another register than that of the start counts from itself',
  );
});

test('energy goes from the register of the start to that of the stop, each with its entry, where they are one register', () => {
  const of = session({
    started: at(0),
    stopped: at(300),
    meter_start: { wh: 1_000, text: '1000', entry_id: 'start' },
    meter_stop: { wh: 11_000, text: '11000', entry_id: 'stop' },
    series: { energy_wh: [point(60, 6_000)] },
  });
  const told = (change: Partial<SessionBody> = {}) =>
    panelsOf({ ...of, ...change })[0]?.points.map(({ value, entry }) => [value, entry]);
  assert.deepEqual(told(), [
    [0, 'start'],
    [5, '60'],
    [10, 'stop'],
  ]);
  assert.deepEqual(told({ series: session().series }), [
    [0, 'start'],
    [10, 'stop'],
  ]);
  // Told by the stop itself, in its samples.
  assert.deepEqual(told({ stopped: at(60) }), [
    [0, 'start'],
    [5, '60'],
  ]);
  assert.deepEqual(told({ meter_stop: { wh: 2_000, text: '2000', entry_id: 'stop' } })?.length, 2, 'it fell');
  assert.deepEqual(told({ meter_start: { wh: 90_000, text: '90000', entry_id: 'start' } }), [[0, '60']]);
  assert.deepEqual(told({ started: null, stopped: null }), [[5, '60']]);
  const lifetime = { ...of.series, energy_wh: [point(60, 2_300_000), point(120, 2_301_000)] };
  assert.deepEqual(
    told({ samples_factor: null, series: lifetime }),
    [
      [0, '60'],
      [1, '120'],
    ],
    'samples of another register than those of start and stop',
  );
});

test('moments are those of marks, interruptions and samples, each once, in the order of time', () => {
  const of = session({
    marks: [mark(0, 'start'), mark(60, 'meter', '', 'm'), mark(61, 'status')],
    interruptions: [{ time: at(30), entry_id: 'b', kind: 'boot', until: null }],
    series: { power_w: [point(60, 1)], soc_percent: [point(60, 50)] },
  });
  assert.deepEqual(
    momentsOf(of, panelsOf(of)).map(({ entry }) => entry),
    ['0', 'b', '60', '61'],
  );
});

test('the newest at or before a time is found', () => {
  const points = [1, 3, 3, 7].map((time) => ({ at: time }));
  assert.deepEqual(
    [0, 1, 2, 3, 6, 7, 9].map((time) => lastAt(points, time)?.at ?? null),
    [null, 1, 1, 3, 3, 7, 7],
  );
});

test('lanes tell states until the next, the transaction as far as it is known, and what befell the station', () => {
  const status = { error_code: null, vendor_error_code: null, info: null };
  const of = session({
    state: 'stop_unseen',
    started: at(20),
    interruptions: [{ time: at(60), entry_id: 'c', kind: 'connection', until: null }],
    series: {
      status: [
        { ...status, time: at(0), entry_id: 's1', status: 'Preparing' },
        { ...status, time: at(25), entry_id: 's2', status: 'Faulted', error_code: 'GroundFailure' },
      ],
      transaction: [mark(20, 'start')],
    },
  });
  const range = chartRange(of);
  const gap = { from: Date.parse(at(-100)), to: Date.parse(at(10)) };
  const lanes = lanesOf(of, range, [gap]).map(({ name, segments }) => [
    name,
    ...segments.map(
      ({ label, look, from, to }) =>
        `${label} ${look} ${(from - range.from) / 1000}-${(to - range.from) / 1000}`,
    ),
  ]);
  assert.deepEqual(lanes, [
    ['Connector', 'Preparing wait 0-25', 'Faulted, GroundFailure bad 25-3600'],
    ['Transaction', 'Transaction, no end told ok 20-3600'],
    ['Station', 'Not recorded blind 0-10', 'Not connected away 60-3600'],
  ]);
});

test('one that was told late reaches back to when it began', () => {
  const of = session({ started: at(-600), series: { power_w: [point(-300, 1), point(4_000, 1)] } });
  assert.deepEqual(chartRange(of), { from: Date.parse(at(-600)), to: Date.parse(at(4_000)) });
  const moment = session({ to: at(0) });
  assert.equal(chartRange(moment).to - chartRange(moment).from, 1_000);
});
