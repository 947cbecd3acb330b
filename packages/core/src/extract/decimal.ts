/**
 * Exact decimals: coefficient x 10^exponent. The coefficient is a number while it is a safe integer and a bigint beyond.
 * Magnitudes beyond 10^+-200 and texts over 400 characters are refused, so that no operation can grow.
 */

export interface Decimal {
  readonly coefficient: number | bigint;
  readonly exponent: number;
}

export interface ReadDecimal {
  readonly decimal: Decimal;
  /** Blanks around the number or a decimal comma were read. */
  readonly loose: boolean;
}

const TEXT_MAX = 400;
const MAGNITUDE_MAX = 200;
/** Powers of ten that a double holds exactly, so that one product or quotient is correctly rounded. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

/** At least one digit on either side of the point; a comma stands only for the point. */
const NUMBER = /^([+-]?)(\d*)(?:([.,])(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Null for every text that is no number: extraction rules 5.1. */
export function readDecimal(text: string): ReadDecimal | null {
  const plain = readPlain(text);
  if (plain !== null) return { decimal: plain, loose: false };
  if (text.length > TEXT_MAX) return null;
  const trimmed = text.trim();
  const match = NUMBER.exec(trimmed);
  if (match === null) return null;
  const [, sign = '', whole = '', point, part = '', power = '0'] = match;
  if (whole === '' && part === '') return null;
  // `1,234` may be a thousand and more, or one and a bit: nobody can tell.
  if (point === ',' && (part.length === 3 || part === '')) return null;
  const decimal = fromDigits(sign === '-', whole + part, Number(power) - part.length);
  return decimal === null ? null : { decimal, loose: point === ',' || trimmed.length !== text.length };
}

/** The decimal of a JSON number: the shortest text that stands for it; null beyond the bounds. */
export function decimalOf(value: number | bigint): Decimal | null {
  if (typeof value === 'number') {
    // Zero has no sign.
    if (Number.isSafeInteger(value)) return { coefficient: value + 0, exponent: 0 };
    return Number.isFinite(value) ? (readDecimal(String(value))?.decimal ?? null) : null;
  }
  return readDecimal(String(value))?.decimal ?? null;
}

/** Digits with at most one point, up to 15 in all: what nearly every station sends. */
function readPlain(text: string): Decimal | null {
  const length = text.length;
  const negative = length > 0 && text.charCodeAt(0) === 45;
  let at = negative ? 1 : 0;
  if (length === at || length - at > 16) return null;
  let coefficient = 0;
  let digits = 0;
  let point = -1;
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      coefficient = coefficient * 10 + (code - 48);
      digits += 1;
    } else if (code === 46 && point < 0) point = digits;
    else return null;
  }
  if (digits === 0 || digits > 15) return null;
  return {
    coefficient: negative && coefficient !== 0 ? -coefficient : coefficient,
    exponent: point < 0 ? 0 : point - digits,
  };
}

function fromDigits(negative: boolean, text: string, exponent: number): Decimal | null {
  const digits = text.replace(/^0+/, '');
  if (digits === '') return { coefficient: 0, exponent: 0 };
  const magnitude = exponent + digits.length;
  if (!(magnitude <= MAGNITUDE_MAX && magnitude >= -MAGNITUDE_MAX)) return null;
  return make(BigInt(negative ? `-${digits}` : digits), exponent);
}

function make(coefficient: bigint, exponent: number): Decimal {
  const short = Number(coefficient);
  return { coefficient: Number.isSafeInteger(short) ? short : coefficient, exponent };
}

/** Times 10^power. */
export function shift(value: Decimal, power: number): Decimal {
  return power === 0 || value.coefficient === 0
    ? value
    : { coefficient: value.coefficient, exponent: value.exponent + power };
}

export function negate(value: Decimal): Decimal {
  return value.coefficient === 0 ? value : { coefficient: -value.coefficient, exponent: value.exponent };
}

export function isNegative(value: Decimal): boolean {
  return value.coefficient < 0;
}

export function add(a: Decimal, b: Decimal): Decimal {
  if (a.coefficient === 0) return b;
  if (b.coefficient === 0) return a;
  if (a.exponent === b.exponent && typeof a.coefficient === 'number' && typeof b.coefficient === 'number') {
    const sum = a.coefficient + b.coefficient;
    if (Number.isSafeInteger(sum)) return { coefficient: sum, exponent: a.exponent };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  return make(scaled(a, exponent) + scaled(b, exponent), exponent);
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, negate(b));
}

/** Times numerator / denominator, cut 30 digits behind what is given: more than a double can tell. */
export function ratio(value: Decimal, numerator: bigint, denominator: bigint): Decimal {
  return make((BigInt(value.coefficient) * numerator * 10n ** 30n) / denominator, value.exponent - 30);
}

/** The double nearest to the exact value. */
export function toNumber(value: Decimal): number {
  const { coefficient, exponent } = value;
  if (coefficient === 0 || exponent === 0) return Number(coefficient);
  const power = EXACT_POWERS[exponent < 0 ? -exponent : exponent];
  if (typeof coefficient === 'number' && power !== undefined) {
    return exponent < 0 ? coefficient / power : coefficient * power;
  }
  return Number(`${coefficient}e${exponent}`);
}

function scaled(value: Decimal, exponent: number): bigint {
  return BigInt(value.coefficient) * 10n ** BigInt(value.exponent - exponent);
}
