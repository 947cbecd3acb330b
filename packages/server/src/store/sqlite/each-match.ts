/** Every entry of one site and month that matches, looked at by its text, as far as time allows. */

import type { EntryText } from '@ocpp-logs/core';
import type { EntryFilter } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { stretchesOf } from './count.ts';
import type { Month, Place } from './month.ts';
import { type RunSource, TEXTS_AT_ONCE } from './site-run.ts';
import type { Steps } from './steps.ts';
import { Texts } from './texts.ts';
import { findRows } from './walk.ts';

/** Newest first. Whether all were seen. */
export function* eachMatch(
  source: RunSource,
  filter: EntryFilter,
  month: Month,
  late: () => boolean,
  see: (text: EntryText) => void,
): Steps<boolean> {
  let before: Place = Number.MAX_SAFE_INTEGER;
  for (let more = true; more; ) {
    if (late()) return false;
    const batch: EntryText[] = [];
    let next = before;
    source.access.inMonth(filter.site, month, (file) => {
      batch.length = 0;
      more = false;
      const conditions = conditionsFor(file, filter);
      if (conditions === null) return;
      const rest = { ...conditions, to: Math.min(conditions.to, before) };
      if (rest.from >= rest.to) return;
      const stretches = stretchesOf(file, rest, 'desc');
      const rows = findRows(file.db, rest, stretches, 'desc', 0, TEXTS_AT_ONCE);
      for (const text of new Texts(file, source.texts).of(rows)) {
        if (rest.residual === null || rest.residual(text)) batch.push(text);
      }
      next = rows.at(-1)?.[0] ?? before;
      more = rows.length === TEXTS_AT_ONCE;
    });
    before = next;
    for (const text of batch) see(text);
    yield;
  }
  return true;
}
