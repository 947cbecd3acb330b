import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEASE_MS, RetentionLease } from './retention-lease.ts';

test('it holds for a while in every thread, and not for longer where the clock is put back', () => {
  const lease = new RetentionLease();
  const elsewhere = new RetentionLease(lease.shared);
  const now = Date.UTC(2026, 10, 23);
  assert.equal(elsewhere.holds(now), false, 'nobody said so yet');
  lease.extend(now);
  assert.deepEqual(
    [0, LEASE_MS - 1, LEASE_MS, -1].map((ms) => elsewhere.holds(now + ms)),
    [true, true, false, false],
  );
});
