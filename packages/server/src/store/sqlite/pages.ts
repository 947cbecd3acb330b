/** Pages: of one site as its columns tell, which needs no search, and of any sites and searches. */

import type { EntryId, EntryText } from '@ocpp-logs/core';
import { EntryJsonWriter } from '@ocpp-logs/core';
import { entryFormOf } from '../entry-form.ts';
import type { EntryFilter, Page, PageQuery, Scope, SortOrder } from '../store.ts';
import { conditionsFor } from './conditions.ts';
import { Counts } from './count.ts';
import { emit } from './emit.ts';
import { type Found, Merged } from './merged.ts';
import { idOfPlace } from './month.ts';
import { passWholeHours } from './pass-hours.ts';
import { findPage } from './rows-of-page.ts';
import { type RunSource, SiteRun, TEXTS_AT_ONCE } from './site-run.ts';
import type { Steps } from './steps.ts';
import { Texts } from './texts.ts';

/** Of an entry written out, and some: a page then seldom has to grow. */
const USUAL_BYTES = 1800;
/** Entries counted in one go. */
const COUNTED = 1000;

export function* pageSteps(source: RunSource, query: PageQuery, late: () => boolean): Steps<Page> {
  const [only] = query.scopes;
  if (only === undefined) {
    return { body: new Uint8Array(), entries: 0, count: 0, countExact: true, last: null, more: false };
  }
  if (query.scopes.length === 1 && only.filter.query === null) return pageOfSite(source, query, only);
  return yield* pageOfSites(source, query, only, late);
}

function pageOfSite({ access, texts }: RunSource, query: PageQuery, { filter, rendering }: Scope): Page {
  return access.attempt(() => {
    const { order, take, after } = query;
    let { skip } = query;
    const writer = new EntryJsonWriter(filter.site, entryFormOf(rendering), take * USUAL_BYTES);
    let count = 0;
    let left = take;
    let more = false;
    let last: EntryId | null = null;
    for (const row of access.rowsOf(filter, order)) {
      access.within(row, (file) => {
        const conditions = conditionsFor(file, filter);
        if (conditions === null) return;
        const counts = new Counts(file, conditions);
        const total = counts.total();
        count += total;
        const passed = Math.min(skip, total);
        skip -= passed;
        if (passed === total || more) return;
        // What the index leads to and one page holds is found at once: no hours need to be walked.
        const stretches =
          conditions.indexed && total <= left
            ? [{ from: conditions.from, to: conditions.to, entries: total }]
            : counts.stretches(order);
        const rows = findPage(file, conditions, stretches, order, after?.id ?? null, passed, left + 1);
        more = rows.length > left;
        if (more) rows.pop();
        left -= rows.length;
        const place = rows.at(-1)?.[0];
        if (place !== undefined) last = idOfPlace(file.month, place);
        for (const text of new Texts(file, texts).of(rows)) writer.item(text);
      });
    }
    return {
      body: writer.take(),
      entries: writer.written,
      count,
      countExact: true,
      last: last === null ? null : { id: last, site: filter.site },
      more,
    };
  });
}

function* pageOfSites(
  source: RunSource,
  query: PageQuery,
  { filter, rendering }: Scope,
  late: () => boolean,
): Steps<Page> {
  const { order, take, after } = query;
  const passing = yield* passWholeHours(source, query);
  const { scopes } = passing;
  const size = take + 1 + Math.min(passing.skip, COUNTED);
  const merged = new Merged(source, { scopes, order, after, size, late });
  const passed = yield* pass(merged, passing.skip);
  // Where time ran out before all were passed, nobody could go on from here.
  const behindSkip = passed === passing.skip || merged.ended;
  const found: readonly Found[] = behindSkip ? yield* merged.next(take) : [];
  const last = merged.position;
  const further = found.length === take ? yield* merged.next(1) : [];
  const more = further.length > 0 || !merged.ended;
  const writer = new EntryJsonWriter(filter.site, entryFormOf(rendering), take * USUAL_BYTES);
  emit(source, found, writer, (text: EntryText) => writer.item(text));
  const seen = passing.passed + passed + found.length + further.length;
  const counted = yield* countOf(source, query, merged, seen, late);
  return {
    body: writer.take(),
    entries: writer.written,
    ...counted,
    last: behindSkip && (more || found.length > 0) ? last : null,
    more,
  };
}

function scopesFilters({ scopes }: PageQuery): readonly EntryFilter[] {
  return scopes.map(({ filter }) => filter);
}

function* countOf(
  source: RunSource,
  query: PageQuery,
  merged: Merged,
  seen: number,
  late: () => boolean,
): Steps<Counted> {
  const fromStart = query.after === null && merged.byText;
  if (fromStart) return yield* countOn(merged, seen, query.quick === true ? () => true : late);
  return yield* countSteps(source, scopesFilters(query), query.quick === true ? () => true : late);
}

/** How many were there to be passed over. */
function* pass(merged: Merged, skip: number): Steps<number> {
  let passed = 0;
  while (passed < skip) {
    const wanted = Math.min(skip - passed, COUNTED);
    const { length } = yield* merged.next(wanted);
    passed += length;
    if (length < wanted) break;
  }
  return passed;
}

interface Counted {
  readonly count: number;
  readonly countExact: boolean;
}

/** All that is still to come, as far as time allows. */
function* countOn(merged: Merged, seen: number, late: () => boolean): Steps<Counted> {
  let count = seen;
  while (!merged.ended && !late()) count += (yield* merged.next(COUNTED)).length;
  return { count, countExact: merged.ended };
}

/** Whole files by what is counted, and by their texts where only those tell, as far as time allows. */
export function* countSteps(
  source: RunSource,
  filters: readonly EntryFilter[],
  late: () => boolean,
  order: SortOrder = 'desc',
): Steps<Counted> {
  let count = 0;
  let countExact = true;
  for (const filter of filters) {
    for (const row of source.access.rowsOf(filter, order)) {
      const total = totalOf(source, filter, row.month);
      if (total !== null) count += total;
      else {
        const rendering = { siteName: '', exchange: false, raw: false };
        const run = new SiteRun(source, { filter, rendering }, row.month, order);
        while (!run.ended && !late()) {
          run.fill(TEXTS_AT_ONCE);
          count += run.drain();
          yield;
        }
        countExact &&= run.ended;
      }
    }
    yield;
  }
  return { count, countExact };
}

/** null: only texts tell. */
function totalOf({ access }: RunSource, filter: EntryFilter, month: number): number | null {
  let total: number | null = 0;
  access.inMonth(filter.site, month, (file) => {
    total = 0;
    const conditions = conditionsFor(file, filter);
    if (conditions !== null) {
      total = conditions.residual === null ? new Counts(file, conditions).total() : null;
    }
  });
  return total;
}
