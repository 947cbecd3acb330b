import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryTable, type ShownEntry } from './entry-table.ts';
import type { ShownEvent } from './what-happened.ts';

function entry(kind: string, event?: ShownEvent, more: Partial<ShownEntry['exchange']> = {}): ShownEntry {
  return {
    occurrence_time: '2026-01-05T10:00:00.000Z',
    action: null,
    payload: null,
    charger_id: 'CP_1',
    connector_id: null,
    request_status: null,
    request_error_code: null,
    response_id_tag_info_status: null,
    exchange: {
      kind,
      direction: null,
      message_id: null,
      outcome: null,
      latency_ms: null,
      ...(event === undefined ? {} : { event }),
      ...more,
    },
  };
}

const line = (shown: ShownEntry) =>
  (entryTable([shown], 200).split('\n')[1] ?? '').slice(26).replace(/ {2,}/g, ' | ');

test('a connection tells what became of it, with its codes and who ended it', () => {
  const accepted = { event: 'accepted', status: 101, subprotocol: 'ocpp1.6', remote_address: '10.0.0.7' };
  assert.equal(
    line(entry('connection', accepted)),
    'CP_1 | (connection) | accepted | status 101, ocpp1.6, from 10.0.0.7',
  );
  const refused = { event: 'refused', status: 404, reason: 'no such site' };
  assert.equal(
    line(entry('connection', refused)),
    'CP_1 | (connection) | refused | status 404, no such site',
  );
  const closed = { event: 'closed', close_code: 1006, reason: '', ended_by: 'station', how: 'reset' };
  assert.equal(
    line(entry('connection', closed)),
    'CP_1 | (connection) | closed | code 1006, ended by station (reset)',
  );
  assert.match(line(entry('connection', { event: 'closed' })), /unknown who ended it$/);
});

test('gap, setting, malformed and orphan say what they are about', () => {
  assert.match(
    line(entry('gap', { event: 'gap', from: 'A', to: 'B', reason: 'restart' })),
    /\(gap\) \| not recorded A to B: restart$/,
  );
  assert.match(
    line(entry('setting', { event: 'setting', setting: 'upstream', from: null, to: 'wss://x' })),
    /\(setting\) \| upstream: none -> wss:\/\/x$/,
  );
  assert.match(
    line(entry('malformed', { event: 'malformed', reason: 'no JSON', length: 12 })),
    /\(malformed\) \| no JSON, 12 bytes, not kept$/,
  );
  assert.match(
    line(entry('orphan', undefined, { message_id: 'x-1', direction: 'csms_to_station' })),
    /← CSMS \| \(orphan\) \| answer to no known call: message id x-1$/,
  );
});

test('an answer is told by its time, every other outcome by its name', () => {
  const call = (outcome: string, latency: number | null) =>
    line({ ...entry('exchange', undefined, { outcome, latency_ms: latency }), action: 'Reset', payload: {} });
  assert.equal(call('answered', 12), 'CP_1 | Reset | 12 | {}');
  assert.equal(call('answered', null), 'CP_1 | Reset | answered | {}');
  assert.equal(call('timeout', null), 'CP_1 | Reset | timeout | {}');
});
