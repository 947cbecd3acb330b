/** For tests of the decoder: one whose output is written down, and streams for it. */

import type { Cut } from '@ocpp-logs/core';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.ts';
import { Decoder, type Stamp } from './decoder.ts';
import { Turns } from './turns.ts';

export interface Decoded {
  readonly bytes: Buffer;
  readonly binary: boolean;
  readonly cut: Cut | null;
  readonly at: number;
}

/** A decoder with all that it says written down. */
export function listen({
  deflate = false,
  budget = new ByteBudget(16 * 1024 * 1024, null),
  turns = new Turns(100),
} = {}) {
  const messages: Decoded[] = [];
  const closes: [number, string][] = [];
  const failures: string[] = [];
  const decoder = new Decoder(
    { deflate, budget, turns },
    {
      message: (bytes, binary, cut, stamp) =>
        messages.push({ bytes: Buffer.from(bytes), binary, cut, at: stamp.at }),
      close: (code, reason) => closes.push([code, reason]),
      failed: (reason) => failures.push(reason),
    },
  );
  const settled = () =>
    new Promise<void>((resolve) => {
      const queued = turns.add((done) => {
        done();
        resolve();
      });
      if (!queued) resolve();
    });
  return { decoder, budget, messages, closes, failures, settled };
}

export const stamp = (at: number): Stamp => ({ at, arrival: at * 1000 });

export function sliced(wire: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < wire.length; i++) {
    const size = cuts[i % cuts.length] ?? 1;
    chunks.push(wire.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

export function scripts() {
  const content = fc
    .oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 0, max: 140_000 }).map((length) => new Uint8Array(length).fill(length & 0xff)),
    )
    .map((bytes) => Buffer.from(bytes));
  const message = fc.record({
    kind: fc.constant('message' as const),
    content,
    binary: fc.boolean(),
    compress: fc.boolean(),
    /** Where it is cut into fragments, as parts of the whole. */
    fragments: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  });
  const control = fc.record({
    kind: fc.constantFrom('ping' as const, 'pong' as const),
    content: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)),
  });
  return fc.record({
    script: fc.array(fc.oneof({ weight: 3, arbitrary: message }, { weight: 1, arbitrary: control }), {
      minLength: 1,
      maxLength: 8,
    }),
    cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 })), {
      minLength: 1,
      maxLength: 10,
    }),
    deflate: fc.boolean(),
    mask: fc.boolean(),
  });
}
