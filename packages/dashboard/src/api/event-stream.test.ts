import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventStreamReader } from './event-stream.ts';

const STREAM =
  ': open\r\n\r\nid: 7\nevent: entry\ndata: {"a":\ndata: 1}\n\n: alive\nid: 9\n\nevent:gap\r\ndata:\r\rid: 11\ndata: x\n\ndata: cut';

const EXPECTED = [
  { id: '7', event: 'entry', text: '{"a":\n1}' },
  { id: '9', event: 'gap', text: '' },
  { id: '11', event: 'message', text: 'x' },
];

test('events, comments and ids are read as the standard says; what is not ended is not told', () => {
  const reader = new EventStreamReader();
  assert.deepEqual(reader.read(STREAM), EXPECTED);
  assert.equal(reader.lastId, '11');
});

test('of an event that did not come whole the id counts no more than the rest: what is asked behind it holds it', () => {
  const reader = new EventStreamReader('3');
  assert.deepEqual(reader.read('id: 7\nevent: entry\ndata: {"a":1}\n'), []);
  assert.equal(reader.lastId, '3');
  assert.deepEqual(reader.read('\n'), [{ id: '7', event: 'entry', text: '{"a":1}' }]);
  assert.equal(reader.lastId, '7');
  reader.read(': alive\nid: 9\n\n');
  assert.equal(reader.lastId, '9');
});

test('it does not matter where the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length })), (cuts) => {
      const reader = new EventStreamReader();
      const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const events = places.flatMap((at, index) => reader.read(STREAM.slice(places[index - 1] ?? 0, at)));
      assert.deepEqual(events, EXPECTED);
    }),
  );
});
