import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry } from './fixtures.ts';
import { ticketText } from './ticket-text.ts';

test('a ticket is told when, where, what was said and where to look', () => {
  const told = ticketText(
    entry('1', {
      action: 'Authorize',
      payload: { idTag: 'TAG1' },
      exchange: {
        message_id: 'm1',
        response_payload: { idTagInfo: { status: 'Blocked' }, status: 'Blocked' },
      },
    }),
    { time: '2026-01-05 14:58:38.007 UTC', link: 'https://logs.example/explore?entry=a' },
  );
  assert.equal(
    told,
    [
      'Time: 2026-01-05 14:58:38.007 UTC',
      'Station: CP1, Depot North',
      'Message: Authorize (station to CSMS), Answered',
      'The CSMS answered Blocked.',
      'Request: {"idTag":"TAG1"}',
      'Answer: {"idTagInfo":{"status":"Blocked"},"status":"Blocked"}',
      'Message id: m1',
      'https://logs.example/explore?entry=a',
      '',
    ].join('\n'),
  );
});
