import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readIngestLine } from './ingest-line.ts';

const GOOD = {
  charger_id: 'CP 1:a',
  occurrence_time: '2026-01-05T14:58:38.250999+10:00',
  direction: 'station_to_csms',
  frame: '[2,"1","Heartbeat",{}]',
};

function read(over: Record<string, unknown>): unknown {
  return readIngestLine(7, JSON.stringify({ ...GOOD, ...over }));
}

function textOf(line: ReturnType<typeof readIngestLine>): string | null {
  if (typeof line === 'string' || line.kind !== 'frame') return null;
  return line.text;
}

test('a line becomes a frame with the time of its source, to the microsecond', () => {
  const at = Date.UTC(2026, 0, 5, 4, 58, 38, 250);
  assert.deepEqual(read({ ocpp_version: '2.0.1', connection_id: 'x', rebuilt: true, connector_id: 2 }), {
    kind: 'frame',
    line: 7,
    charger: 'CP 1:a',
    at,
    arrival: at * 1000 + 999,
    direction: 'station_to_csms',
    text: '[2,"1","Heartbeat",{}]',
    version: '2.0.1',
    connection: 'x',
    rebuilt: true,
    connector: 2,
  });
});

test('a line may tell what happened to the connection instead of a frame', () => {
  const { direction: _, frame: __, ...head } = GOOD;
  const event = { how: 'fin', event: 'closed', close_code: 1001, status: null, more: 1 };
  const line = readIngestLine(2, JSON.stringify({ ...head, event }));
  assert.ok(typeof line !== 'string' && line.kind === 'event');
  assert.equal(JSON.stringify(line.event), '{"event":"closed","close_code":1001,"how":"fin"}');
  assert.equal(read({ event: 5 }), 'event is no object');
  assert.equal(read({ event: { event: 'gone' } }), 'event.event is none of accepted, refused, closed');
  assert.equal(
    read({ event: { event: 'closed', close_code: 70_000 } }),
    'event.close_code is no whole number from 0 to 4999',
  );
  assert.equal(
    read({ event: { event: 'closed', ended_by: 'me' } }),
    'event.ended_by is none of station, csms, server, unknown',
  );
  assert.equal(
    read({ event: { event: 'refused', reason: 'x'.repeat(1025) } }),
    'event.reason is longer than 1024 characters',
  );
  assert.equal(
    read({ event: { event: 'refused', reason: '\ud800' } }),
    'event.reason holds half a surrogate pair',
  );
});

test('a frame given as an array keeps its text', () => {
  const line = `{"frame": [2, "1","A",{"t":9223372036854775807,"n":1.50}],"charger_id":"c","occurrence_time":"2026-01-05T00:00:00Z","direction":"csms_to_station"}`;
  const got = readIngestLine(1, line);
  assert.equal(textOf(got), '[2, "1","A",{"t":9223372036854775807,"n":1.50}]');
});

test('a source without times has no latency', () => {
  const line = readIngestLine(1, JSON.stringify({ ...GOOD, untimed: true }));
  assert.equal(typeof line === 'string' ? line : line.arrival, null);
});

test('what is wrong with a line is said so that it can be put right', () => {
  assert.equal(readIngestLine(1, '{"charger_id"'), 'the line is not JSON');
  assert.equal(readIngestLine(1, '[]'), 'the line is no JSON object');
  assert.equal(read({ charger_id: 5 }), 'charger_id is missing or no text');
  assert.equal(read({ charger_id: '' }), 'charger_id is empty');
  assert.equal(read({ charger_id: 'ä'.repeat(128) }), 'charger_id is longer than 255 bytes');
  assert.equal(read({ charger_id: 'a\nb' }), 'charger_id holds a control character');
  assert.equal(
    read({ occurrence_time: '2026-01-05T00:00:00' }),
    'occurrence_time "2026-01-05T00:00:00" is no ISO 8601 time with zone, such as 2026-01-05T14:58:38.250Z',
  );
  assert.equal(
    read({ occurrence_time: '2026-13-05T00:00:00Z' }),
    'occurrence_time "2026-13-05T00:00:00Z" is no time of the calendar',
  );
  assert.equal(
    read({ occurrence_time: '2026-02-30T00:00:00Z' }),
    'occurrence_time "2026-02-30T00:00:00Z" is no time of the calendar',
  );
  assert.equal(
    read({ occurrence_time: '1970-01-01T00:00:00Z' }),
    'occurrence_time 1970-01-01T00:00:00Z is not between 1990 and 2100',
  );
  assert.equal(read({ direction: 'up' }), 'direction is neither station_to_csms nor csms_to_station');
  assert.equal(read({ ocpp_version: '3' }), 'ocpp_version is none of 1.6, 2.0.1, 2.1');
  assert.equal(read({ connection_id: 7 }), 'connection_id is no text');
  assert.equal(read({ connector_id: '1' }), 'connector_id is no whole number');
  assert.equal(read({ frame: 7 }), 'frame is neither text nor an array');
  assert.equal(read({ frame: '\ud800' }), 'frame holds half a surrogate pair, which no WebSocket text can');
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void readIngestLine(1, text)),
  );
});

test('any frame text comes through byte for byte', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (frame) => {
      const line = readIngestLine(1, JSON.stringify({ ...GOOD, frame }));
      assert.equal(textOf(line), frame);
    }),
  );
});
