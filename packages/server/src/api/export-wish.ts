/** From the body of a request to what is to be exported, by the rules of the log query. */

import { ALL_COLUMNS, nearest } from '@ocpp-logs/core';
import type { EXPORT_FORMATS, ExportFormatName } from '../export/format.ts';
import { FORMATS } from '../export/formats.ts';
import type { JobWish } from '../export/jobs/job.ts';
import type { Site } from '../store/control.ts';
import type { EntryFilter, EntryRef } from '../store/store.ts';
import { BodyQuery } from './body-query.ts';
import { filtersOfEntries, namedEntries } from './export-entries.ts';
import { ExportWishSchema, GUARDS } from './export-schemas.ts';
import { type LogQuery, readInclude, readLogQuery, type SeenActions } from './log-query.ts';
import type { Asked } from './query-string.ts';
import { kept } from './scopes.ts';

export interface AskedExport {
  readonly wish: JobWish;
  readonly estimateOnly: boolean;
}

export interface ExportReading {
  readonly now: number;
  /** Throws where the site is not readable. */
  readonly siteOf: (id: string) => Site;
  readonly seenActions: SeenActions;
  /** Where the body names none. */
  readonly format: ExportFormatName;
}

interface Subject {
  readonly sites: readonly Site[];
  readonly filters: readonly EntryFilter[];
  readonly only: readonly EntryRef[] | null;
  readonly include: LogQuery['include'];
}

const NAMES: readonly (typeof EXPORT_FORMATS)[number][] = Object.values(FORMATS).map(({ name }) => name);
const COLUMN_NAMES = ALL_COLUMNS.map(({ name }) => name);

export async function readExportWish(body: unknown, reading: ExportReading): Promise<AskedExport> {
  const query = new BodyQuery(body, Object.keys(ExportWishSchema.properties));
  const format = query.choice('format', NAMES, reading.format);
  const subject = query.has('entries')
    ? readEntries(query, reading)
    : await readFiltered(query, format, reading);
  const { noGroups } = FORMATS[format];
  for (const name of noGroups === null ? [] : ['include', 'columns']) {
    if (query.list(name) !== null) query.fault(name, `is not for ${format}: ${noGroups}`);
  }
  const columns = readColumns(query);
  if (columns !== null && query.list('include') !== null) {
    query.fault('include', 'is for all columns; columns names those of the groups too: exchange.outcome');
  }
  const { filters, only, include, sites } = subject;
  const asked = {
    wish: {
      query: {
        filters,
        order: query.choice('sort_order', ['asc', 'desc'], 'desc'),
        take: query.integer('take', 1, null),
        only,
      },
      form: {
        sites: sites.map(({ id, name }) => ({ id, name })),
        ...include,
        guard: query.choice('guard', GUARDS, 'formula') === 'formula',
        columns,
      },
      format,
      pseudonymise: query.has('pseudonymise') ? query.flag('pseudonymise') : FORMATS[format].pseudonymised,
    },
    estimateOnly: query.flag('estimate_only'),
  } as const;
  query.settle();
  return asked;
}

async function readFiltered(
  query: BodyQuery,
  format: ExportFormatName,
  { siteOf, seenActions, now }: ExportReading,
): Promise<Subject> {
  const sites = askedSites(query).map(siteOf);
  const { filter, include } = await readLogQuery(query, true, seenActions);
  const kinds = query.list('kinds') === null ? FORMATS[format].kinds : filter.kinds;
  return { sites, filters: sites.map((site) => kept({ ...filter, kinds }, site, now)), only: null, include };
}

function askedSites(query: BodyQuery): readonly string[] {
  const several = query.narrowing('sites');
  const one = query.text('site');
  if (one !== null && several !== null)
    query.fault('sites', 'cannot be combined with site; one of both is meant');
  else if (one === null && several === null)
    query.fault('site', 'is required: the id of a site; or sites, several of them');
  if (one === null && several === null) query.settle();
  return one === null ? (several ?? []) : [one];
}

function readEntries(query: BodyQuery, { siteOf, now }: ExportReading): Subject {
  const only = namedEntries(query);
  const sites = [...new Set(only.map(({ site }) => site))].map(siteOf);
  return { sites, filters: filtersOfEntries(only, sites, now), only, include: readInclude(query) };
}

/** In the order in which they are named. */
export function readColumns(query: Asked): readonly string[] | null {
  const wanted = query.narrowing('columns');
  for (const name of wanted ?? []) {
    if (COLUMN_NAMES.includes(name)) continue;
    const meant = nearest(name, COLUMN_NAMES);
    query.fault('columns', `"${name}" is no column${meant === null ? '' : `; did you mean ${meant}?`}`);
  }
  return wanted;
}
