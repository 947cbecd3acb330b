import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInstantText, readRange, spanText, spanWords } from './instant-text.ts';

const NOW = Date.UTC(2026, 0, 10, 12);

test('now, spans and absolute times are read, and nothing else', () => {
  assert.equal(readInstantText('now', NOW), NOW);
  assert.equal(readInstantText('-3h', NOW), NOW - 3 * 3_600_000);
  assert.equal(readInstantText('-2w', NOW), NOW - 14 * 86_400_000);
  assert.equal(readInstantText('2026-01-05', NOW), Date.UTC(2026, 0, 5));
  assert.equal(readInstantText('2026-01-05T14:00+01:00', NOW), Date.UTC(2026, 0, 5, 13));
  for (const text of ['3h', '-3x', '2026-01-05T14:00', '2026-13-05', '', 'today']) {
    assert.equal(readInstantText(text, NOW), null, text);
  }
});

test('a range needs a start before its end', () => {
  assert.deepEqual(readRange('-1h', 'now', NOW), { from: NOW - 3_600_000, to: NOW });
  assert.equal(readRange('now', '-1h', NOW), null);
  assert.equal(readRange('now', 'now', NOW), null);
});

test('spans are told as a person says them', () => {
  assert.deepEqual(
    [0.4, 4.25, 412, 3_210, 31_000, 60_000, 119_700, 310_000, 3_600_000, 86_400_000 * 2.5].map(spanText),
    ['400 µs', '4.3 ms', '412 ms', '3.21 s', '31.0 s', '1 min', '2 min', '5 min 10 s', '1 h', '2 d 12 h'],
  );
  assert.deepEqual(
    [spanWords('-1h'), spanWords('-24h'), spanWords('now')],
    ['Last hour', 'Last 24 hours', null],
  );
});
