import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readInstant } from './instant.ts';

function ms(text: string): number | string {
  const read = readInstant(text);
  return 'ms' in read ? read.ms : read.fault;
}

const at = (text: string) => Date.parse(text);

const good = [
  ['2024-01-01', at('2024-01-01T00:00:00Z')],
  ['2026-01-05T10:20:30Z', at('2026-01-05T10:20:30Z')],
  ['2026-01-05T10:20Z', at('2026-01-05T10:20:00Z')],
  ['2026-01-05T10:20:30.5Z', at('2026-01-05T10:20:30.500Z')],
  ['2026-01-05T10:20:30,25Z', at('2026-01-05T10:20:30.250Z')],
  ['2026-01-05T10:20:30+02:00', at('2026-01-05T08:20:30Z')],
  ['2026-01-05T10:20:30-0530', at('2026-01-05T15:50:30Z')],
  ['2026-01-05T10:20:30+02', at('2026-01-05T08:20:30Z')],
  ['2026-01-05t10:20:30z', at('2026-01-05T10:20:30Z')],
  ['2026-01-05T10:20:30 02:00', at('2026-01-05T08:20:30Z')],
  ['2026-01-05T24:00:00Z', at('2026-01-06T00:00:00Z')],
  ['2024-02-29', at('2024-02-29T00:00:00Z')],
  ['0001-01-01', at('0001-01-01T00:00:00Z')],
  ['2026-01-05T10:20:30.0001Z', at('2026-01-05T10:20:30.001Z')],
  ['2026-01-05T10:20:30.1230000Z', at('2026-01-05T10:20:30.123Z')],
  ['2026-01-05T10:20:30.123000001Z', at('2026-01-05T10:20:30.124Z')],
  ['2026-01-05T23:59:59.9999Z', at('2026-01-06T00:00:00Z')],
] as const;

for (const [text, expected] of good) {
  test(`${text} is a time`, () => assert.equal(ms(text), expected));
}

const bad = [
  ['2026-01-05T10:20:30', /no time zone/],
  ['2026-01-05T10:20', /no time zone/],
  ['2026-02-30', /does not exist/],
  ['2025-02-29', /does not exist/],
  ['2026-13-01', /does not exist/],
  ['2026-00-01', /does not exist/],
  ['2026-01-05T25:00:00Z', /does not exist/],
  ['2026-01-05T24:00:01Z', /does not exist/],
  ['2026-01-05T10:60:00Z', /does not exist/],
  ['2026-01-05T10:00:60Z', /does not exist/],
  ['2026-01-05T10:20:30+24:00', /no such offset/],
  ['2026-01-05 10:20:30Z', /must be an ISO 8601/],
  ['2026-01-05 10:20', /must be an ISO 8601/],
  ['2026-1-5', /must be an ISO 8601/],
  ['1767607200', /must be an ISO 8601/],
  ['now', /must be an ISO 8601/],
  ['', /must be an ISO 8601/],
  ['2026-01-05T10:20:30Z ', /must be an ISO 8601/],
] as const;

for (const [text, expected] of bad) {
  test(`"${text}" is refused and told why`, () => assert.match(String(ms(text)), expected));
}

test('every time that JavaScript writes is read back', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
      (date) => {
        assert.equal(ms(date.toISOString()), date.getTime());
      },
    ),
  );
});

test('no text makes reading throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readInstant(text)));
});
