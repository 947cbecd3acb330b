import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLoopDelay } from './event-loop.ts';

const P99 = 'process_event_loop_delay_p99_seconds';
const MAX = 'process_event_loop_delay_max_seconds';

async function turnOfLoop(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 30));
}

/** Ten times as long as a timer's interval at least, whatever else the machine does. */
function block(): void {
  const until = performance.now() + 200;
  while (performance.now() < until);
}

test('what blocks the main thread is told, also in the minute after it, and then no more', async (t) => {
  const delay = new EventLoopDelay();
  t.after(() => delay.close());
  assert.deepEqual(delay.counters(), { [P99]: 0, [MAX]: 0 });
  await turnOfLoop();
  block();
  await turnOfLoop();
  const blocked = delay.counters()[MAX] ?? 0;
  assert.ok(blocked > 0.15, `${blocked} s`);
  assert.ok((delay.counters()[P99] ?? 0) > 0);
  delay.turn();
  assert.equal(delay.counters()[MAX], blocked);
  delay.turn();
  assert.ok((delay.counters()[MAX] ?? 0) < blocked);
});
