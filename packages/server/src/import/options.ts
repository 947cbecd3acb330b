/** What whoever imports says beyond the files themselves. It counts only where a source does not tell it itself. */

import type { OcppVersion } from '@ocpp-logs/core';
import type { SeenFrom } from './direction-finder.ts';
import type { ImportFormat, ReadOptions } from './format.ts';

export interface ImportOptions extends ReadOptions {
  /** null: recognised by content. */
  readonly format: ImportFormat | null;
  readonly charger: string | null;
  /** ISO 8601 with a zone: time of everything that bears none. */
  readonly start: string | null;
  readonly version: OcppVersion | null;
  readonly seenFrom: SeenFrom | null;
}

export const SEEN_FROM: readonly SeenFrom[] = ['station', 'csms'];

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `2026-01-31`, and on the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
