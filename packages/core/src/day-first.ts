/** Days written day first with dots, `31.01.2026`, which can mean nothing else; with slashes they could. */

const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? +(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const SLASHED = /^\d{1,4}\/\d{1,2}\/\d{1,4}(?!\d)/;

/**
 * `2026-01-31`, or `2026-01-31T14:00:00` of whatever clock is meant; null for what is not written so. Whether there is
 * such a day is for the reader of ISO 8601.
 */
export function isoOfDayFirst(text: string): string | null {
  const match = DOTTED.exec(text.trim());
  if (match === null) return null;
  const [, day = '', month = '', year = '', hour, minute = '', second = '00'] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return hour === undefined ? date : `${date}T${hour.padStart(2, '0')}:${minute}:${second}`;
}

/** Whether it is a day with slashes, of which nobody knows which part is the month. */
export function isSlashedDay(text: string): boolean {
  return SLASHED.test(text.trim());
}

export const SLASHES_FAULT =
  'is not read with slashes, which of its parts is the month cannot be known; write 31.01.2026 or 2026-01-31';
