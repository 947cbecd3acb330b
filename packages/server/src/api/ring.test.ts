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

test('a flood at one site takes nothing from a site that has no more than its even part', () => {
  const ring = new ChangeRing(0, 12);
  ring.add('a', [1, 2, 3].map(change), 0);
  for (let seq = 4; seq <= 1_000; seq += 1) ring.add('b', [change(seq)], 0);
  assert.deepEqual([ring.size, ring.floorOf('a'), ring.floorOf('b')], [12, 0, 991]);
  assert.deepEqual(seqs(ring, 'a', 0), [1, 2, 3]);
  assert.deepEqual(
    ring.after(new Set(['a', 'b']), 0, 5).changes.map(({ seq }) => seq),
    [1, 2, 3, 992, 993],
  );
  // A third has its part of what the loudest has above its own, and no more than that.
  for (let seq = 1_001; seq <= 1_006; seq += 1) ring.add('c', [change(seq)], 0);
  assert.deepEqual([ring.size, seqs(ring, 'a', 0)], [12, [1, 2, 3]]);
  assert.deepEqual(seqs(ring, 'b', 0), [996, 997, 998, 999, 1_000]);
  assert.deepEqual(seqs(ring, 'c', 0), [1_003, 1_004, 1_005, 1_006]);
});

test('what is too old makes room before anything of a site that still speaks', () => {
  const ring = new ChangeRing(0, 4, 1_000);
  ring.add('a', [1, 2].map(change), 0);
  ring.add('b', [3, 4].map(change), 500);
  ring.add('b', [5, 6].map(change), 1_000);
  assert.deepEqual([seqs(ring, 'a', 0), seqs(ring, 'b', 0)], [[], [3, 4, 5, 6]]);
  ring.expire(1_500);
  assert.deepEqual([ring.size, ring.floorOf('b'), seqs(ring, 'b', 4)], [2, 4, [5, 6]]);
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
  assert.deepEqual([ring.floorOf('a'), ring.floorOf('b'), ring.floorOf('c')], [13, 10, 16]);
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

test('whatever is added, walking from the floor meets every kept change of a site once, and none lacks its even part', () => {
  const names = ['a', 'b', 'c'];
  const commits = fc.array(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 12 })), {
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
          assert.equal(ring.size, Math.min(all.length, bound));
        }
        const part = Math.floor(bound / new Set(all.map(({ site }) => site)).size);
        let kept = 0;
        for (const site of names) {
          const met: number[] = [];
          let position = ring.floorOf(site);
          while (position < ring.last) {
            const { changes, through } = ring.after(new Set([site]), position, limit);
            met.push(...changes.map(({ seq }) => seq));
            assert.ok(through > position);
            position = through;
          }
          const said = all.filter((each) => each.site === site).map(({ seq }) => seq);
          assert.deepEqual(met, said.slice(said.length - met.length));
          assert.ok(met.length >= Math.min(said.length, part), `${met.length} of ${site}`);
          for (const [at, seq] of met.entries())
            assert.equal(ring.seqOf(site, said.length - met.length + at + 1), seq);
          kept += met.length;
        }
        assert.equal(kept, ring.size);
      },
    ),
  );
});
