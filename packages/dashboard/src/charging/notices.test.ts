import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, session } from './fixtures.ts';
import { noticesOf } from './notices.ts';

test('of a session that is whole nothing is said', () => {
  assert.deepEqual(noticesOf(session()), []);
});

test('what limits what is told is said, each by itself', () => {
  const says = (told: Parameters<typeof session>[0]) => noticesOf(session(told)).join(' ');
  assert.match(says({ cut: true }), /^It is told no further.* If anything came later, it is not here\.$/);
  assert.match(says({ start_unseen: true }), /^Its start was not seen/);
  assert.match(says({ state: 'stop_unseen' }), /^Its end was not seen/);
  assert.match(says({ delivered_late: true }), /^Its start or its stop was told late/);
  assert.match(
    says({ delivered_late: true, started: at(-3_600) }),
    /began 1 h before anything of it arrived\.$/,
  );
  assert.equal(says({ seq_missing: [4] }), '1 event of the station is missing: 4.');
  const numbers = Array.from({ length: 14 }, (_, place) => place);
  assert.match(
    says({ seq_missing: numbers }),
    /^14 events of the station are missing: 0, .*, 11 and 2 more\.$/,
  );
  assert.match(says({ samples_factor: null }), /is another one/);
  assert.match(says({ samples_factor: 0.001 }), /multiplied by 0.001\.$/);
  assert.match(says({ series: { cut: true } }), /^More than 10,000 samples/);
  assert.equal(says({ marks_left_out: 7 }), '7 further entries are not listed.');
});
