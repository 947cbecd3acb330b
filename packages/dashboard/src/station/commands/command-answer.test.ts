import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from './command-answer.ts';

test('what the station wrote keeps its digits and its blanks', () => {
  const answered = readAnswer(
    '{"outcome":"answered","message_id":"m","latency_ms":3,"response_payload":{"a": 1.0,"b":12345678901234567890},"error_details":null}',
  );
  assert.equal(answered.payloadText, '{"a": 1.0,"b":12345678901234567890}');
  assert.equal(answered.detailsText, null);
  assert.deepEqual([answered.outcome, answered.latency_ms], ['answered', 3]);
  const failed = readAnswer('{"outcome":"error","response_payload":null,"error_details":{"x":1e400}}');
  assert.deepEqual([failed.payloadText, failed.detailsText], [null, '{"x":1e400}']);
});
