/** /exports: asks for an export of entries, tells how it goes, and gives its file. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, mayDoAt, maySee } from '../auth/caller.ts';
import { Problem } from '../errors.ts';
import { type ExportEstimate, readsOf } from '../export/export.ts';
import { type ExportFormatName, WITH_FRAMES } from '../export/format.ts';
import { FORMATS } from '../export/formats.ts';
import { type ExportJobs, SMALL_ENTRIES, TooManyExportsError } from '../export/jobs/export-jobs.ts';
import { type ExportJob, type GoneJob, JOB_ID } from '../export/jobs/job.ts';
import { SITES_TOLD } from '../store/audit.ts';
import { negotiate } from './accept.ts';
import { callerOf, mayStillRead, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { fileFetched, noteForAudit } from './auditing.ts';
import { mediaType } from './body.ts';
import { beginEvents, demandsEvents } from './event-stream.ts';
import { estimateBody, exportBody } from './export-body.ts';
import { followExport } from './export-events.ts';
import { sendExportFile } from './export-file.ts';
import { exportOperations as operations } from './export-operations.ts';
import { EstimateSchema, ExportJobSchema, ExportListSchema, ExportPathSchema } from './export-schemas.ts';
import { type AskedExport, readExportWish } from './export-wish.ts';
import { JOB_KEPT_MS } from './forwarding.ts';
import { type AddRoutes, describes } from './operation.ts';
import { Query } from './query-string.ts';
import { recordFirst } from './recorded-first.ts';
import { seenActions } from './scopes.ts';

const BODY_BYTES = 256 * 1024;
const JSON_TYPE = 'application/json';
/** An export for which so few entries are read is waited for before it is answered. */
const AT_ONCE_ENTRIES = 10_000;
/** Where the file itself was asked for. */
const FILE_MS = 120_000;
const RETRY = { headers: { 'retry-after': '30' } };

const mediaOf = (format: ExportFormatName) => FORMATS[format].mediaType.split(';')[0] ?? '';

/** The format whose file Accept names; of trace and ndjson, which share a type, the plain one. */
function acceptedFormat(accept: string | undefined): ExportFormatName {
  // A page is asked for by its name: every browser accepts HTML.
  const names: readonly ExportFormatName[] = ['csv', 'ndjson', 'xlsx', 'parquet'];
  const type = negotiate(accept, [JSON_TYPE, ...names.map(mediaOf)]);
  return names.find((name) => mediaOf(name) === type) ?? 'csv';
}

function sitesOf(job: ExportJob | GoneJob): readonly string[] {
  return 'gone' in job ? job.sites : job.wish.form.sites.map(({ id }) => id);
}

function exportDetails({ wish: { format, form, pseudonymise } }: ExportJob) {
  const sites = form.sites.slice(0, SITES_TOLD).map(({ id }) => id);
  const beyond = form.sites.length - SITES_TOLD;
  const more = beyond >= 0 ? { more_sites: beyond } : {};
  return { format, sites, ...more, raw: form.raw || WITH_FRAMES.has(format), pseudonymise };
}

/** What one file of the format cannot hold is refused before anything is read for it. */
function refuseTooMany(format: ExportFormatName, { entries }: ExportEstimate): void {
  const { most } = FORMATS[format];
  if (most === null || entries <= most) return;
  const count = (number: number) => number.toLocaleString('en');
  const message = `holds at most ${count(most)} entries, and ${count(entries)} match; narrow from and to or the search, or take the first of them by take`;
  throw new Problem('bad-request', `The export is too large for ${format}.`, {
    errors: [{ parameter: 'format', message: `${format} ${message}` }],
  });
}

/** What cannot be made here at all is refused before its entries are even counted. */
function refuseUnmade(format: ExportFormatName, jobs: Pick<ExportJobs, 'lackOf'>): void {
  const message = jobs.lackOf(format);
  if (message === null) return;
  throw new Problem('bad-request', `This server cannot make a ${format} now.`, {
    errors: [{ parameter: 'format', message }],
  });
}

export function exportRoutes(api: Api): AddRoutes {
  const { exports: jobs } = api;
  const { exports: followers } = api.followers;

  /** All of its sites, or nothing of it. */
  function mayUse(caller: Caller, key: string, sites: readonly string[]): boolean {
    const known = api.control.snapshot().sites;
    return sites.every((site) => {
      const own = key === caller.keyId || mayDoAt(caller, 'admin', site);
      return own && maySee(caller, site) && known.has(site);
    });
  }

  /** Of somebody else's and of one that never was nothing is told apart. */
  function jobOf(request: FastifyRequest<{ Params: { id: string } }>): ExportJob {
    new Query(request.raw.url ?? '', []).settle();
    const { id } = request.params;
    const job: ExportJob | GoneJob | null = JOB_ID.test(id) ? jobs.get(id) : null;
    if (job === null || !mayUse(callerOf(request), job.key, sitesOf(job))) {
      throw new Problem('not-found', 'No export of this id is yours to see.');
    }
    if ('gone' in job) throw new Problem('gone', 'The export was removed or has expired; ask for it again.');
    return job;
  }

  async function asked(request: FastifyRequest): Promise<AskedExport> {
    const type = mediaType(request);
    if (type !== null && type !== JSON_TYPE) {
      throw new Problem('body-type', `Content-Type ${type} is not read here; ${JSON_TYPE} is.`);
    }
    new Query(request.raw.url ?? '', []).settle();
    const wanted = await readExportWish(request.body, {
      now: api.now(),
      siteOf: (id) => siteFor(api.control, callerOf(request), id),
      seenActions: seenActions(api, request),
      format: acceptedFormat(request.headers.accept),
    });
    refuseUnmade(wanted.wish.format, jobs);
    return wanted;
  }

  async function create(
    request: FastifyRequest,
    wanted: AskedExport,
    estimate: ExportEstimate,
  ): Promise<ExportJob> {
    try {
      return await jobs.create(callerOf(request).keyId, wanted.wish, estimate, (job) =>
        recordFirst(api, request, {
          place: { id: job.id, until: job.expires + JOB_KEPT_MS },
          note: { target: job.id, details: exportDetails(job) },
        }),
      );
    } catch (error) {
      if (error instanceof TooManyExportsError)
        throw new Problem('too-many-requests', `${error.message}.`, RETRY);
      throw error;
    }
  }

  /** The job when it has ended, or as it is after `ms`. */
  async function waited(job: ExportJob, ms: number): Promise<ExportJob> {
    const stop = AbortSignal.any([AbortSignal.timeout(ms), api.closing]);
    return (await jobs.ended(job.id, stop)) ?? job;
  }

  async function answerJob(job: ExportJob, reply: FastifyReply): Promise<void> {
    const body = exportBody(job, api.publicPath);
    reply.code(job.state === 'done' ? 201 : 202).header('location', body.links.self);
    reply.type(JSON_TYPE).send(body);
    await reply;
  }

  async function answerFile(job: ExportJob, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const ended = await waited(job, FILE_MS);
    if (ended.state === 'failed') throw new Problem('export-failed', ended.error ?? 'The export failed.');
    const file = ended.state === 'done' ? await jobs.file(ended) : null;
    if (file === null) return answerJob(ended, reply);
    fileFetched(api, request, { target: ended.id, details: exportDetails(ended) });
    reply.header('content-location', exportBody(ended, api.publicPath).links.file);
    await sendExportFile(ended, file, request, reply, false);
  }

  async function file(
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
  ): Promise<void> {
    const job = jobOf(request);
    if (job.state === 'failed') throw new Problem('export-failed', job.error ?? 'The export failed.');
    if (job.state !== 'done') {
      throw new Problem('not-finished', `The export is ${job.state}; its events tell when it is done.`);
    }
    const opened = await jobs.file(job);
    if (opened === null)
      throw new Problem('gone', 'The file is not there any more; ask for the export again.');
    noteForAudit(request, { details: exportDetails(job) });
    await sendExportFile(job, opened, request, reply);
  }

  return (app) => {
    app.post(
      '/exports',
      { config: describes(operations.create), bodyLimit: BODY_BYTES },
      async (request, reply) => {
        const wanted = await asked(request);
        const accept = request.headers.accept;
        const form = negotiate(accept, [JSON_TYPE, mediaOf(wanted.wish.format)]);
        if (form === null) {
          const types = `${JSON_TYPE} and ${mediaOf(wanted.wish.format)}`;
          throw new Problem('not-acceptable', `An export as ${wanted.wish.format} is answered as ${types}.`);
        }
        const estimate = await jobs.estimate(wanted.wish);
        if (wanted.estimateOnly) return reply.type(JSON_TYPE).send(estimateBody(estimate));
        refuseTooMany(wanted.wish.format, estimate);
        const job = await create(request, wanted, estimate);
        reply.header('vary', 'accept');
        const reads = readsOf(estimate);
        if (form !== JSON_TYPE && reads <= SMALL_ENTRIES) await answerFile(job, request, reply);
        else if (reads > AT_ONCE_ENTRIES) await answerJob(job, reply);
        else await answerJob(await waited(job, api.exportWait), reply);
        return reply;
      },
    );
    app.post(
      '/exports/estimate',
      {
        config: describes(operations.estimate),
        bodyLimit: BODY_BYTES,
        schema: { response: { 200: EstimateSchema } },
      },
      async (request) => estimateBody(await jobs.estimate((await asked(request)).wish)),
    );
    app.get(
      '/exports',
      { config: describes(operations.list), schema: { response: { 200: ExportListSchema } } },
      async (request) => {
        new Query(request.raw.url ?? '', []).settle();
        const caller = callerOf(request);
        const own = jobs.list().filter((job) => mayUse(caller, job.key, sitesOf(job)));
        return { exports: own.map((job) => exportBody(job, api.publicPath)).reverse() };
      },
    );
    app.get(
      '/exports/:id',
      {
        config: describes(operations.one),
        schema: { params: ExportPathSchema, response: { 200: ExportJobSchema } },
      },
      async (request) => exportBody(jobOf(request), api.publicPath),
    );
    app.delete(
      '/exports/:id',
      { config: describes(operations.remove), schema: { params: ExportPathSchema } },
      async (request, reply) => {
        await jobs.remove(jobOf(request).id);
        reply.code(204).send();
        await reply;
      },
    );
    app.get(
      '/exports/:id/file',
      { config: describes(operations.file), schema: { params: ExportPathSchema }, exposeHeadRoute: false },
      file,
    );
    // By itself, because Fastify's own would say a length of 0.
    app.head(
      '/exports/:id/file',
      { config: describes(operations.file), schema: { params: ExportPathSchema } },
      file,
    );
    app.get(
      '/exports/:id/events',
      { config: describes(operations.events), schema: { params: ExportPathSchema } },
      async (request, reply) => {
        const job = jobOf(request);
        demandsEvents(request, 'The progress is');
        followers.demandRoom();
        const response = beginEvents(request, reply);
        if (response === null) return;
        const caller = callerOf(request);
        const allowed = () =>
          sitesOf(job).every((site) => mayStillRead(api.control, caller, site, api.now()));
        const { publicPath, closing } = api;
        await followers.during(() => followExport(jobs, job, response, { publicPath, allowed }, closing));
      },
    );
  };
}
