import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  add,
  type Decimal,
  decimalOf,
  negate,
  ratio,
  readDecimal,
  shift,
  subtract,
  toNumber,
} from './decimal.ts';

function read(text: string): number | null {
  const found = readDecimal(text);
  return found === null ? null : toNumber(found.decimal);
}

function decimal(text: string): Decimal {
  const found = readDecimal(text);
  assert.ok(found, text);
  return found.decimal;
}

describe('the grammar of numbers', () => {
  it('reads sign, digits, one point and an exponent as they are', () => {
    const cases: readonly (readonly [string, number])[] = [
      ['0', 0],
      ['-0', 0],
      ['0.00', 0],
      ['7', 7],
      ['+7', 7],
      ['-7.5', -7.5],
      ['.5', 0.5],
      ['5.', 5],
      ['007', 7],
      ['1e3', 1000],
      ['1.5E-2', 0.015],
      ['1e+2', 100],
      ['733.255884', 733.255884],
      ['123456789012345678901234567890', 1.2345678901234568e29],
      ['0.1000000000000000055511151231257827', 0.1],
    ];
    for (const [text, number] of cases) {
      assert.deepEqual([text, read(text), readDecimal(text)?.loose], [text, number, false]);
      assert.ok(!Object.is(read(text), -0), text);
    }
  });

  it('reads blanks around a number and one decimal comma, and says so', () => {
    for (const [text, number] of [
      [' 9.6', 9.6],
      ['9.6\t\n', 9.6],
      ['\u00a09.6', 9.6],
      ['9,6', 9.6],
      ['-9,65', -9.65],
      ['1,2345', 1.2345],
      ['1,5e3', 1500],
      [' 1,5 ', 1.5],
    ] as const) {
      assert.deepEqual([text, read(text), readDecimal(text)?.loose], [text, number, true]);
    }
  });

  it('refuses everything else', () => {
    for (const text of [
      '',
      ' ',
      '.',
      '-',
      '+',
      'e5',
      '1,234',
      '-1,234',
      '1,234e3',
      '1,234.5',
      '1.234,5',
      '1,2,3',
      '1,',
      '1.2.3',
      '--1',
      '+-1',
      '1e',
      '1e1.5',
      'NaN',
      'Infinity',
      '-Infinity',
      '0x1F',
      '1_000',
      '1 000',
      '1kW',
      '١',
      'null',
    ]) {
      assert.equal(readDecimal(text), null, JSON.stringify(text));
    }
  });

  it('is bounded against absurd exponents and lengths', () => {
    for (const text of [
      '1e999999999',
      '1e-999999999',
      `1e${'9'.repeat(300)}`,
      '1e201',
      `0.${'0'.repeat(399)}`,
    ]) {
      assert.equal(readDecimal(text), null, text.slice(0, 20));
    }
    assert.equal(read('0e999999999'), 0);
    assert.equal(read(`0.${'0'.repeat(150)}1`), 1e-151);
    assert.equal(read(`${'9'.repeat(150)}`), 1e150);
  });

  it('takes a JSON number as the shortest text that stands for it', () => {
    assert.deepEqual(decimalOf(7.2), { coefficient: 72, exponent: -1 });
    assert.deepEqual(decimalOf(16), { coefficient: 16, exponent: 0 });
    assert.deepEqual(decimalOf(-0), { coefficient: 0, exponent: 0 });
    assert.deepEqual(decimalOf(1e21), { coefficient: 1, exponent: 21 });
    assert.deepEqual(decimalOf(12345678901234567890n), { coefficient: 12345678901234567890n, exponent: 0 });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 1e-300]) {
      assert.equal(decimalOf(value), null);
    }
  });
});

describe('exact arithmetic', () => {
  it('keeps what doubles lose', () => {
    assert.equal(toNumber(shift(decimal('3.43'), 3)), 3430);
    assert.equal(toNumber(shift(decimal('733.255884'), 3)), 733255.884);
    assert.equal(toNumber(shift(decimal('1.005'), 3)), 1005);
    assert.equal(toNumber(add(decimal('0.1'), decimal('0.2'))), 0.3);
    assert.equal(toNumber(subtract(decimal('9007199254740993'), decimal('9007199254740992'))), 1);
    assert.equal(add(decimal('9007199254740991'), decimal('2')).coefficient, 9007199254740993n);
    assert.equal(toNumber(ratio(add(decimal('98.6'), decimal('-32')), 5n, 9n)), 37);
    assert.ok(Object.is(toNumber(negate(decimal('0.0'))), 0));
  });

  /** digits x 10^exponent, as text in one of its spellings and as integer and exponent. */
  const numbers = fc
    .record({
      coefficient: fc.bigInt(-(10n ** 40n), 10n ** 40n),
      exponent: fc.integer({ min: -60, max: 60 }),
    })
    .map(({ coefficient, exponent }) => ({ coefficient, exponent, text: `${coefficient}e${exponent}` }));

  /** Both sides as integers of one exponent. */
  function same(value: Decimal, coefficient: bigint, exponent: number): boolean {
    const low = Math.min(value.exponent, exponent);
    return (
      BigInt(value.coefficient) * 10n ** BigInt(value.exponent - low) ===
      coefficient * 10n ** BigInt(exponent - low)
    );
  }

  it('reads, shifts and negates as integers do', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -30, max: 30 }), ({ coefficient, exponent, text }, power) => {
        const value = decimal(text);
        assert.ok(same(value, coefficient, exponent));
        assert.ok(same(shift(value, power), coefficient, exponent + power));
        assert.ok(same(negate(value), -coefficient, exponent));
      }),
    );
  });

  it('adds and subtracts as integers do', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const low = Math.min(a.exponent, b.exponent);
        const left = a.coefficient * 10n ** BigInt(a.exponent - low);
        const right = b.coefficient * 10n ** BigInt(b.exponent - low);
        assert.ok(same(add(decimal(a.text), decimal(b.text)), left + right, low));
        assert.ok(same(subtract(decimal(a.text), decimal(b.text)), left - right, low));
      }),
    );
  });

  it('gives the double nearest to the decimal, as the text would be read', () => {
    fc.assert(
      fc.property(numbers, ({ text }) => {
        const number = Number(text);
        assert.equal(toNumber(decimal(text)), number === 0 ? 0 : number);
      }),
    );
    const short = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(short, ([digits, places]) => {
        const text = (digits / 10 ** places).toFixed(places);
        assert.equal(read(text), Number(text) + 0);
      }),
    );
  });

  it('reads any text without throwing, and only finite numbers', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+-.,eE xn') }), (text) => {
        const value = read(text);
        assert.ok(value === null || Number.isFinite(value));
      }),
    );
  });
});
