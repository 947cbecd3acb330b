/**
 * The folder `exports` in the data folder: `<id>.json` for the job, `<id>.csv.part` while it is written, `<id>.csv`
 * when it is whole. Only the server's own user may read them.
 */

import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS } from '../formats.ts';
import { type ExportJob, type GoneJob, jobText, readJob } from './job.ts';

/** Everything that this server ever puts there. */
const OURS = /^[0-9a-f]{24}\.(?:json|json\.new|[a-z0-9]{1,12}|[a-z0-9]{1,12}\.part)$/;

export interface KeptJobs {
  readonly jobs: readonly ExportJob[];
  readonly gone: readonly GoneJob[];
}

export class JobFiles {
  readonly folder: string;

  /** `folder` is the data folder. */
  constructor(folder: string) {
    this.folder = join(folder, 'exports');
  }

  /** What an earlier run left; parts of files, and files of jobs that are unknown, are removed. */
  async open(report: (line: string) => void): Promise<KeptJobs> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.folder)).filter((name) => OURS.test(name));
    const jobs: ExportJob[] = [];
    const gone: GoneJob[] = [];
    const wanted = new Set<string>();
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const job = readJob(await readFile(join(this.folder, name), 'utf8'));
      if (job === null || `${job.id}.json` !== name) {
        report(`export ${name} cannot be read and is removed`);
        continue;
      }
      wanted.add(name);
      if ('gone' in job) gone.push(job);
      else {
        const whole = await this.#checked(job);
        jobs.push(whole);
        if (whole.state === 'done') wanted.add(this.#name(whole));
      }
    }
    for (const name of names) if (!wanted.has(name)) await this.#remove(name);
    return { jobs: jobs.sort((a, b) => a.created - b.created), gone };
  }

  async save(job: ExportJob | GoneJob): Promise<void> {
    const path = join(this.folder, `${job.id}.json`);
    // On the disk before it counts: a job that was answered must survive a power cut.
    await writeFile(`${path}.new`, jobText(job), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }

  partOf(job: ExportJob): string {
    return `${this.pathOf(job)}.part`;
  }

  pathOf(job: ExportJob): string {
    return join(this.folder, this.#name(job));
  }

  /** What was written is on the disk already. */
  async finish(job: ExportJob): Promise<void> {
    await rename(this.partOf(job), this.pathOf(job));
  }

  /** The file and what there is of it; not the job itself. */
  async discard(job: ExportJob): Promise<void> {
    await this.#remove(this.#name(job));
    await this.#remove(`${this.#name(job)}.part`);
  }

  async forget(id: string): Promise<void> {
    await this.#remove(`${id}.json`);
  }

  #name({ id, wish }: ExportJob): string {
    return `${id}.${FORMATS[wish.format].extension}`;
  }

  /** A file that is missing or of another length is made again. */
  async #checked(job: ExportJob): Promise<ExportJob> {
    if (job.state !== 'done') return job;
    const size = await stat(this.pathOf(job)).then(
      (found) => found.size,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return -1;
        throw error;
      },
    );
    return size === job.result?.bytes ? job : { ...job, state: 'waiting', result: null };
  }

  async #remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }
}
