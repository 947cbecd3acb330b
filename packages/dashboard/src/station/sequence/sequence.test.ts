import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogEntry } from '../../api/answers.ts';
import { iso, said } from './fixtures.ts';
import { sequenceOf } from './sequence-events.ts';
import { fitting, layoutOf } from './sequence-layout.ts';
import { FILE_COLORS, withColors } from './svg-file.ts';

const told = (entries: readonly LogEntry[], max?: number) =>
  sequenceOf(entries, max).events.map((event) =>
    event.kind === 'note' ? `note ${event.label}` : `${event.look} ${event.way} ${event.label}`,
  );

test('a call and its answer are two arrows, the answer with its latency', () => {
  const status = {
    action: 'StatusNotification',
    connector_id: 2,
    request_status: 'Faulted',
    request_error_code: 'GroundFailure',
  };
  assert.deepEqual(told([said('1', { at: 0, change: status })]), [
    'call to-csms StatusNotification #2 Faulted GroundFailure',
    'answer to-station OK · 5.0 ms',
  ]);
});

test('answers of others come between a call and its own, as they did', () => {
  const slow = said('1', {
    at: 0,
    after: 100,
    change: { action: 'Reset' },
    exchange: { direction: 'csms_to_station', response_payload: { status: 'Accepted' } },
  });
  assert.deepEqual(told([said('2', { at: 50 }), slow]), [
    'call to-station Reset',
    'call to-csms Heartbeat',
    'answer to-station OK · 5.0 ms',
    'answer to-csms Accepted · 100 ms',
  ]);
});

test('what came in the same millisecond stands as it was recorded, however it is read', () => {
  const event = { kind: 'connection', outcome: null, event: { event: 'accepted', subprotocol: 'ocpp1.6' } };
  const connected = said('9', { at: 0, exchange: event });
  const boot = said('10', { at: 0, after: 0, change: { action: 'BootNotification' } });
  const next = said('11', { at: 0, change: { action: 'Heartbeat' } });
  const due = [
    'note Connected ocpp1.6',
    'call to-csms BootNotification',
    'answer to-station OK · 0 µs',
    'call to-csms Heartbeat',
    'answer to-station OK · 5.0 ms',
  ];
  assert.deepEqual(told([next, boot, connected]), due);
  assert.deepEqual(told([connected, boot, next]), due);
});

test('a call without an answer says so, an error names its code', () => {
  assert.deepEqual(told([said('1', { at: 0, after: null, exchange: { outcome: 'timeout' } })]), [
    'lost to-csms Heartbeat (timeout)',
  ]);
  const failed = { outcome: 'error', error_code: 'NotSupported' };
  assert.equal(
    told([said('1', { at: 0, exchange: failed })])[1],
    'error to-station Error: NotSupported · 5.0 ms',
  );
});

test('connections and gaps are notes', () => {
  const event = (event: object, kind = 'connection') =>
    said('1', { at: 0, exchange: { kind, outcome: null, event } });
  assert.deepEqual(told([event({ event: 'accepted', subprotocol: 'ocpp1.6' })]), ['note Connected ocpp1.6']);
  assert.deepEqual(told([event({ event: 'closed', close_code: 1006, ended_by: 'station' })]), [
    'note Connection closed 1006 by station',
  ]);
  assert.deepEqual(told([event({ event: 'gap', from: iso(0), to: iso(120_000) }, 'gap')]), [
    'note Not recorded for 2 min',
  ]);
});

test('the newest messages stay where there are too many', () => {
  const many = Array.from({ length: 10 }, (_, place) => said(String(place), { at: place * 1000 }));
  const { events, left } = sequenceOf(many, 6);
  assert.equal(left, 14);
  assert.equal(events.length, 6);
  assert.equal(events[0]?.entry, '7');
});

test('rows never overlap and time never runs up, whatever is said', () => {
  const any = fc.array(fc.record({ at: fc.nat(40_000_000), after: fc.option(fc.nat(70_000)) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(any, fc.integer({ min: 300, max: 1200 }), (spoken, width) => {
      const entries = spoken.map((each, place) => said(String(place), each));
      const { rows, height, station, csms } = layoutOf(sequenceOf(entries).events, width, 'UTC');
      assert.ok(station < csms && csms < width);
      let last = 0;
      for (const { y } of rows) {
        assert.ok(y >= last + 10, `${last} ${y}`);
        last = y;
      }
      assert.ok(last < height);
    }),
  );
});

test('a silence is cut out and says how long it was', () => {
  const { rows } = layoutOf(
    sequenceOf([said('1', { at: 0 }), said('2', { at: 250_000 })]).events,
    800,
    'UTC',
  );
  assert.deepEqual(
    rows.map((row) => (row.kind === 'silence' ? row.text : row.kind)),
    ['day', 'message', 'message', '4 min 10 s', 'message', 'message'],
  );
});

test('a label is cut where it has no room', () => {
  assert.equal(fitting('BootNotification', 1000, 6), 'BootNotification');
  assert.equal(fitting('BootNotification', 60, 6), 'BootNotif…');
});

test('a file has colours in place of the properties of the page, those of the light theme, for all that is drawn', async () => {
  assert.equal(withColors('fill="var(--bad-text)"'), 'fill="#b3261e"');
  const text = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  const used = (await text('./sequence-diagram.tsx')).match(/(?<=var\()--[a-z-]+/g) ?? [];
  const light = (await text('../../ui/tokens.css')).split('}')[0] ?? '';
  assert.ok(used.length > 10);
  assert.deepEqual([...new Set(used)].toSorted(), Object.keys(FILE_COLORS).toSorted());
  for (const name of used) assert.ok(light.includes(`${name}: ${FILE_COLORS[name]};`), name);
});
