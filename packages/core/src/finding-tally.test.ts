import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FindingTally } from './finding-tally.ts';
import type { SeenEntry } from './session/seen.ts';

const ENTRY: SeenEntry = {
  id: '1',
  at: 1,
  charger: 'CP_1',
  kind: 'exchange',
  connection: null,
  direction: 'station_to_csms',
  version: '1.6',
  messageId: 'm',
  action: 'Heartbeat',
  outcome: 'timeout',
  call: {},
  answer: null,
  errorCode: null,
  errorDescription: null,
  latencyMs: null,
  answeredAt: null,
  event: null,
  fields: {},
  findings: [{ code: 'call-unanswered', detail: 'timeout' }],
};

function counted(...entries: readonly Partial<SeenEntry>[]) {
  return countedBy(new FindingTally(), entries);
}

function countedBy(tally: FindingTally, entries: readonly Partial<SeenEntry>[]) {
  for (const [at, entry] of entries.entries()) tally.add({ ...ENTRY, id: String(at), at, ...entry });
  return tally.end().map(({ code, count, first }) => `${code} ${count} #${first.entry}`);
}

const down = { direction: 'csms_to_station', action: 'Reset' } as const;
const answered = { outcome: 'answered', answer: {}, findings: [] } as const;

test('of a log of one side, which holds no answers, nobody says that answers are missing', () => {
  assert.deepEqual(counted({}, {}, {}), []);
  assert.deepEqual(counted({}, { ...down, ...answered }, {}), []);
  assert.deepEqual(counted(down, {}, answered, {}), ['call-unanswered 2 #1']);
  assert.deepEqual(counted({ ...down, ...answered }, down, {}, answered), ['call-unanswered 2 #1']);
  assert.deepEqual(counted({}, { ...answered, answer: null }), ['call-unanswered 1 #0']);
});

test('a file that begins with an answer to a call from before it is not said to hold an answer to none', () => {
  const orphan = {
    kind: 'orphan',
    action: null,
    outcome: null,
    direction: 'csms_to_station',
    findings: [{ code: 'orphan-answer' }],
  } as const;
  const ofFile = (...entries: readonly Partial<SeenEntry>[]) =>
    countedBy(new FindingTally({ anywhere: true }), entries);
  assert.deepEqual(ofFile(orphan, orphan, { ...down, ...answered }, orphan), []);
  assert.deepEqual(ofFile(orphan, answered, orphan), ['orphan-answer 1 #2']);
  assert.deepEqual(ofFile({ ...answered, at: 5 }, { ...orphan, at: 5 }, { ...orphan, at: 6 }), [
    'orphan-answer 1 #2',
  ]);
  assert.deepEqual(ofFile({ ...orphan, errorCode: 'FormationViolation' }), ['orphan-answer 1 #0']);
  // What was recorded was paired with what came before.
  assert.deepEqual(counted(orphan), ['orphan-answer 1 #0']);
});

test('what violates comes first, then what is frequent', () => {
  const info = { ...answered, findings: [{ code: 'told-offline' }, { code: 'clock-skew' }] } as const;
  const wrong = { ...answered, findings: [{ code: 'field-missing' }, { code: 'time-1970' }] } as const;
  assert.deepEqual(counted(info, info, wrong), [
    'field-missing 1 #2',
    'clock-skew 2 #0',
    'time-1970 1 #2',
    'told-offline 2 #0',
  ]);
});

test('what neighbours tell is counted at the entry that shows it', () => {
  const event = (seq_no: number) => ({
    ...answered,
    version: '2.0.1' as const,
    action: 'TransactionEvent',
    fields: { seq_no, transaction_id: 'T' },
  });
  assert.deepEqual(counted(event(0), event(1), event(4)), ['seq-gap 1 #2']);
});
