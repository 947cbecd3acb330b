import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CapturedFrame } from '../sink.ts';
import type { CaptureEvent } from './batch.ts';
import { BatchBuilder, unpack } from './batch.ts';

const frame: fc.Arbitrary<CapturedFrame> = fc.record(
  {
    direction: fc.constantFrom('station_to_csms' as const, 'csms_to_station' as const),
    bytes: fc.uint8Array({ maxLength: 40_000 }),
    binary: fc.boolean(),
    cut: fc.option(fc.record({ length: fc.nat(), sha256: fc.string() }, { noNullPrototype: true })),
    at: fc.nat(),
    arrival: fc.nat(),
  },
  { noNullPrototype: true },
);
const event: fc.Arbitrary<CaptureEvent> = fc.record(
  {
    kind: fc.constant('gap' as const),
    connection: fc.nat(99),
    from: fc.nat(),
    to: fc.nat(),
    reason: fc.string(),
  },
  { noNullPrototype: true },
);

test('a batch gives back every frame and event, in order, byte for byte', () => {
  const seen = fc.array(fc.oneof(fc.tuple(fc.nat(99), frame), event), { maxLength: 200 });
  fc.assert(
    fc.property(seen, seen, (first, second) => {
      const builder = new BatchBuilder();
      for (const round of [first, second]) {
        for (const item of round) {
          if (Array.isArray(item)) builder.frame(item[0], item[1]);
          else builder.event(item);
        }
        const expected = round.map((item) =>
          Array.isArray(item) ? { connection: item[0], ...item[1] } : { ...item },
        );
        assert.deepEqual([...unpack(builder.take())], expected);
        assert.ok(builder.empty);
      }
    }),
    { numRuns: 50 },
  );
});

test('what a builder took in is its own: the caller may reuse its buffer', () => {
  const builder = new BatchBuilder();
  const bytes = Uint8Array.of(1, 2, 3);
  builder.frame(7, { direction: 'csms_to_station', bytes, binary: false, cut: null, at: 1, arrival: 2 });
  bytes.fill(9);
  const [only] = unpack(builder.take());
  assert.deepEqual(only && 'bytes' in only ? [...only.bytes] : null, [1, 2, 3]);
});
