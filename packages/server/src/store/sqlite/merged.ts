/**
 * Entries of several sites in one order: time, entry id, site. Of a month every site has a run; the one that is behind
 * looks on, so that nothing is passed and no site is read further than the page needs.
 */

import type { EntryPosition, Scope, SortOrder } from '../store.ts';
import { resumed } from './file-access.ts';
import { hoursOf, idOfPlace, type Month, PLACES_PER_HOUR, type Place } from './month.ts';
import { type RunSource, SiteRun } from './site-run.ts';
import type { Steps } from './steps.ts';

export interface Found {
  readonly run: SiteRun;
  readonly place: Place;
}

export interface MergedOptions {
  readonly scopes: readonly Scope[];
  readonly order: SortOrder;
  readonly after: EntryPosition | null;
  /** Found in one go by each site at least and at most; see {@link SiteRun.fill}. */
  readonly size: number;
  /** Whether looking at texts has taken long enough. */
  readonly late: () => boolean;
}

/** Rows that a run looks for at least: each look costs a query. */
const SIZE_MIN = 16;

export class Merged {
  readonly #source: RunSource;
  readonly #options: MergedOptions;
  /** Months still to come, the next one last, and the sites that have a file of each. */
  readonly #months: [Month, readonly Scope[]][];
  #month: Month | null = null;
  #runs: readonly SiteRun[] = [];
  #last: EntryPosition | null;
  #ended = false;
  #byText = false;

  constructor(source: RunSource, options: MergedOptions) {
    this.#source = source;
    this.#options = options;
    this.#last = options.after;
    this.#months = monthsOf(source, options);
  }

  /** Whether everything has been looked at. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Everything up to here has been given or passed. */
  get position(): EntryPosition | null {
    return this.#last;
  }

  /** Whether texts had to be looked at. */
  get byText(): boolean {
    return this.#byText;
  }

  /** The next `n`; fewer at the end, and where it got late. */
  *next(n: number): Steps<readonly Found[]> {
    const found: Found[] = [];
    while (found.length < n && !this.#ended) {
      const run = this.#foremost();
      if (run === null) {
        if (this.#month !== null && this.#isLate()) {
          this.#last = this.#endOf(this.#month);
          this.#month = null;
          return found;
        }
        this.#nextMonth();
      } else if (run.head !== null) {
        const place = run.take() ?? 0;
        this.#last = { id: idOfPlace(run.month, place), site: run.scope.filter.site };
        found.push({ run, place });
      } else {
        // A run that has not looked knows of no texts: each looks once before time can run out, so that the next
        // question goes on further ahead.
        if (run.byText && this.#isLate()) {
          this.#lookedThrough(run);
          return found;
        }
        run.fill(Math.max(SIZE_MIN, Math.ceil((this.#options.size * 2) / this.#runs.length)));
        this.#byText ||= run.byText;
        yield;
      }
    }
    return found;
  }

  #isLate(): boolean {
    return this.#byText && this.#options.late();
  }

  #nextMonth(): void {
    const next = this.#months.pop();
    if (next === undefined) {
      this.#ended = true;
      this.#runs = [];
      return;
    }
    const [month, scopes] = next;
    const { order, after } = this.#options;
    const first = this.#month === null && this.#runs.length === 0;
    this.#month = month;
    this.#runs = scopes.map((scope) => new SiteRun(this.#source, scope, month, order, first ? after : null));
  }

  /** The run from which the next entry comes, or which must look on before that can be told. null: none has more. */
  #foremost(): SiteRun | null {
    let first: SiteRun | null = null;
    for (const run of this.#runs) {
      if (!run.ended && (first === null || this.#before(run, first))) first = run;
    }
    return first;
  }

  #before(a: SiteRun, b: SiteRun): boolean {
    const [atA, atB] = [a.head ?? a.looked, b.head ?? b.looked];
    if (atA === null || atB === null) return atA === null && atB !== null;
    if (atA !== atB) return this.#options.order === 'asc' ? atA < atB : atA > atB;
    // What is found at a place comes before what may still be found behind it.
    if (a.head === null || b.head === null) return a.head !== null && b.head === null;
    const [siteA, siteB] = [a.scope.filter.site, b.scope.filter.site];
    return this.#options.order === 'asc' ? siteA < siteB : siteA > siteB;
  }

  /** Nobody has looked less far than `run`. */
  #lookedThrough({ looked, month, scope }: SiteRun): void {
    if (looked === null) return;
    const at = { id: idOfPlace(month, looked), site: scope.filter.site };
    const last = this.#last;
    const behind = this.#options.order === 'asc' ? 1 : -1;
    if (last === null || comparePositions(at, last) * behind > 0) this.#last = at;
  }

  #endOf(month: Month): EntryPosition {
    const end = hoursOf(month) * PLACES_PER_HOUR;
    return { id: idOfPlace(month, this.#options.order === 'asc' ? end - 1 : 0), site: '' };
  }
}

/** By id, then by site. */
export function comparePositions(a: EntryPosition, b: EntryPosition): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.site < b.site ? -1 : Number(a.site > b.site);
}

function monthsOf(
  { access }: RunSource,
  { scopes, order, after }: MergedOptions,
): [Month, readonly Scope[]][] {
  const months = new Map<Month, Scope[]>();
  for (const scope of scopes) {
    for (const { month } of access.rowsOf(resumed(scope.filter, order, after), order)) {
      const known = months.get(month);
      if (known === undefined) months.set(month, [scope]);
      else known.push(scope);
    }
  }
  return [...months].sort(([a], [b]) => (order === 'asc' ? b - a : a - b));
}
