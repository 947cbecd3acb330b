/** How far a connection is recorded: never further than what is committed, whatever the clock does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingRig } from './recording-rig.ts';

const HOUR = 3_600_000;

test('a frame of the very millisecond of the hand-over is told only when no other of it can come', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"1","Heartbeat",{}]');
  b.recording.batch(b.builder.take(b.now));
  b.recording.commit();
  assert.deepEqual(b.commits.at(-1)?.through, [[1, b.now - 1]]);
  b.recording.batch(b.builder.take(b.now + 1));
  b.recording.tick();
  assert.deepEqual(b.commits.at(-1)?.through, [[1, b.now]]);
  const told = b.commits.length;
  b.recording.batch(b.builder.take(b.now + 2));
  b.recording.tick();
  assert.equal(b.commits.length, told, 'what is told once is not told again');
});

test('a connection that opens tells nothing of the millisecond in which it does', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.recording.batch(b.builder.take(b.now));
  b.recording.commit();
  const told = () => b.writer.openConnections().map(({ capturedThrough }) => capturedThrough);
  assert.deepEqual(told(), [b.now - 1], 'a frame of it comes with the next hand-over, or is lost with it');
});

test('a clock that is set back takes along how far a connection is recorded', async (t) => {
  const b = await recordingRig(t);
  b.open();
  b.station('[2,"1","Heartbeat",{}]');
  b.recording.batch(b.builder.take(b.now + 1));
  b.recording.commit();
  b.now -= HOUR;
  b.station('[2,"2","Heartbeat",{}]');
  b.recording.batch(b.builder.take(b.now + 1));
  b.recording.commit();
  assert.deepEqual(b.commits.at(-1)?.through, [[1, b.now]]);
  assert.equal(b.writer.openConnections()[0]?.capturedThrough, b.now);
});
