import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryText } from '../entry-text.ts';
import { type BundleEntry, bundleRow, readBundleRow } from './bundle-row.ts';

const text = fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed());
const bytes = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    text.map((each) => new TextEncoder().encode(each)),
    // Longer than what is taken in one call.
    fc.nat(20_000).map((length) => new Uint8Array(length).fill(0xff)),
  ),
);
const entry: fc.Arbitrary<EntryText> = fc.record(
  {
    id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    kind: fc.constantFrom('exchange', 'orphan', 'connection'),
    charger: text,
    action: fc.option(text),
    outcome: fc.option(fc.constantFrom('answered', 'error')),
    fields: text,
    head: text,
    request: bytes,
    answer: bytes,
    rejection: bytes,
    payloadStart: fc.integer({ min: -1, max: 100 }),
    payloadEnd: fc.integer({ min: -1, max: 100 }),
  },
  { noNullPrototype: true },
);
const row: fc.Arbitrary<BundleEntry> = fc.record(
  {
    site: text,
    entry,
    findings: fc.array(
      fc.record(
        { code: fc.constant('unit-assumed'), path: text, detail: text },
        { requiredKeys: ['code'], noNullPrototype: true },
      ),
    ),
  },
  { noNullPrototype: true },
);

test('an entry is the same after it was a line, byte by byte, whatever its frames hold', () => {
  fc.assert(
    fc.property(row, (made) => {
      const line = bundleRow(made);
      assert.ok(!line.includes('\n'));
      assert.deepEqual(readBundleRow(line), made);
    }),
  );
});

test('frames that begin with a byte order mark keep it', () => {
  const request = Uint8Array.of(0xef, 0xbb, 0xbf, 0x5b, 0x5d);
  const [made] = fc.sample(row, 1);
  assert.ok(made);
  const marked = { ...made, entry: { ...made.entry, request } };
  assert.deepEqual(readBundleRow(bundleRow(marked)).entry.request, request);
});
