import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, mark, session } from './fixtures.ts';
import { timelineOf } from './timeline-rows.ts';

const told = (of: ReturnType<typeof session>) =>
  timelineOf(of).map((row) =>
    row.kind === 'group' ? [row.what, row.rows.length] : [row.what, row.word, row.more, row.tone, row.proof],
  );

test('three and more alike are one line, but what proves something stands by itself', () => {
  const meters = [60, 120, 180, 240, 300].map((seconds) => mark(seconds, 'meter'));
  const plain = session({ marks: [mark(0, 'start', 'Accepted'), ...meters, mark(400, 'stop', 'Local')] });
  assert.deepEqual(told(plain), [
    ['Transaction starts', 'Accepted', '', 'good', false],
    ['Meter values', 5],
    ['Transaction ends', 'Local', '', 'plain', false],
  ]);
  const evidence = [{ time: at(240), entry_id: '240', what: 'MeterValues' }];
  const proven = { ...plain, verdict: { ...plain.verdict, also: [{ ...plain.verdict, evidence }] } };
  assert.deepEqual(told(proven).slice(1, -1), [
    ['Meter values', 3],
    ['Meter values', '', '', 'plain', true],
    ['Meter values', '', '', 'plain', false],
  ]);
  assert.equal(told(session({ marks: meters.slice(0, 2) })).length, 2, 'two are not folded');
  const words = ['EVConnected', 'CableUnplugged', 'EVConnected'].map((word, place) =>
    mark(place, 'update', word),
  );
  assert.equal(told(session({ marks: words })).length, 3, 'of other words are not alike');
});

test('a line says what is known: error and vendor text, card, register, missing numbers', () => {
  const status = { time: at(5), entry_id: '5', status: 'Faulted', error_code: 'GroundFailure' };
  const start = mark(9, 'start', 'Accepted');
  const stop = mark(99, 'stop', 'PowerLoss');
  const of = session({
    marks: [mark(5, 'status', 'Faulted'), mark(7, 'authorisation'), start, stop],
    meter_start: { wh: 10, text: '10 Wh', entry_id: '9' },
    meter_stop: { wh: 20, text: '0.02 kWh', entry_id: '99' },
    seq_missing: [3, 4],
    series: {
      status: [{ ...status, vendor_error_code: 'E1', info: 'wet' }],
      authorisation: [{ time: at(7), entry_id: '7', id_tag: 'CARD', status: null }],
      transaction: [start, stop],
    },
  });
  assert.deepEqual(told(of), [
    ['Connector', 'Faulted', 'GroundFailure, E1, wet', 'bad', false],
    ['Card', 'no answer', 'CARD', 'plain', false],
    ['Transaction starts', 'Accepted', 'register 10 Wh', 'good', false],
    ['Transaction ends', 'PowerLoss', 'register 0.02 kWh, 2 events before it missing', 'bad', false],
  ]);
});

test('what befell the station stands at its time', () => {
  const of = session({
    marks: [mark(0, 'start'), mark(900, 'stop')],
    interruptions: [
      { time: at(300), entry_id: 'c', kind: 'connection', until: at(420) },
      { time: at(430), entry_id: 'b', kind: 'boot', until: null },
      { time: at(800), entry_id: 'd', kind: 'connection', until: null },
    ],
  });
  assert.deepEqual(told(of).slice(1, 4), [
    ['Connection lost', '', 'back after 2 min', 'station', false],
    ['Station boots', '', '', 'station', false],
    ['Connection lost', '', 'not back since', 'station', false],
  ]);
});
