import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry, Wire } from './entry.ts';
import { decodeEntry, encodeEntry } from './entry-text.ts';

const PLAIN = { noNullPrototype: true };

const text = fc.option(fc.string({ unit: 'binary', maxLength: 8 }));
const whole = fc.option(fc.integer());
const wire: fc.Arbitrary<Wire | null> = fc.option(
  fc.record(
    {
      bytes: fc.constant(new TextEncoder().encode('[2,"1","A",{}]')),
      payload: fc.option(fc.record({ start: fc.nat(9), end: fc.nat(9) }, PLAIN)),
      redacted: fc.array(fc.string({ maxLength: 4 }), { maxLength: 2 }),
      cut: fc.option(fc.record({ length: fc.nat(), sha256: fc.string({ maxLength: 4 }) }, PLAIN)),
    },
    PLAIN,
  ),
);

test('any entry comes back from its text as it was', () => {
  fc.assert(
    fc.property(
      fc.record({
        texts: fc.tuple(text, text, text),
        numbers: fc.tuple(whole, whole, whole, whole),
        request: wire,
        answer: wire,
        rejection: wire,
        finding: fc.option(fc.string({ unit: 'binary', maxLength: 4 })),
      }),
      ({ texts, numbers, request, answer, rejection, finding }) => {
        const entry: Entry = {
          kind: 'exchange',
          at: 1_767_600_000_000,
          charger: 'CP1',
          connection: texts[0],
          direction: 'station_to_csms',
          version: '1.6',
          messageId: texts[1],
          action: 'A',
          outcome: 'answered',
          request,
          answer,
          rejection,
          error: finding === null ? null : { code: finding, description: null, details: null },
          answeredAt: numbers[0],
          latency: numbers[1],
          context: { connector: numbers[2], evseConnector: numbers[3], transaction: texts[2] },
          fields: {},
          findings: finding === null ? [] : [{ code: 'value-type', detail: finding }],
          event: finding === null ? null : { event: 'malformed', reason: finding },
        };
        assert.deepEqual(decodeEntry(encodeEntry(BigInt(entry.at) << 21n, entry)), entry);
      },
    ),
  );
});
