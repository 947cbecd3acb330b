import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventWords, sentenceOf } from './entry-words.ts';
import { entry } from './fixtures.ts';

const event = (kind: string, told: object, raw = {}) =>
  entry('1', { action: null, exchange: { kind, direction: null, outcome: null, event: told }, raw });

test('an event is told by what happened', () => {
  assert.equal(
    eventWords(event('connection', { event: 'accepted', subprotocol: 'ocpp1.6' })),
    'Connected ocpp1.6',
  );
  assert.equal(
    eventWords(event('connection', { event: 'closed', close_code: 1006, ended_by: 'station', reason: '' })),
    'Closed 1006 by the station',
  );
  assert.equal(eventWords(event('connection', { event: 'closed', ended_by: 'unknown' })), 'Closed');
  assert.equal(eventWords(event('connection', { event: 'refused', status: 401 })), 'Refused 401');
  assert.equal(
    eventWords(
      event('gap', {
        event: 'gap',
        from: '2026-01-05T00:00:00Z',
        to: '2026-01-05T00:01:10Z',
        reason: 'recording had stopped',
      }),
    ),
    'Not recorded for 1 min 10 s: recording had stopped',
  );
  const broken = { event: 'malformed', reason: 'not JSON' };
  assert.equal(eventWords(event('malformed', broken, { request_text: '[2,"x" ' })), '[2,"x" ');
  assert.equal(eventWords(event('malformed', broken)), 'Malformed: not JSON');
  assert.equal(eventWords(event('orphan', {})), 'Answer to no known call');
  assert.equal(eventWords(entry('1')), null);
});

test('an entry is told in one sentence', () => {
  const answered = (change: Parameters<typeof entry>[1]) => sentenceOf(entry('1', change));
  assert.equal(answered({}), null);
  assert.equal(
    answered({ exchange: { response_payload: { idTokenInfo: { status: 'Blocked' } } } }),
    'The CSMS refused this tag: Blocked.',
  );
  assert.equal(
    answered({ exchange: { direction: 'csms_to_station', response_payload: { status: 'Rejected' } } }),
    'The station answered Rejected.',
  );
  assert.equal(
    answered({ request_status: 'Faulted', request_error_code: 'GroundFailure' }),
    'The station reports Faulted: GroundFailure.',
  );
  assert.equal(
    answered({ exchange: { outcome: 'error', error_code: 'InternalError', error_description: 'no room' } }),
    'The CSMS answered with an error: InternalError, no room.',
  );
  assert.equal(answered({ exchange: { outcome: 'timeout' } }), 'The CSMS did not answer in time.');
  assert.equal(
    sentenceOf(event('malformed', { event: 'malformed', reason: 'not JSON' })),
    'This text is no OCPP message: not JSON.',
  );
  assert.match(sentenceOf(event('orphan', {})) ?? '', /^This is an answer/);
});
