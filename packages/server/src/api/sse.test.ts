import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sseEvent, sseHeartbeat } from './sse.ts';

test('an event has id, name and data', () => {
  assert.equal(
    sseEvent(7, 'entry', Buffer.from('{"a":"ä"}')).toString(),
    'id: 7\nevent: entry\ndata: {"a":"ä"}\n\n',
  );
});

test('line breaks between the tokens of JSON become lines of data, whatever their kind', () => {
  const event = sseEvent(7, 'entry', Buffer.from('{\r\n"a":\n1\r}')).toString();
  assert.equal(event, 'id: 7\nevent: entry\ndata: {\ndata: "a":\ndata: 1\ndata: }\n\n');
});

test('a heartbeat dispatches nothing and moves the id', () => {
  assert.equal(sseHeartbeat(9), ': alive\nid: 9\n\n');
  assert.equal(sseHeartbeat(null), ': alive\n\n');
});
