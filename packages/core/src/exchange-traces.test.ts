import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { Pairing } from './exchange.ts';
import { readMessage } from './read-message.ts';

const TRACES = new URL('../../../../shared/data/open-ocpp-trace/', import.meta.url);
const absent = existsSync(TRACES)
  ? false
  : 'the reference traces of Open OCPP Trace are not beside this clone';

interface TraceLine {
  readonly timestamp: string;
  readonly direction: 'cp-to-csms' | 'csms-to-cp';
  readonly raw: string;
}

interface Correlation {
  readonly records: readonly {
    readonly index: number;
    readonly action: string;
    readonly correlatesWith?: number;
  }[];
  readonly unansweredCalls: readonly number[];
  readonly orphanResponses: readonly number[];
}

function pair(lines: readonly TraceLine[]): Correlation {
  const pairing = new Pairing<number>();
  const actions = new Map<number, string>();
  const callOf = new Map<number, number>();
  const orphanResponses: number[] = [];
  for (const [index, { timestamp, direction, raw }] of lines.entries()) {
    const at = Date.parse(timestamp);
    const way = direction === 'cp-to-csms' ? 'station_to_csms' : 'csms_to_station';
    const came = { direction: way, at, arrival: at * 1000 } as const;
    const message = readMessage(raw);
    assert.ok(message.kind !== 'malformed');
    if ('action' in message) actions.set(index, message.action);
    const events =
      'action' in message
        ? pairing.call(index, message, raw, '1.6', came)
        : pairing.answer(message, came, index);
    for (const event of events) {
      if (event.kind === 'orphan') orphanResponses.push(event.by);
      if (event.kind === 'ended' && event.by !== null) callOf.set(event.by, event.ref);
    }
  }
  const answered = new Set(callOf.values());
  const records = lines.map((_, index) => {
    const call = callOf.get(index);
    const action = actions.get(call ?? index) ?? '';
    return call === undefined ? { index, action } : { index, action, correlatesWith: call };
  });
  return {
    records,
    unansweredCalls: [...actions.keys()].filter((call) => !answered.has(call)),
    orphanResponses,
  };
}

test('the reference traces correlate as they say', { skip: absent }, () => {
  const names = readdirSync(TRACES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.equal(names.length, 9);
  for (const { name } of names) {
    const lines = readFileSync(new URL(`${name}/trace.jsonl`, TRACES), 'utf8')
      .trim()
      .split('\n');
    const expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, TRACES), 'utf8'));
    const { records, unansweredCalls, orphanResponses } = pair(lines.map((line) => JSON.parse(line)));
    const correlation = expected.records.map(
      ({ messageType: _type, messageId: _id, ...rest }: Record<string, unknown>) => rest,
    );
    assert.deepEqual(records, correlation, name);
    assert.deepEqual(
      [unansweredCalls, orphanResponses],
      [expected.unansweredCalls, expected.orphanResponses],
      name,
    );
  }
});
