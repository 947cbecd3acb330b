import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry } from './fixtures.ts';
import { findingsOf, framePart, halvesOf } from './frame-parts.ts';

test('of a frame the payload is shown, of an error all of it', () => {
  assert.deepEqual(framePart('[2,"1","Heartbeat",{"a":9223372036854775807}]'), {
    name: 'CALL',
    text: '{"a":9223372036854775807}',
  });
  assert.deepEqual(framePart('[3,"1",{"b":1.0}]'), { name: 'CALLRESULT', text: '{"b":1.0}' });
  assert.equal(
    framePart('[4,"1","GenericError","no",{}]').text,
    '{"errorCode":"GenericError","errorDescription":"no","errorDetails":{}}',
  );
  assert.deepEqual(framePart('hello'), { name: 'Frame', text: 'hello' });
});

test('the raw text counts before the parsed one, and without it the parsed one does', () => {
  const raw = { request_text: '[2,"1","X",{"n":1.50}]', response_text: null, redacted: [], truncated: false };
  assert.equal(halvesOf(entry('1', { raw })).request?.text, '{"n":1.50}');
  const parsed = halvesOf(entry('1', { exchange: { error_code: 'GenericError', error_description: 'no' } }));
  assert.equal(parsed.request?.text, '{}');
  assert.equal(parsed.answer?.name, 'CALLERROR');
  assert.equal(halvesOf(entry('1')).answer, null);
});

test('findings belong to the half that their path names', () => {
  const finding = (code: string, path: string | null) => ({
    code,
    path,
    severity: null,
    text: null,
    detail: null,
  });
  const findings = [
    finding('a', 'request.meterValue[0]'),
    finding('b', 'answer.status'),
    finding('c', 'connectorId'),
    finding('d', null),
  ];
  assert.deepEqual(
    findingsOf(findings, 'request').map(({ code, inside }) => [code, inside]),
    [
      ['a', 'meterValue[0]'],
      ['c', 'connectorId'],
    ],
  );
  assert.deepEqual(
    findingsOf(findings, 'answer').map(({ inside }) => inside),
    ['status'],
  );
});
