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
  rebuiltConformance(name, open);
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

function rebuiltConformance(name: string, open: OpenStore): void {
  const spelled = fc.constantFrom('[2,"7","A",{"v":1}]', '[2, "8", "A", {"v":1}]', '[2,"log-7","A",{"v":1}]');
  const other = fc.constantFrom('[2,"7","A",{"v":1.0}]', '[2,"7","B",{"v":1}]');
  const callArbitrary = fc
    .record({ at: fc.nat(3), charger: fc.constantFrom('CP1', 'CP2'), text: fc.oneof(spelled, other) })
    .map(({ at, charger, text }) => {
      const [, messageId = '', , action = ''] = text.split('"');
      const request = wireOf(text);
      return entryAt(DEPOT_TIME + at, {
        charger,
        messageId,
        action,
        request,
        answer: null,
        answeredAt: null,
      });
    });

  test(`${name}: a rebuilt call is known by action and payload, however often it is stored`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(callArbitrary, { maxLength: 12 }),
        fc.array(callArbitrary, { maxLength: 12 }),
        async (stored, asked) => {
          const store = await open();
          try {
            store.writer.apply(
              'depot',
              stored.map((entry) => ({ slot: { id: null }, entry })),
            );
            const left = new Map<string, number>();
            for (const entry of stored) left.set(saidKey(entry), (left.get(saidKey(entry)) ?? 0) + 1);
            const ordered = asked.toSorted((a, b) => a.at - b.at);
            const expected = ordered.map((entry) => {
              const n = left.get(saidKey(entry)) ?? 0;
              left.set(saidKey(entry), n - 1);
              return n > 0;
            });
            const frames = ordered.flatMap(framesOf).map((frame) => ({ ...frame, rebuilt: true }));
            assert.deepEqual(store.writer.known('depot', frames), expected);
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test(`${name}: frames as they were are known by a rebuilt twin, and by no other`, async () => {
    const store = await open();
    try {
      const twin = (at: number, id: string) =>
        entryAt(at, {
          messageId: id,
          action: 'A',
          request: wireOf(`[2,"${id}","A",{"v":1}]`),
          answer: wireOf(`[3,"${id}",{"idTagInfo":{"status":"Accepted"}}]`),
          answeredAt: null,
          fields: { response_id_tag_info_status: 'Accepted' },
        });
      const stored = [twin(DEPOT_TIME, 'log-1'), twin(DEPOT_TIME + 1, '9')];
      store.writer.apply(
        'depot',
        stored.map((entry) => ({ slot: { id: null }, entry })),
      );
      const up = (at: number) =>
        frameOf('CP1', 'station_to_csms', at, new TextEncoder().encode('[2,"5","A",{"v":1}]'));
      const down = (at: number, text: string) =>
        frameOf('CP1', 'csms_to_station', at, new TextEncoder().encode(text));
      const asked = [
        up(DEPOT_TIME),
        up(DEPOT_TIME),
        up(DEPOT_TIME + 1),
        down(DEPOT_TIME + 70, '[3,"5",{"idTagInfo":{"status":"Accepted"},"more":1}]'),
      ];
      assert.deepEqual(store.writer.known('depot', asked), [true, false, false, false]);
      const [call, , , answer] = asked;
      assert.ok(call !== undefined && answer !== undefined);
      assert.deepEqual(
        store.writer.known('depot', [call, answer]),
        [true, true],
        'it goes the way of its call',
      );
      const status = down(DEPOT_TIME + 1, '[3,"x",{"idTagInfo":{"status":"Accepted"}}]');
      assert.deepEqual(store.writer.known('depot', [status]), [false]);
      const rebuilt = { ...status, rebuilt: true };
      assert.deepEqual(store.writer.known('depot', [rebuilt, rebuilt]), [true, false]);
    } finally {
      await store.close();
    }
  });

  test(`${name}: an event of a connection is known if all of it is stored, in any order of its members`, async () => {
    const store = await open();
    try {
      const bare = {
        action: null,
        outcome: null,
        request: null,
        answer: null,
        direction: null,
        answeredAt: null,
      };
      const event = { event: 'closed', close_code: 1006, how: 'reset' } as const;
      const entry = entryAt(DEPOT_TIME, { ...bare, kind: 'connection', event });
      store.writer.apply('depot', [{ slot: { id: null }, entry }]);
      const same = { charger: 'CP1', at: DEPOT_TIME, connection: 'c-1', event };
      const asked = [
        { ...same, event: { how: 'reset', close_code: 1006, event: 'closed' } as const },
        same,
        { ...same, at: DEPOT_TIME + 1 },
        { ...same, connection: 'c-2' },
        { ...same, event: { event: 'closed', close_code: 1006 } as const },
      ];
      assert.deepEqual(store.writer.known('depot', asked), [true, false, false, false, false]);
    } finally {
      await store.close();
    }
  });
}

function saidKey({ charger, at, action, request }: Entry): string {
  const text = new TextDecoder().decode(request?.bytes);
  return `${charger} ${at} ${action} ${text.slice(text.indexOf('{'))}`;
}

function keyOf({ charger, frame }: SourceFrame): string {
  return `${charger} ${frame.direction} ${frame.at} ${new TextDecoder().decode(frame.bytes)}`;
}
