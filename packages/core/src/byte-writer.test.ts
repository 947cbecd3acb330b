import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.ts';

test('times are written as toISOString writes them, in any order', () => {
  const ms = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
  fc.assert(
    fc.property(fc.array(fc.oneof(ms, fc.integer({ min: 0, max: 3 * 86_400_000 }))), (times) => {
      const writer = new ByteWriter(1);
      for (const time of times) writer.time(time);
      const expected = times.map((time) => new Date(time).toISOString()).join('');
      assert.equal(new TextDecoder().decode(writer.take()), expected);
    }),
  );
});

test('texts and bytes come out as they went in, whatever the size of the buffer and however often it is taken', () => {
  const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(fc.array(piece)), fc.integer({ min: 0, max: 500 }), (rounds, size) => {
      const writer = new ByteWriter(size);
      for (const round of rounds) {
        for (const item of round) {
          if (typeof item === 'string') writer.text(item);
          else writer.bytes(item);
        }
        const expected = Buffer.concat(round.map((item) => Buffer.from(item)));
        assert.equal(writer.length, expected.length);
        const taken = writer.take();
        writer.text('what comes next does not touch what was taken');
        writer.take();
        assert.deepEqual(Buffer.from(taken), expected);
      }
    }),
  );
});
