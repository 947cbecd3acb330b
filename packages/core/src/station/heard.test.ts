import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { heardSpans, SILENCE_MAX_MS } from './heard.ts';

test('messages that follow on each other are one time, up to a silence that is too long', () => {
  assert.deepEqual(heardSpans([]), []);
  assert.deepEqual(heardSpans([5]), [{ from: 5, to: 6 }]);
  const later = 10 + SILENCE_MAX_MS;
  assert.deepEqual(heardSpans([later, 10]), [{ from: 10, to: later + 1 }]);
  assert.deepEqual(heardSpans([10, later + 2]), [
    { from: 10, to: 11 },
    { from: later + 2, to: later + 3 },
  ]);
});

test('every message is heard, every span begins and ends with one, and silences lie between them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20 * SILENCE_MAX_MS), { maxLength: 40 }), (sightings) => {
      const spans = heardSpans(sightings);
      for (const at of sightings) assert.ok(spans.some(({ from, to }) => at >= from && at < to));
      for (const [place, { from, to }] of spans.entries()) {
        assert.ok(sightings.includes(from) && sightings.includes(to - 1));
        const next = spans[place + 1];
        if (next !== undefined) assert.ok(next.from - to > SILENCE_MAX_MS);
      }
    }),
  );
});
