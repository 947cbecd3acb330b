/** Streams that are nearly right, or nothing at all: what is decoded, and what is held meanwhile. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.ts';
import { listen, scripts, sliced, stamp } from './decoder-rig.ts';
import { Turns } from './turns.ts';
import { frame, MASK, TEXT } from './ws-frames.ts';
import { sentFrames } from './ws-sender.ts';

const HELD_MAX = 64 * 1024;

/** All that was pushed has been decoded, or the decoder has failed, after which nothing follows. */
async function through({ settled, failures }: ReturnType<typeof listen>): Promise<void> {
  let over = false;
  void settled().then(() => {
    over = true;
  });
  while (!over && failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

const damage = fc.record({
  kind: fc.constantFrom('flip' as const, 'insert' as const, 'remove' as const, 'cut' as const),
  /** Of the whole. */
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
});

function damaged(wire: Buffer, at: number, { kind, bytes }: { kind: string; bytes: Uint8Array }): Buffer {
  const [before, after] = [wire.subarray(0, at), wire.subarray(at)];
  if (kind === 'cut') return before;
  if (kind === 'insert') return Buffer.concat([before, bytes, after]);
  if (kind === 'remove') return Buffer.concat([before, after.subarray(bytes.length)]);
  return Buffer.concat([before, Uint8Array.of((after[0] ?? 0) ^ (bytes[0] || 1)), after.subarray(1)]);
}

test('what was whole before a fault is decoded as without it, wherever the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(scripts(), damage, async ({ script, cuts, deflate, mask }, fault) => {
      const wire = await sentFrames(script, { deflate, mask });
      const at = Math.floor(fault.place * wire.length);
      const of = async (bytes: Buffer) => {
        const listened = listen({ deflate, turns: new Turns(10_000) });
        for (const chunk of sliced(bytes, cuts)) listened.decoder.push(chunk, stamp(1));
        await through(listened);
        return listened.messages.map(({ bytes: message, binary, cut }) => [
          message.toString('hex'),
          binary,
          cut,
        ]);
      };
      const before = await of(wire.subarray(0, at));
      const all = await of(damaged(wire, at, fault));
      assert.deepEqual(all.slice(0, before.length), before);
      const right = await of(wire);
      assert.deepEqual(before, right.slice(0, before.length));
    }),
    { numRuns: 150 },
  );
});

test('no bytes make the decoder throw, wait for ever, fail twice or hold more than it may', async () => {
  const head = fc
    .record({
      opcode: fc.integer({ min: 0, max: 15 }),
      fin: fc.boolean(),
      reserved: fc.constantFrom(0, 0, 4, 7),
      payload: fc.oneof(fc.uint8Array({ maxLength: 130 }), fc.constant(new Uint8Array(30_000))),
      masked: fc.boolean(),
    })
    .map(({ masked, ...shape }) => frame({ ...shape, ...(masked ? { mask: MASK } : {}) }));
  const parts = fc.array(fc.oneof(head, fc.uint8Array({ maxLength: 60 })), { maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(parts, cuts, fc.boolean(), async (given, sizes, deflate) => {
      const budget = new ByteBudget(HELD_MAX, null);
      const listened = listen({ deflate, budget });
      const { decoder, failures } = listened;
      for (const chunk of sliced(Buffer.concat(given), sizes)) {
        decoder.push(chunk, stamp(1));
        assert.ok(budget.used <= HELD_MAX, `${budget.used} bytes are held`);
      }
      await through(listened);
      assert.ok(budget.used <= HELD_MAX);
      assert.ok(failures.length <= 1);
    }),
    { numRuns: 300 },
  );
});

test('fragments without end are held up to the bound and no further', () => {
  const budget = new ByteBudget(HELD_MAX, null);
  const { decoder, messages, failures } = listen({ budget });
  const part = (opcode: number) => frame({ opcode, payload: new Uint8Array(1_000), fin: false, mask: MASK });
  decoder.push(part(TEXT), stamp(1));
  for (let sent = 0; sent < 1_000; sent++) {
    decoder.push(part(0), stamp(1));
    assert.ok(budget.used <= HELD_MAX, `${budget.used} bytes are held after ${sent}`);
  }
  assert.deepEqual([messages, failures], [[], []]);
});
