/** Exports of a site that are kept in the data folder: with a server, and without one. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportJobs } from '../export/jobs/export-jobs.ts';
import type { ExportJob } from '../export/jobs/job.ts';
import { JobFiles } from '../export/jobs/job-files.ts';
import type { KeptExports } from './in-folder.ts';

function isOf(site: string): (job: ExportJob) => boolean {
  return ({ wish }) => wish.form.sites.some(({ id }) => id === site);
}

export function exportsOfServer(jobs: Pick<ExportJobs, 'list' | 'remove'>): KeptExports {
  return {
    count: async (site) => jobs.list().filter(isOf(site)).length,
    async remove(site) {
      const wanted = jobs.list().filter(isOf(site));
      for (const { id } of wanted) await jobs.remove(id);
      return wanted.length;
    },
  };
}

/** Of a folder that nobody serves. */
export function exportsAtRest(folder: string, report: (line: string) => void): KeptExports {
  const files = new JobFiles(folder);
  return {
    count: async (site) => (await files.open(report)).jobs.filter(isOf(site)).length,
    async remove(site) {
      const { jobs } = await files.open(report);
      const wanted = jobs.filter(isOf(site));
      for (const job of wanted) {
        await files.discard(job);
        await files.forget(job.id);
      }
      return wanted.length;
    },
  };
}

/** Files that were set aside; without a folder of them none. */
export function setAsideFiles(folder: string): number {
  try {
    return readdirSync(join(folder, 'set-aside')).filter((name) => !/-(?:wal|shm)$/.test(name)).length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
