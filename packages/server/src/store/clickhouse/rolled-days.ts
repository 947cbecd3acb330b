/**
 * Days of which counts are there already, and what of a question they leave to be read from entries. A count holds while
 * its day has the mark that it had when it was counted, and none of its entries has expired since.
 */

import type { EntryFilter } from '../store.ts';
import { groupedConditions, sameBut } from './conditions.ts';
import { nameOf, nameText } from './names.ts';
import { Parameters } from './parameters.ts';
import { anyOf } from './query-conditions.ts';
import { columnsAsked, type RolledGroup, rolledGroupOf } from './rolled-groups.ts';
import { type Connection, isMissingTable } from './sql.ts';

const DAY_MS = 86_400_000;
/** Conditions of different spans in one statement, which has 256 KiB. */
const SPANS_MAX = 200;
/**
 * s after which a count that was made is at each replica that is asked: which days may be used one of them tells, and
 * another one may be asked for the counts.
 */
const SETTLED_S = 600;

/** Days since 1970, UTC; the end is exclusive. */
export interface Run {
  readonly first: number;
  readonly end: number;
}

/** By site, oldest first. */
export type Runs = ReadonlyMap<string, readonly Run[]>;

/** Of what was marked and what was counted, a row for each day. `where` is about `site` and `day`. */
export function standing(database: string, where: string): string {
  return `(SELECT site, day, toUInt64(mark) AS marked, toDateTime64(at, 6, 'UTC') AS changed,
      toDateTime(gone, 'UTC') AS ends, toUInt8(0) AS rolled, toUInt64(0) AS counted, toDateTime(0, 'UTC') AS valid, toUInt8(0) AS fitting,
      toDateTime64(0, 6, 'UTC') AS counted_at
    FROM ${database}.changed_day WHERE ${where}
    UNION ALL
    SELECT site, day, toUInt64(0), toDateTime64(0, 6, 'UTC'), toDateTime(0, 'UTC'), toUInt8(1), mark, until, fits, made
    FROM ${database}.rolled_day FINAL WHERE ${where})`;
}

/** Those that may be used for the filters. None where the tables are not there yet. */
export async function rolledRuns(
  connection: Connection,
  filters: readonly EntryFilter[],
  signal?: AbortSignal,
): Promise<Runs> {
  const asked = filters.flatMap((filter) => {
    const days = wholeDays(filter);
    return days.first < days.end && rolledGroupOf(columnsAsked(filter)) !== null
      ? [{ site: filter.site, ...days }]
      : [];
  });
  if (asked.length === 0) return new Map();
  const bound = new Parameters();
  const first = asked.reduce((least, each) => Math.min(least, each.first), Number.POSITIVE_INFINITY);
  const end = asked.reduce((most, each) => Math.max(most, each.end), 0);
  const sites = [...new Set(asked.map(({ site }) => nameText(site)))];
  const where = `site IN ${bound.texts(sites)} AND ${daysWithin({ first, end }, bound)}`;
  const settled = connection.replicated
    ? `AND max(counted_at) <= now64(6) - INTERVAL ${SETTLED_S} SECOND`
    : '';
  const sql = `SELECT site, arraySort(groupArray(toInt64(toUInt16(day)))) AS days, arrayDifference(days) AS gaps,
      arrayMap(d -> toString(d), arrayFilter((d, gap) -> gap != 1, days, gaps)),
      arrayMap(d -> toString(d),
        arrayFilter((d, gap) -> gap != 1, days, arrayPushBack(arrayPopFront(gaps), toInt64(0))))
    FROM (SELECT site, day FROM ${standing(connection.database, where)} GROUP BY site, day
      HAVING max(rolled) = 1 AND max(fitting) = 1 AND sum(marked) = sum(counted) AND max(valid) > now() ${settled})
    GROUP BY site`;
  try {
    const rows = await connection.rows(
      `SELECT * EXCEPT (days, gaps) FROM (${sql})`,
      bound,
      (row) => {
        const site = nameOf(row.text());
        const firsts = row.texts();
        const lasts = row.texts();
        return [site, firsts.map((day, at) => ({ first: Number(day), end: Number(lasts[at]) + 1 }))] as const;
      },
      signal,
    );
    return new Map(rows);
  } catch (error) {
    if (isMissingTable(error)) return new Map();
    throw error;
  }
}

export interface Divided {
  /** Of whole days. */
  readonly rolled: readonly { readonly group: RolledGroup; readonly filters: readonly EntryFilter[] }[];
  readonly rest: readonly EntryFilter[];
}

/** `needs`: columns of what is asked for; null where no count tells it. */
export function divided(
  filters: readonly EntryFilter[],
  runs: Runs,
  needs: readonly string[] | null,
): Divided {
  // Where too many spans differ, short runs are read from entries.
  for (let least = 1; needs !== null; least *= 2) {
    const found = dividedBy(filters, runs, needs, least);
    if (found.rolled.length === 0) break;
    const spans = [...found.rolled.flatMap((each) => each.filters), ...found.rest];
    if (new Set(spans.map(sameBut)).size <= SPANS_MAX) return found;
  }
  return { rolled: [], rest: filters };
}

function dividedBy(
  filters: readonly EntryFilter[],
  runs: Runs,
  needs: readonly string[],
  least: number,
): Divided {
  const rolled = new Map<RolledGroup, EntryFilter[]>();
  const rest: EntryFilter[] = [];
  for (const filter of filters) {
    const columns = columnsAsked(filter);
    const group = rolledGroupOf(columns === null ? null : [...columns, ...needs]);
    const days = wholeDays(filter);
    let { from } = filter;
    for (const run of group === null ? [] : (runs.get(filter.site) ?? [])) {
      const first = Math.max(run.first, days.first);
      const end = Math.min(run.end, days.end);
      if (group === null || end - first < least) continue;
      if (first * DAY_MS > from) rest.push({ ...filter, from, to: first * DAY_MS });
      from = end * DAY_MS;
      const ofGroup = rolled.get(group) ?? [];
      rolled.set(group, ofGroup);
      ofGroup.push({ ...filter, from: first * DAY_MS, to: from });
    }
    if (from < filter.to) rest.push({ ...filter, from });
  }
  return { rolled: [...rolled].map(([group, ofGroup]) => ({ group, filters: ofGroup })), rest };
}

/** Over the counts of a group. */
export function rolledCondition(filters: readonly EntryFilter[], bound: Parameters): string {
  const span = (filter: EntryFilter) => daysWithin(wholeDays(filter), bound);
  return anyOf(groupedConditions(filters, span, bound).under);
}

function daysWithin({ first, end }: Run, bound: Parameters): string {
  const day = (number: number) => `toDate(toUInt16(${bound.integer(number)}))`;
  return `day >= ${day(first)} AND day < ${day(end)}`;
}

/** The last one that a date can tell is beyond what ids can. */
const DAY_MAX = 65_535;

function wholeDays({ from, to }: EntryFilter): Run {
  return {
    first: Math.max(0, Math.ceil(from / DAY_MS)),
    end: Math.min(DAY_MAX, Math.floor(to / DAY_MS)),
  };
}
