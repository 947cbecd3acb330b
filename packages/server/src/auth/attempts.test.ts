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

test('counts are those of a list that leaves out the least tried when it is full', () => {
  const tries = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      later: fc.integer({ min: 0, max: 40 }),
      back: fc.boolean(),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(tries, (all) => {
      const attempts = new Attempts(3, 100, 4);
      let list: { readonly key: string; readonly until: number; count: number; readonly changed: number }[] =
        [];
      let now = 0;
      for (const [changed, { key, later, back }] of all.entries()) {
        now += later;
        const before = list.find((one) => one.key === key && one.until > now);
        assert.equal(attempts.wait(key, now), before?.count === 3 ? before.until - now : 0);
        assert.equal(attempts.take(key, now), before?.count === 3 ? before.until - now : 0);
        if (before === undefined) {
          list = list.filter((one) => one.until > now && one.key !== key);
          const [least] = list.toSorted(
            (one, other) => one.count - other.count || one.changed - other.changed,
          );
          if (list.length === 4) list = list.filter((one) => one !== least);
          list.push({ key, until: now + 100, count: 1, changed });
        } else if (before.count < 3) {
          list = list.map((one) => (one === before ? { ...one, count: one.count + 1, changed } : one));
        }
        if (back) {
          attempts.giveBack(key);
          const less = (count: number) => ({ count: Math.max(0, count - 1), changed });
          list = list.map((one) => (one.key === key ? { ...one, ...less(one.count) } : one));
        }
        assert.equal(attempts.size, list.length);
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

test('who is held back stays so however many others come, and however often', () => {
  const attempts = new Attempts(3, 60_000, 100);
  for (let n = 0; n < 90; n += 1) {
    attempts.take(`one of many ${n}`, 0);
    attempts.take(`one of many ${n}`, 0);
  }
  for (let n = 0; n < 3; n += 1) attempts.take('ada', 0);
  for (let n = 0; n < 1_000; n += 1) attempts.take(`stranger ${n}`, n);
  assert.ok(attempts.wait('ada', 1_000) > 0);
  assert.equal(attempts.size, 100);
});
