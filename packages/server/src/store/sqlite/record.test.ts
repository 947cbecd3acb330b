import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntryText } from '@ocpp-logs/core';
import fc from 'fast-check';
import { Block, packBlock } from './block.ts';
import { RecordError, RecordPacker, RecordText } from './record.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const textArbitrary: fc.Arbitrary<EntryText> = fc
  .record({
    fields: fc.string({ unit: 'grapheme' }),
    head: fc.string({ unit: 'grapheme' }),
    request: fc.option(bytes),
    answer: fc.option(bytes),
    rejection: fc.option(bytes),
    payload: fc.option(fc.tuple(fc.nat(100_000), fc.nat(100_000))),
  })
  .map(({ payload, ...texts }) => ({
    id: 7n,
    kind: 'exchange',
    charger: 'CP1',
    action: 'Reset',
    outcome: 'answered',
    ...texts,
    payloadStart: texts.request === null || payload === null ? -1 : payload[0],
    payloadEnd: texts.request === null || payload === null ? -1 : payload[0] + payload[1],
  }));

function shown(text: EntryText): unknown {
  const own = (part: Uint8Array | null) => (part === null ? null : Uint8Array.from(part));
  const { id, kind, charger, action, outcome, fields, head, payloadStart, payloadEnd } = text;
  const parts = [own(text.request), own(text.answer), own(text.rejection)];
  return { id, kind, charger, action, outcome, fields, head, payloadStart, payloadEnd, parts };
}

test('a record gives back every text', () => {
  const packer = new RecordPacker();
  fc.assert(
    fc.property(textArbitrary, (text) => {
      const record = Buffer.from(packer.pack(text));
      assert.deepEqual(shown(new RecordText(text, record, 0, record.length)), shown(text));
    }),
  );
});

test('a block gives back every record, whatever their number and size', () => {
  const packer = new RecordPacker();
  fc.assert(
    fc.property(fc.array(textArbitrary, { maxLength: 64 }), (texts) => {
      const records = texts.map((text) => Buffer.from(packer.pack(text)));
      const packed = packBlock(records);
      const block = new Block(packed.size, packed.bytes);
      assert.equal(block.records, records.length);
      for (const [slot, record] of records.entries()) assert.deepEqual(block.record(slot), record);
      assert.throws(() => block.record(records.length), RecordError);
    }),
    { numRuns: 50 },
  );
});

test('a text of 8 MiB has a record and a block', () => {
  const request = new Uint8Array(8 * 1024 * 1024).fill(0x61);
  const empty = { answer: null, rejection: null, payloadStart: -1, payloadEnd: -1, fields: '', head: '[]' };
  const row = { id: 1n, kind: 'malformed', charger: '', action: null, outcome: null } as const;
  const record = Buffer.from(new RecordPacker().pack({ ...row, ...empty, request }));
  const packed = packBlock([record]);
  const block = new Block(packed.size, packed.bytes);
  const text = new RecordText(row, block.bytes, block.start(0), block.end(0));
  assert.equal(Buffer.compare(text.request ?? new Uint8Array(), request), 0);
});

test('bytes that nobody packed are refused, and never read beyond their end', () => {
  const row = { id: 1n, kind: 'exchange', charger: '', action: null, outcome: null } as const;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(100), (noise, size) => {
      for (const read of [
        () => new RecordText(row, Buffer.from(noise), 0, noise.length),
        () => new Block(size, noise),
      ]) {
        try {
          read();
        } catch (error) {
          assert.ok(error instanceof RecordError, String(error));
        }
      }
    }),
  );
});
