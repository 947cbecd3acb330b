/** One value of a payload, read as the type its field has. Source: extraction rules 4: another type is no value. */

import type { Finding } from '../finding.ts';
import type { JsonObject, JsonValue } from '../message.ts';
import { report } from './report.ts';

/** `undefined` where the path leads nowhere. */
export type Leaf = JsonValue | bigint | undefined;

/** Reads a value of one type; what is there and of another type is reported and not taken. */
export type Read<T> = (value: Leaf, path: string, findings: Finding[]) => T | undefined;

export function isObject(value: Leaf): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Leaf): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isAbsent(value: Leaf): value is null | undefined {
  return value === undefined || value === null;
}

/** Never the value itself: it may be a secret in the wrong place. */
export function typeName(value: Leaf): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

export function reportType(findings: Finding[], path: string, value: Leaf): void {
  report(findings, 'value-type', path, typeName(value));
}

export function readText(value: Leaf, path: string, findings: Finding[]): string | undefined {
  if (typeof value === 'string') return value;
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}

/** A whole number of the safe range; -0 reads as 0. */
export function readInteger(value: Leaf, path: string, findings: Finding[]): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0;
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}

export function readNumber(value: Leaf, path: string, findings: Finding[]): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  if (typeof value === 'bigint' && Number.isFinite(Number(value))) return Number(value);
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}

export function readBoolean(value: Leaf, path: string, findings: Finding[]): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (!isAbsent(value)) reportType(findings, path, value);
  return undefined;
}
