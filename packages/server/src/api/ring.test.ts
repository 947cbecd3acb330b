import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CommittedChange } from '../capture/recorder/recorder.ts';
import { ChangeRing } from './ring.ts';

function change(seq: number): CommittedChange {
  return { seq, id: BigInt(seq), change: 'entry' };
}

const seqs = (ring: ChangeRing, site: string, after: number, limit = 100) =>
  ring.after(new Set([site]), after, limit).changes.map(({ seq }) => seq);

test('changes of a site come back in order, from behind the number asked for', () => {
  const ring = new ChangeRing(10);
  ring.add('a', [change(11), change(12)], 0);
  ring.add('b', [change(13)], 0);
  ring.add('a', [change(14)], 0);
  assert.deepEqual(seqs(ring, 'a', 10), [11, 12, 14]);
  assert.deepEqual(seqs(ring, 'a', 12), [14]);
  assert.deepEqual(seqs(ring, 'b', 10), [13]);
  assert.deepEqual(seqs(ring, 'a', 14), []);
  assert.deepEqual([ring.floor, ring.last, ring.size], [10, 14, 4]);
});

test('a full answer says how far it looked; the rest follows', () => {
  const ring = new ChangeRing(0);
  ring.add('a', [1, 2, 3, 4, 5].map(change), 0);
  const first = ring.after(new Set(['a']), 0, 2);
  assert.deepEqual([first.changes.length, first.through], [2, 2]);
  const second = ring.after(new Set(['a']), first.through, 3);
  assert.deepEqual([second.changes.map(({ seq }) => seq), second.through], [[3, 4, 5], 5]);
});

test('what other sites changed is looked past', () => {
  const ring = new ChangeRing(0);
  ring.add('a', [change(1)], 0);
  ring.add('b', [change(2), change(3)], 0);
  assert.equal(ring.after(new Set(['a']), 0, 10).through, 3);
});

test('beyond its bound the oldest are forgotten, and the floor says so', () => {
  const ring = new ChangeRing(0, 3);
  ring.add('a', [1, 2, 3, 4, 5].map(change), 0);
  assert.deepEqual([ring.size, ring.floor], [3, 2]);
  assert.deepEqual(seqs(ring, 'a', 2), [3, 4, 5]);
});

test('beyond their age changes are forgotten, also without new ones', () => {
  const ring = new ChangeRing(0, 10, 1_000);
  ring.add('a', [change(1)], 0);
  ring.add('a', [change(2)], 500);
  ring.expire(1_000);
  assert.deepEqual([ring.floor, seqs(ring, 'a', 0)], [1, [2]]);
  ring.expire(1_500);
  assert.deepEqual([ring.floor, ring.size, ring.last], [2, 0, 2]);
});

test('whatever is added, walking from the floor meets every kept change of a site once', () => {
  const commits = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 7 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      commits,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      (added, bound, limit) => {
        const ring = new ChangeRing(0, bound);
        const all: { site: string; seq: number }[] = [];
        for (const [site, count] of added) {
          const first = all.length + 1;
          const changes = Array.from({ length: count }, (_, n) => change(first + n));
          all.push(...changes.map(({ seq }) => ({ site, seq })));
          ring.add(site, changes, 0);
        }
        const met: number[] = [];
        let position = ring.floor;
        while (position < ring.last) {
          const { changes, through } = ring.after(new Set(['a']), position, limit);
          met.push(...changes.map(({ seq }) => seq));
          assert.ok(through > position);
          position = through;
        }
        const kept = all.slice(-bound).filter(({ site }) => site === 'a');
        assert.deepEqual(
          met,
          kept.map(({ seq }) => seq),
        );
      },
    ),
  );
});
