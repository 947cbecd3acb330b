import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameChunks } from './frame-chunks.ts';
import type { RemoteEntry } from './remote.ts';

const BOUNDS = { lines: 3, bytes: 1_000_000 };
const AT = Date.UTC(2026, 0, 5, 10);

function entry(ms: number, members: Record<string, unknown> = {}): RemoteEntry {
  const at = AT + ms;
  const time = new Date(at).toISOString();
  const published = { occurrence_time: time, action: 'Heartbeat', payload: {}, charger_id: 'CP_1' };
  return { at, text: JSON.stringify({ ...published, connector_id: null, ...members }) };
}

function chunked(entries: readonly RemoteEntry[], bounds = BOUNDS) {
  const { bodies, skipped } = frameChunks(entries, bounds);
  const chunks = [...bodies].map((body) =>
    Buffer.from(body)
      .toString()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line)),
  );
  return { chunks, skipped: Object.fromEntries(skipped) };
}

test('a published entry becomes its call, and its answer as far as it is told', () => {
  const text = `{"occurrence_time":"2026-01-05T10:00:00.000Z","action":"StartTransaction","payload":{"idTag":"T","meterStart":1.50},"charger_id":"CP_1","connector_id":2,"response_id_tag_info_status":"Accepted"}`;
  const { chunks } = chunked([{ at: AT, text }]);
  const [call, answer, ...none] = chunks.flat();
  assert.deepEqual([chunks.length, none], [1, []]);
  const { frame, ...rest } = call ?? {};
  const common = {
    charger_id: 'CP_1',
    occurrence_time: '2026-01-05T10:00:00.000Z',
    rebuilt: true,
    untimed: true,
  };
  assert.deepEqual(rest, { ...common, direction: 'station_to_csms', connector_id: 2 });
  assert.match(String(frame), /^\[2,"log-\w+","StartTransaction",\{"idTag":"T","meterStart":1\.50\}\]$/);
  assert.deepEqual(
    [answer?.direction, answer?.untimed, String(answer?.frame).replace(/log-\w+/, 'ID')],
    ['csms_to_station', true, '[3,"ID",{"idTagInfo":{"status":"Accepted"}}]'],
  );
});

test('chunks are bounded, in the order of time, and never part a millisecond', () => {
  const times = [5, 1, 1, 1, 1, 9, 2, 2, 3, 5];
  const { chunks } = chunked(times.map((ms) => entry(ms)));
  assert.deepEqual(
    chunks.map((lines) => lines.map(({ occurrence_time }) => Date.parse(String(occurrence_time)) - AT)),
    [
      [1, 1, 1, 1],
      [2, 2, 3],
      [5, 5, 9],
    ],
  );
  const { chunks: small } = chunked([entry(1), entry(2)], { lines: 100, bytes: 10 });
  assert.equal(small.length, 2);
});

test('what the ingest route cannot take at once is parted even so', () => {
  const { chunks } = chunked(Array.from({ length: 10_001 }, () => entry(1)));
  assert.deepEqual(
    chunks.map((lines) => lines.length),
    [10_000, 1],
  );
});

test('an action that goes both ways is taken as a call of the station', () => {
  const { chunks } = chunked([entry(1, { action: 'DataTransfer', payload: { vendorId: 'V' } })]);
  assert.equal(chunks[0]?.[0]?.direction, 'station_to_csms');
});

test('what another ocpp-logs gives is taken as it was on the wire', () => {
  const exchange = {
    kind: 'exchange',
    direction: 'csms_to_station',
    ocpp_version: '1.6',
    connection_id: 'c-1',
    message_id: '7',
    response_time: '2026-01-05T10:00:00.250Z',
    latency_ms: 249.5,
  };
  const raw = {
    request_text: '[2, "7","Reset",{}]',
    response_text: '[3,"7", {}]',
    redacted: [],
    truncated: false,
  };
  const { chunks } = chunked([entry(0, { exchange, raw })]);
  const common = { charger_id: 'CP_1', connection_id: 'c-1', ocpp_version: '1.6' };
  assert.deepEqual(chunks, [
    [
      {
        ...common,
        occurrence_time: '2026-01-05T10:00:00.000Z',
        direction: 'csms_to_station',
        frame: raw.request_text,
      },
      {
        ...common,
        occurrence_time: '2026-01-05T10:00:00.250Z',
        direction: 'station_to_csms',
        frame: raw.response_text,
      },
    ],
  ]);
});

test('what is no entry is counted by reason', () => {
  const { chunks, skipped } = chunked([
    { at: 0, text: '7' },
    { at: 0, text: '{}' },
    entry(1, { charger_id: null }),
    entry(1, { charger_id: null }),
  ]);
  assert.deepEqual(chunks, []);
  assert.deepEqual(skipped, {
    'no JSON object': 1,
    'occurrence_time is no ISO 8601 time': 1,
    'no charger_id': 2,
  });
});
