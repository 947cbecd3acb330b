import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Attempts, addressGroup } from './attempts.ts';

test('so many in a window, then none until it is over; another key has its own', () => {
  const attempts = new Attempts(2, 1_000);
  assert.deepEqual([attempts.take('a', 0), attempts.take('a', 400), attempts.take('a', 900)], [0, 0, 100]);
  assert.equal(attempts.take('b', 900), 0);
  assert.equal(attempts.take('a', 1_000), 0);
});

test('one that is given back does not count, and who is forgotten begins anew', () => {
  const attempts = new Attempts(1, 1_000);
  attempts.take('a', 0);
  attempts.giveBack('a');
  assert.equal(attempts.take('a', 1), 0);
  assert.ok(attempts.take('a', 2) > 0);
  attempts.forget('a');
  assert.equal(attempts.take('a', 3), 0);
  attempts.giveBack('unknown');
});

test('nobody gets more than the limit in any window, and no more is held than the bound', () => {
  const tries = fc.array(
    fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), later: fc.integer({ min: 0, max: 40 }) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(tries, (all) => {
      const attempts = new Attempts(3, 100, 4);
      let now = 0;
      const given = new Map<string, number[]>();
      for (const { key, later } of all) {
        now += later;
        if (attempts.take(key, now) === 0) given.set(key, [...(given.get(key) ?? []), now]);
        assert.ok(attempts.size <= 4);
      }
      // Two windows may meet; with the bound below the number of keys one may begin early.
      if (given.size > 4) return;
      for (const times of given.values()) {
        for (const [at, time] of times.entries()) {
          const within = times.slice(at).filter((other) => other < time + 100).length;
          assert.ok(within <= 6);
        }
      }
    }),
  );
});

test('an IPv6 address counts as its network of 64 bits, however it is written', () => {
  assert.equal(addressGroup('192.0.2.7'), '192.0.2.7');
  const same = ['2001:db8:0:1::1', '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1:0:0:0:2'];
  assert.deepEqual(new Set(same.map(addressGroup)), new Set(['2001:db8:0:1']));
  assert.equal(addressGroup('::1'), '0:0:0:0');
  assert.equal(addressGroup('fe80::1:2:3:4'), 'fe80:0:0:0');
});
