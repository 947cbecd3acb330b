import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { log } from './case.ts';
import { type CoverageMark, coverageMarkOf, coverageOf, type Knowledge, toldSince } from './coverage.ts';

const RANGE = { from: 100, to: 200 };
const told = (marks: readonly CoverageMark[]) =>
  coverageOf(marks, RANGE).map(({ from, to, state }) => `${from}-${to} ${state}`);
const opened = (at: number, connection = 'a'): CoverageMark => ({ kind: 'opened', at, connection });
const closed = (at: number, connection = 'a'): CoverageMark => ({ kind: 'closed', at, connection });
const gap = (from: number, to: number, connection: string | null = null): CoverageMark => ({
  kind: 'gap',
  from,
  to,
  connection,
});

test('a connection counts from its opening to its end', () => {
  assert.deepEqual(told([opened(120), closed(150)]), [
    '100-120 disconnected',
    '120-150 connected',
    '150-200 disconnected',
  ]);
});

test('what was open before the range is open at its start, also where only its end is known', () => {
  assert.deepEqual(told([opened(10), closed(150)]), ['100-150 connected', '150-200 disconnected']);
  assert.deepEqual(told([closed(150)]), ['100-150 connected', '150-200 disconnected']);
  assert.deepEqual(told([opened(10), closed(20)]), ['100-200 disconnected']);
});

test('a new connection that comes before the old one has ended leaves no hole', () => {
  assert.deepEqual(told([opened(100), opened(140, 'b'), closed(160)]), ['100-200 connected']);
});

test('a gap is blind, and the connection that it is of ends with it', () => {
  assert.deepEqual(told([opened(100), gap(120, 140, 'a')]), [
    '100-120 connected',
    '120-140 blind',
    '140-200 disconnected',
  ]);
  assert.deepEqual(told([opened(100), gap(120, 140)]), [
    '100-120 connected',
    '120-140 blind',
    '140-200 connected',
  ]);
});

test('without any entry about connections nothing is known', () => {
  assert.deepEqual(told([]), ['100-200 blind']);
});

const mark: fc.Arbitrary<CoverageMark> = fc
  .tuple(fc.constantFrom('opened', 'closed', 'gap'), fc.nat(300), fc.nat(80), fc.constantFrom('a', 'b', 'c'))
  .map(([kind, at, length, connection]) =>
    kind === 'gap' ? gap(at, at + length, length % 2 ? connection : null) : { kind, at, connection },
  );

test('segments follow on each other, differ from their neighbours and fill the range', () => {
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 30 }), (marks) => {
      const segments = coverageOf(marks, RANGE);
      assert.equal(segments[0]?.from, RANGE.from);
      assert.equal(segments.at(-1)?.to, RANGE.to);
      for (const [place, { from, to, state }] of segments.entries()) {
        assert.ok(from < to);
        const next = segments[place + 1];
        if (next !== undefined) assert.equal(next.from, to);
        assert.notEqual(next?.state, state);
      }
    }),
  );
});

test('every instant of a gap is blind, and no other one once a mark is known', () => {
  fc.assert(
    fc.property(fc.array(mark, { minLength: 1, maxLength: 30 }), (marks) => {
      const segments = coverageOf(marks, RANGE);
      for (let at = RANGE.from; at < RANGE.to; at += 1) {
        const within = marks.some((each) => each.kind === 'gap' && at >= each.from && at < each.to);
        const segment = segments.find(({ from, to }) => at >= from && at < to);
        assert.equal(segment?.state === 'blind', within, String(at));
      }
    }),
  );
});

test('entries become marks; a refused connection is none', () => {
  const of = (kind: 'connection' | 'gap', event: Record<string, unknown>) =>
    coverageMarkOf(log({ exchange: { kind, event } }));
  const at = Date.parse('2026-01-05T10:00:00Z');
  assert.deepEqual(of('connection', { event: 'accepted' }), opened(at, 'c1'));
  assert.deepEqual(of('connection', { event: 'closed', close_code: 1006 }), closed(at, 'c1'));
  assert.equal(of('connection', { event: 'refused', status: 404 }), null);
  const [from, to] = ['2026-01-05T10:00:00Z', '2026-01-05T10:00:01Z'];
  assert.deepEqual(of('gap', { event: 'gap', from, to, reason: 'x' }), gap(at, at + 1000, 'c1'));
  assert.equal(coverageMarkOf(log({ action: 'Heartbeat' })), null);
});

const knowing = (marks: readonly CoverageMark[], known: Partial<Knowledge>) =>
  coverageOf(marks, RANGE, { since: Number.NEGATIVE_INFINITY, until: 300, heard: [], ...known }).map(
    ({ from, to, state }) => `${from}-${to} ${state}`,
  );

test('before the first record of a connection nothing is invented: messages were heard, or nothing is known', () => {
  assert.deepEqual(knowing([opened(150)], { since: 150, heard: [{ from: 110, to: 130 }] }), [
    '100-110 blind',
    '110-130 heard',
    '130-150 blind',
    '150-200 connected',
  ]);
  assert.deepEqual(knowing([], { heard: [{ from: 50, to: 120 }] }), ['100-120 heard', '120-200 blind']);
  const over = { from: 0, to: 300 };
  assert.deepEqual(knowing([opened(100), gap(120, 130, 'a')], { heard: [over] }), [
    '100-120 connected',
    '120-130 blind',
    '130-200 disconnected',
  ]);
});

test('behind the last mark that was read nothing is known', () => {
  assert.deepEqual(knowing([opened(100)], { until: 140 }), ['100-140 connected', '140-200 blind']);
});

test('marks tell since the first one, and where that is an end since the first entry', () => {
  assert.equal(toldSince(null, 10), Number.POSITIVE_INFINITY);
  assert.equal(toldSince(opened(50), 10), 50);
  assert.equal(toldSince(closed(50), 10), 10);
  assert.equal(toldSince(closed(50), null), 50);
  assert.equal(toldSince(gap(50, 60, 'a'), 10), 10);
  assert.equal(toldSince(gap(50, 60), 10), 50);
});
