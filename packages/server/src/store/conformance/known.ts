/** That an import run twice adds nothing: which frames are stored already. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Direction, Entry } from '@ocpp-logs/core';
import { opposite } from '@ocpp-logs/core';
import fc from 'fast-check';
import type { SourceFrame } from '../store.ts';
import { DEPOT_TIME, entryAt, wireOf } from './entries.ts';
import type { OpenStore } from './opened.ts';

function frameOf(
  charger: string,
  direction: Direction,
  at: number,
  bytes: Uint8Array,
  sha256?: string,
): SourceFrame {
  const cut = sha256 === undefined ? null : { length: 99, sha256 };
  return { charger, frame: { direction, at, arrival: null, bytes, binary: false, cut } };
}

function framesOf(entry: Entry): SourceFrame[] {
  const { charger, direction, at, request, answer, answeredAt } = entry;
  if (direction === null) return [];
  const frames: SourceFrame[] = [];
  if (request !== null) frames.push(frameOf(charger, direction, at, request.bytes, request.cut?.sha256));
  if (answer !== null) {
    frames.push(frameOf(charger, opposite(direction), answeredAt ?? at, answer.bytes, answer.cut?.sha256));
  }
  return frames;
}

const storedArbitrary = fc
  .record({
    // Around the end of a month, with answers beyond it.
    at: fc.nat(40).map((step) => Date.UTC(2026, 4, 31, 23, 50) + step * 30_000),
    charger: fc.constantFrom('CP1', 'CP2'),
    direction: fc.constantFrom<Direction>('station_to_csms', 'csms_to_station'),
    text: fc.constantFrom('[2,"1","A",{}]', '[2,"2","A",{}]'),
    lag: fc.option(fc.constantFrom(-10_000, -1, 0, 40, 30_000, 600_000)),
    answer: fc.constantFrom('[3,"1",{}]', '[3,"2",{}]'),
  })
  .map(({ at, charger, direction, text, lag, answer }) =>
    entryAt(at, {
      charger,
      direction,
      request: wireOf(text),
      answer: lag === null ? null : wireOf(answer),
      answeredAt: lag === null ? null : at + lag,
    }),
  );

export function knownConformance(name: string, open: OpenStore): void {
  test(`${name}: n equal frames are known if n are stored, and no other is`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(storedArbitrary, { maxLength: 30 }),
        fc.array(storedArbitrary, { maxLength: 30 }),
        fc.boolean(),
        async (stored, others, sealed) => {
          const store = await open();
          try {
            const slots = stored.map((entry) => ({ slot: { id: null }, entry }));
            store.writer.apply('depot', slots);
            if (sealed) store.writer.seal('depot');
            const asked = [...others, ...stored].flatMap(framesOf);
            const left = new Map<string, number>();
            for (const frame of stored.flatMap(framesOf))
              left.set(keyOf(frame), (left.get(keyOf(frame)) ?? 0) + 1);
            // Of equal frames the first ones are known.
            const expected = asked.map((frame) => {
              const n = left.get(keyOf(frame)) ?? 0;
              left.set(keyOf(frame), n - 1);
              return n > 0;
            });
            assert.deepEqual(store.writer.known('depot', asked), expected);
            assert.ok(store.writer.known('yard', asked).every((known) => !known));
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test(`${name}: cut frames, rejections and texts that were not kept are known by what was kept`, async () => {
    const store = await open();
    try {
      const cut = entryAt(DEPOT_TIME, {
        request: { ...wireOf('[2,"1","A",{"a'), cut: { length: 9_000_000, sha256: 'c0ffee' } },
      });
      const rejected = entryAt(DEPOT_TIME + 1, {
        outcome: 'result_rejected',
        rejection: wireOf('[5,"m1","FormatViolation","x",{}]'),
      });
      const secret = new TextEncoder().encode('[2,"1","A",{"idToken":"s3cr3t","type":"KeyCode"');
      const sha256 = 'c7cb4c8b9b1ef8c0e3ddd84dd9ee1f14f3ee4e57bf1d0b5bb1b7e8d9ac2f1f1a';
      const malformed = entryAt(DEPOT_TIME + 2, {
        kind: 'malformed',
        action: null,
        outcome: null,
        request: null,
        answer: null,
        event: { event: 'malformed', reason: 'not JSON', length: secret.length, sha256 },
      });
      store.writer.apply(
        'depot',
        [cut, rejected, malformed].map((entry) => ({ slot: { id: null }, entry })),
      );
      const way = 'station_to_csms';
      const rejection = new TextEncoder().encode('[5,"m1","FormatViolation","x",{}]');
      const asked = [
        frameOf('CP1', way, DEPOT_TIME, new TextEncoder().encode('[2,"1","A",{"a'), 'c0ffee'),
        frameOf('CP1', way, DEPOT_TIME, new TextEncoder().encode('[2,"1","A",{"a'), 'c0ffee'),
        frameOf('CP1', way, DEPOT_TIME + 900, rejection),
        frameOf('CP1', way, DEPOT_TIME + 2, secret, sha256),
        frameOf('CP2', way, DEPOT_TIME + 900, rejection),
      ];
      assert.deepEqual(store.writer.known('depot', asked), [true, false, true, true, false]);
    } finally {
      await store.close();
    }
  });
}

function keyOf({ charger, frame }: SourceFrame): string {
  return `${charger} ${frame.direction} ${frame.at} ${new TextDecoder().decode(frame.bytes)}`;
}
