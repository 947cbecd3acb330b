import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchBuilder, unpack } from './batch.ts';
import { LiveConnections } from './live-connections.ts';
import { OPENED } from './recording-rig.ts';

const CLOSING = { event: 'closed', close_code: 1000, ended_by: 'station', how: 'close_frame' } as const;

const eventsIn = (builder: BatchBuilder) =>
  [...unpack(builder.take())].map((item) => ('kind' in item ? item.kind : 'frame'));

test('stations that come and go while nothing can be handed over take no memory, and a gap of their site tells it', () => {
  const builder = new BatchBuilder();
  const connections = new LiveConnections(builder);
  for (let n = 0; n < 10_000; n += 1) {
    const number = connections.opened({ ...OPENED, site: n % 2 === 0 ? 's' : 'other' }, true);
    connections.closed(number, CLOSING, true);
  }
  assert.equal(builder.empty, true);
  assert.equal(connections.size, 0);
  assert.equal(connections.hasMissed, true);
  connections.tellMissed();
  assert.equal(connections.hasMissed, false);
  const told = [...unpack(builder.take())];
  assert.deepEqual(
    told.map((item) => 'kind' in item && item.kind === 'missed' && [item.site, item.to >= item.from]),
    [
      ['s', true],
      ['other', true],
    ],
  );
  assert.deepEqual([connections.gaps, connections.unrecorded], [2, 10_000]);
});

test('one that stays is told of with its first frame, and with the gap before it', () => {
  const builder = new BatchBuilder();
  const connections = new LiveConnections(builder);
  const number = connections.opened(OPENED, true);
  const live = connections.get(number);
  assert.ok(live !== undefined && builder.empty);
  connections.recordsFrom(live, Date.now());
  connections.recordsFrom(live, Date.now());
  connections.closed(number, CLOSING, true);
  assert.deepEqual(eventsIn(builder), ['opened', 'gap', 'closed'], 'its end is told, as the thread knows it');
});

test('one that says nothing more is told of with its gap as soon as there is room', () => {
  const builder = new BatchBuilder();
  const connections = new LiveConnections(builder);
  const known = connections.opened(OPENED, false);
  connections.opened({ ...OPENED, charger: 'untold' }, true);
  const live = connections.get(known);
  assert.ok(live !== undefined);
  connections.missFrames(live, 1, 'recording had stopped');
  assert.equal(connections.hasMissed, true);
  builder.take();
  connections.tellMissed();
  assert.equal(connections.hasMissed, false);
  assert.deepEqual(eventsIn(builder), ['opened', 'gap', 'gap']);
  assert.equal(live.blind, null);
  connections.tellMissed();
  assert.equal(builder.empty, true, 'once');
});

test('one that can no longer be followed has its gap when it closes, from the first frame that is missing', () => {
  const builder = new BatchBuilder();
  const connections = new LiveConnections(builder);
  const number = connections.opened(OPENED, false);
  const live = connections.get(number);
  assert.ok(live !== undefined);
  connections.missFrames(live, 1, 'the store did not keep up');
  connections.blind(number, 'unreadable');
  connections.blind(number, 'unreadable again');
  builder.take();
  connections.tellMissed();
  assert.equal(builder.empty, true, 'what comes now goes unrecorded too');
  connections.closed(number, CLOSING, false);
  const [gap, closed, ...others] = [...unpack(builder.take())];
  assert.ok(gap !== undefined && 'kind' in gap && gap.kind === 'gap');
  assert.deepEqual([gap.from, gap.reason], [1, 'unreadable']);
  assert.ok(closed !== undefined && 'kind' in closed && closed.kind === 'closed');
  assert.deepEqual(others, []);
});

test('a new thread is told of those that the one before knew', () => {
  const builder = new BatchBuilder();
  const connections = new LiveConnections(builder);
  connections.opened({ ...OPENED, charger: 'known' }, false);
  builder.take();
  connections.handedOver();
  connections.opened({ ...OPENED, charger: 'fresh' }, false);
  connections.opened({ ...OPENED, charger: 'untold' }, true);
  const again = new BatchBuilder();
  connections.tellAgain(again, 1);
  assert.deepEqual(
    [...unpack(again.take())].map((item) => 'kind' in item && item.kind === 'opened' && item.opened.charger),
    ['known'],
  );
});
