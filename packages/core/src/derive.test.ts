import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive, deriveEach, underived } from './derive.ts';
import type { Entry } from './entry.ts';
import { NO_CONTEXT } from './fields.ts';
import { byteSpan } from './json-text.ts';

const TEXT = '[2,"1","Authorize",{"idTag":"T"}]';
const ENTRY: Entry = {
  kind: 'exchange',
  at: 0,
  charger: 'CP',
  connection: null,
  direction: 'station_to_csms',
  version: '1.6',
  messageId: '1',
  action: 'Authorize',
  outcome: 'pending',
  request: {
    bytes: Buffer.from(TEXT),
    payload: byteSpan(TEXT, TEXT.length, { start: 19, end: 32 }),
    redacted: [],
    cut: null,
  },
  answer: null,
  rejection: null,
  error: null,
  answeredAt: null,
  latency: null,
  context: NO_CONTEXT,
  fields: {},
  findings: [{ code: 'version-assumed' }],
  event: null,
};

test('an entry at which deriving fails keeps its text and says so, until it is derived anew', () => {
  const failures: unknown[] = [];
  const fault = new TypeError('not a function');
  const failing = deriveEach(
    (error) => failures.push(error),
    () => {
      throw fault;
    },
  );
  const kept = failing(derive(ENTRY));
  assert.deepEqual(failures, [fault]);
  assert.deepEqual(kept, {
    ...ENTRY,
    fields: {},
    findings: [{ code: 'version-assumed' }, { code: 'not-extracted' }],
  });
  assert.deepEqual(failing(kept).findings, kept.findings, 'said once');
  const anew = deriveEach((error) => assert.fail(String(error)))(kept);
  assert.deepEqual([anew.fields, anew.findings], [{ request_id_tag: 'T' }, [{ code: 'version-assumed' }]]);
  assert.deepEqual(underived(ENTRY).request, ENTRY.request);
});
