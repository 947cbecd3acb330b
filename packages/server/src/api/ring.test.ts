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
  assert.deepEqual([ring.floorOf('a'), ring.last, ring.size], [10, 14, 4]);
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

test('beyond its bound the oldest are forgotten, and the floor of their site says so', () => {
  const ring = new ChangeRing(0, 3);
  ring.add('a', [1, 2, 3, 4, 5].map(change), 0);
  assert.deepEqual([ring.size, ring.floorOf('a'), ring.floorOf('b')], [3, 2, 0]);
  assert.deepEqual(seqs(ring, 'a', 2), [3, 4, 5]);
});

test('beyond their age changes are forgotten, also without new ones', () => {
  const ring = new ChangeRing(0, 10, 1_000);
  ring.add('a', [change(1)], 0);
  ring.add('a', [change(2)], 500);
  ring.expire(1_000);
  assert.deepEqual([ring.floorOf('a'), seqs(ring, 'a', 0)], [1, [2]]);
  ring.expire(1_500);
  assert.deepEqual([ring.floorOf('a'), ring.size, ring.last], [2, 0, 2]);
});

test('changes are known by their place among those of their site, as long as they are kept, and the newest always', () => {
  const ring = new ChangeRing(10, 3);
  assert.deepEqual(
    [ring.newestOf(['a']), ring.seqOf('a', 0), ring.seqOf('a', 1)],
    [{ site: 'a', ordinal: 0 }, 10, null],
  );
  ring.add('a', [change(11)], 0);
  ring.add('b', [change(12)], 0);
  ring.add('a', [change(13), change(14)], 0);
  // What was there before its first change is a place, too.
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((ordinal) => ring.seqOf('a', ordinal)),
    [10, null, 13, 14, null],
  );
  assert.deepEqual(
    [ring.newestOf(['a', 'b']), ring.newestOf(['b', 'c'])],
    [
      { site: 'a', ordinal: 3 },
      { site: 'b', ordinal: 1 },
    ],
  );
  ring.add('c', [change(15), change(16), change(17)], 0);
  assert.deepEqual([ring.seqOf('a', 2), ring.seqOf('a', 3), ring.seqOf('b', 1)], [null, 14, 12]);
  assert.deepEqual([ring.floorOf('a'), ring.floorOf('b'), ring.floorOf('c')], [14, 12, 10]);
});

test('places of before it began anew are not known, of one site or of all', () => {
  const ring = new ChangeRing(10);
  ring.add('a', [change(11)], 0);
  ring.add('b', [change(12)], 0);
  ring.begin('a');
  assert.deepEqual(
    [ring.newestOf(['a']), ring.seqOf('a', 1), ring.seqOf('a', 2)],
    [{ site: 'a', ordinal: 2 }, null, 12],
  );
  assert.deepEqual([ring.floorOf('a'), ring.floorOf('b'), ring.seqOf('b', 1)], [12, 10, 12]);
  ring.restart(20);
  for (const [site, before, now] of [
    ['a', 2, 3],
    ['b', 1, 2],
    ['c', 0, 1],
  ] as const) {
    assert.deepEqual(
      [ring.seqOf(site, before), ring.seqOf(site, now), ring.floorOf(site)],
      [null, 20, 20],
      site,
    );
  }
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
        let position = ring.floorOf('a');
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
