/** Transaction ids: an integer in OCPP 1.6, a text from 2.0.1 on. Source: extraction rules 4. */

import type { Finding } from '../finding.ts';
import type { OcppVersion } from '../frame.ts';
import { isAbsent, type Leaf, type Read, readText, reportType } from './leaf.ts';

const INT64_TEXT = /^(0|-?[1-9][0-9]{0,18})$/;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Reads the id as text. */
export function transactionReader(version: OcppVersion): Read<string> {
  return version === '1.6' ? readIntegerText : readText;
}

/** The whole number that the text spells, a bigint where a number would lose digits; null outside int64. */
export function transactionNumber(text: string): number | bigint | null {
  if (!INT64_TEXT.test(text)) return null;
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  const exact = BigInt(text);
  return exact >= INT64_MIN && exact <= INT64_MAX ? exact : null;
}

function readIntegerText(value: Leaf, path: string, findings: Finding[]): string | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    return String(value);
  }
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}
