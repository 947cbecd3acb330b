/** A page of the log as it came, cut into the texts of its entries. */

import { elementSpans, memberSpan } from '@ocpp-logs/core';
import type { RemotePage } from './remote.ts';

/** null for a text that is no JSON, such as half a page. Throws a {@link NotAPage} for JSON of another kind. */
export function readPage(text: string): RemotePage | null {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const span = isPage(page) ? memberSpan(text, 'ocpp_logs') : null;
  if (!isPage(page) || span === null) throw new NotAPage();
  const times = page.ocpp_logs.map(timeOf);
  const entries = elementSpans(text, span).map(({ start, end }, at) => ({
    at: times[at] ?? 0,
    text: text.slice(start, end),
  }));
  return { entries, count: page.count, length: text.length };
}

/** Whoever answered is no server of this API. */
export class NotAPage extends Error {
  override readonly name = 'NotAPage';
}

interface Page {
  readonly ocpp_logs: readonly unknown[];
  readonly count: number;
}

function isPage(page: unknown): page is Page {
  return (
    typeof page === 'object' &&
    page !== null &&
    'ocpp_logs' in page &&
    Array.isArray(page.ocpp_logs) &&
    'count' in page &&
    typeof page.count === 'number' &&
    Number.isSafeInteger(page.count) &&
    page.count >= 0
  );
}

/** 0 where there is none that can be read: storing the entry says so. */
function timeOf(entry: unknown): number {
  const time =
    typeof entry === 'object' && entry !== null && 'occurrence_time' in entry ? entry.occurrence_time : null;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.floor(at);
}
