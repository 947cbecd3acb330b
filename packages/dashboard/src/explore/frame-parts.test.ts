import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry } from './fixtures.ts';
import { boxesOf, findingsOf, framePart } from './frame-parts.ts';

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
  const [request, answer] = boxesOf(entry('1', { raw }), 'none came');
  assert.equal(request?.part?.text, '{"n":1.50}');
  assert.deepEqual([answer?.part, answer?.missing], [null, 'none came']);
  const failed = entry('1', { exchange: { error_code: 'GenericError', error_description: 'no' } });
  assert.deepEqual(
    boxesOf(failed, '').map(({ title, part }) => [title, part?.name]),
    [
      ['Request', 'CALL'],
      ['Answer', 'CALLERROR'],
    ],
  );
});

test('an answer without a call stands as an answer, and what is no message in one box', () => {
  const of = (kind: string, exchange: object, raw = {}) =>
    boxesOf(entry('1', { action: null, payload: null, exchange: { kind, ...exchange }, raw }), '');
  const [request, answer] = of('orphan', {}, { request_text: '[3,"x",{"status":"Accepted"}]' });
  assert.deepEqual([request?.part, request?.missing], [null, 'Not recorded.']);
  assert.deepEqual(answer?.part, { name: 'CALLRESULT', text: '{"status":"Accepted"}' });
  assert.deepEqual(
    of('connection', { event: { event: 'closed', close_code: 1006 } }).map(({ title, part }) => [
      title,
      part?.text,
    ]),
    [['What happened', '{"event":"closed","close_code":1006}']],
  );
  assert.deepEqual(
    of('malformed', { event: { event: 'malformed', reason: 'not JSON' } }, { request_text: '[2,"' }).map(
      ({ title, part }) => [title, part?.text],
    ),
    [['Text', '[2,"']],
  );
});

test('findings belong to the half that their path names', () => {
  const finding = (code: string, path: string | null) => ({
    code,
    path,
    severity: null,
    text: null,
    detail: null,
    clause: null,
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
