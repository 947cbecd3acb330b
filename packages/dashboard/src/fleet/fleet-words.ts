/** Shares and differences as they are read. What nobody knows is a dash, never 0. */

import { FINDINGS } from '@ocpp-logs/core';
import type { DifferenceBody, MeasuresBody, ShareBody } from './fleet-answers.ts';

export const UNKNOWN = '–';

/** `98.7 %`; no more digits than say something, and 100 only where it is all of it. */
export function percentText(share: number | null): string {
  if (share === null) return UNKNOWN;
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : 1)} %`;
}

/** `187 of 200, 95 % interval 89.1 % to 96.2 %`. */
export function shareText({ count, of, low, high }: ShareBody): string {
  if (low === null || high === null) return 'none';
  const found = `${count.toLocaleString('en')} of ${of.toLocaleString('en')}`;
  return `${found}, 95 % interval ${percentText(low)} to ${percentText(high)}`;
}

function points(share: number): string {
  const text = (Math.abs(share) * 100).toFixed(1);
  return `${share < 0 ? '−' : '+'}${text}`;
}

/** `Higher by 4.1 points (+1.2 to +7.0)`. */
export function differenceText(difference: DifferenceBody | null): string {
  if (difference === null) return 'Not known on both sides';
  const { reading, difference: by, low, high } = difference;
  const interval = `${points(low)} to ${points(high)} points`;
  if (reading === 'unclear') return `No difference that the numbers bear (${interval})`;
  const word = reading === 'higher' ? 'Higher' : 'Lower';
  return `${word} by ${points(by).slice(1)} points (${interval})`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.2 GB`. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`;
}

export function modelText(row: { readonly vendor: string | null; readonly model: string | null }): string {
  return [row.vendor, row.model].filter((part) => part !== null).join(' ') || 'Not told';
}

const SEVERITIES = ['violates', 'unusual', 'info'];

function rankOf(code: string): number {
  // Safe: it is a key of the table. A newer server may know others.
  const known = Object.hasOwn(FINDINGS, code) ? FINDINGS[code as keyof typeof FINDINGS].severity : 'info';
  return SEVERITIES.indexOf(known);
}

/** What violates OCPP first, then the most frequent. */
export function worstFirst(findings: MeasuresBody['findings']): MeasuresBody['findings'] {
  return findings.toSorted((a, b) => rankOf(a.code) - rankOf(b.code) || b.count - a.count);
}
