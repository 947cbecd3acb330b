/** From the body of a request to what is to be exported, by the rules of the log query. */

import type { EXPORT_FORMATS, ExportFormatName } from '../export/format.ts';
import { FORMATS } from '../export/formats.ts';
import type { JobWish } from '../export/jobs/job.ts';
import type { Site } from '../store/control.ts';
import { BodyQuery } from './body-query.ts';
import { ExportWishSchema, GUARDS } from './export-schemas.ts';
import { readLogQuery, type SeenActions } from './log-query.ts';
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

const NAMES: readonly (typeof EXPORT_FORMATS)[number][] = Object.values(FORMATS).map(({ name }) => name);

export async function readExportWish(body: unknown, reading: ExportReading): Promise<AskedExport> {
  const query = new BodyQuery(body, Object.keys(ExportWishSchema.properties));
  const id = query.text('site');
  if (id === null) {
    query.fault('site', 'is required: the id of a site');
    query.settle();
  }
  const site = reading.siteOf(id ?? '');
  const { filter, include } = await readLogQuery(query, true, reading.seenActions);
  const format = query.choice('format', NAMES, reading.format);
  const { noGroups } = FORMATS[format];
  if (noGroups !== null && query.list('include') !== null) {
    query.fault('include', `is not for ${format}: ${noGroups}`);
  }
  const kinds = query.list('kinds') === null ? FORMATS[format].kinds : filter.kinds;
  const asked = {
    wish: {
      query: {
        filter: kept({ ...filter, kinds }, site, reading.now),
        order: query.choice('sort_order', ['asc', 'desc'], 'desc'),
        take: query.integer('take', 1, null),
      },
      form: {
        site: site.id,
        siteName: site.name,
        ...include,
        guard: query.choice('guard', GUARDS, 'formula') === 'formula',
      },
      format,
      pseudonymise: query.flag('pseudonymise'),
    },
    estimateOnly: query.flag('estimate_only'),
  } as const;
  query.settle();
  return asked;
}
