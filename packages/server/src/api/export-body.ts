/** How an export is shown. */

import type { Static } from 'typebox';
import type { ExportEstimate } from '../export/export.ts';
import { type ExportJob, fileNameOf, percentOf } from '../export/jobs/job.ts';
import type { EstimateSchema, ExportJobSchema } from './export-schemas.ts';

const iso = (ms: number) => new Date(ms).toISOString();

export function estimateBody({ entries, bytes }: ExportEstimate): Static<typeof EstimateSchema> {
  return { entries, bytes };
}

/** `publicPath`: what a proxy cuts off before the path. */
export function exportBody(job: ExportJob, publicPath: string): Static<typeof ExportJobSchema> {
  const { id, state, wish, created, expires, estimate, progress, result, error } = job;
  const [site, ...others] = wish.form.sites;
  const self = `${publicPath}/rest/v1/exports/${id}`;
  return {
    id,
    state,
    site: others.length === 0 ? (site?.id ?? null) : null,
    sites: wish.form.sites.map((each) => each.id),
    format: wish.format,
    pseudonymised: wish.pseudonymise,
    created: iso(created),
    expires: iso(expires),
    estimate: estimateBody(estimate),
    progress: {
      entries: result?.entries ?? writtenOf(job),
      bytes: result?.bytes ?? progress?.bytes ?? 0,
      percent: percentOf(job),
    },
    size: result?.bytes ?? null,
    sha256: result?.sha256 ?? null,
    file_name: fileNameOf(wish),
    remarks: (result?.remarks ?? []).map(({ count, text }) => `${count.toLocaleString('en')} ${text}`),
    links: { self, file: `${self}/file`, events: `${self}/events` },
    error,
  };
}

/** While names are looked for nothing is written yet. */
function writtenOf({ progress }: ExportJob): number {
  return progress === null || progress.pass < progress.passes ? 0 : progress.entries;
}
