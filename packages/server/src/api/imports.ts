/** /imports: takes logs that people already have, shows what they are, and imports them. */

import multipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, mayDoAt, maySee } from '../auth/caller.ts';
import { Problem } from '../errors.ts';
import { hasEnded, type ImportJob, ImportRemovedError, JOB_ID } from '../import/jobs/job.ts';
import { LackingOptionsError } from '../import/jobs/lacks.ts';
import type { SpooledFile } from '../import/jobs/spool.ts';
import { TooManyImportsError } from '../import/jobs/unproven-uploads.ts';
import { type Claim, callerOf, claimOf, mayStillSee, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import { beginEvents, demandsEvents } from './event-stream.ts';
import { JOB_KEPT_MS } from './forwarding.ts';
import { importBody, lackFaults } from './import-body.ts';
import { importOperations as operations } from './import-operations.ts';
import { ImportJobSchema, ImportListSchema, ImportPathSchema } from './import-schemas.ts';
import { checkUpload, passBy, receiveUpload } from './import-upload.ts';
import { type AskedImport, readImportOptions, readImportWish } from './import-wish.ts';
import { followJob } from './job-events.ts';
import { type AddRoutes, type ApiServer, describes } from './operation.ts';
import { peerOf } from './peer.ts';
import { Query, settleFaults } from './query-string.ts';
import { recordFirst } from './recorded-first.ts';

const RETRY = { headers: { 'retry-after': '30' } };

/** An upload that is here and is its sender's; `release` gives its place back. */
interface Uploaded {
  readonly wish: AskedImport;
  readonly files: readonly SpooledFile[];
  readonly release: () => void;
}

type OfJob = FastifyRequest<{ Params: { id: string } }>;

export function importRoutes(api: Api): AddRoutes {
  const { imports: jobs } = api;
  const { imports: followers } = api.followers;

  function mayUse(caller: Caller, { key, site }: ImportJob): boolean {
    return (key === caller.keyId || mayDoAt(caller, 'admin', site)) && maySee(caller, site);
  }

  /** Of somebody else's and of one that never was nothing is told apart. */
  function jobOf(request: OfJob): ImportJob {
    const { id } = request.params;
    const job = JOB_ID.test(id) ? jobs.get(id) : null;
    if (job === null || !mayUse(callerOf(request), job)) {
      throw new Problem('not-found', 'No import of this id is yours to see.');
    }
    return job;
  }

  function noParameters(request: FastifyRequest): void {
    new Query(request.raw.url ?? '', []).settle();
  }

  /** Only who may make sites may name one that is not there. */
  function checkSite(caller: Caller, site: string): void {
    if (api.control.snapshot().sites.has(site)) siteFor(api.control, caller, site);
    else if (!mayDoAt(caller, 'admin', site))
      throw new Problem('site-not-found', 'There is no site of this id, or you may not see it.');
  }

  function placed(take: () => () => void): () => void {
    try {
      return take();
    } catch (error) {
      if (error instanceof TooManyImportsError)
        throw new Problem('too-many-requests', `${error.message}.`, RETRY);
      throw error;
    }
  }

  const admit = (key: string) => placed(() => jobs.admit(key));

  /** What the head of a request asks for, where its sender may. */
  function wishOf(request: FastifyRequest, { claimed, refusal }: Claim): AskedImport {
    if (refusal !== null) throw refusal;
    const wish = readImportWish(request.raw.url ?? '');
    checkSite(claimed, wish.site);
    checkUpload(request, api.importBytes);
    return wish;
  }

  async function uploaded(request: FastifyRequest, claim: Claim): Promise<Uploaded> {
    const wish = wishOf(request, claim);
    const release = admit(claim.claimed.keyId);
    try {
      return { wish, release, files: await receiveUpload(request, jobs.spool, claim, api.importBytes) };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Of somebody who has named a key and not yet proven to have it: no place of that key is taken, and nothing is told. */
  async function uploadedUnproven(request: FastifyRequest, claim: Claim): Promise<Uploaded> {
    const { keyId } = claim.claimed;
    const { address } = peerOf(request, api.proxies);
    const leave = placed(() => jobs.unproven.admit(address));
    try {
      let wish: AskedImport;
      try {
        wish = wishOf(request, claim);
        admit(keyId)();
      } catch (error) {
        await passBy(request, claim, api.importBytes);
        throw error;
      }
      const files = await receiveUpload(request, jobs.spool, claim, api.importBytes);
      try {
        return { wish, files, release: admit(keyId) };
      } catch (error) {
        await jobs.spool.remove(files);
        throw error;
      }
    } finally {
      leave();
    }
  }

  async function create(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const claim = claimOf(request);
    const { wish, files, release } = claim.proven
      ? await uploaded(request, claim)
      : await uploadedUnproven(request, claim);
    try {
      const wanted = { key: claim.claimed.keyId, site: wish.site, options: wish.options, files };
      const before = ({ id }: ImportJob) =>
        recordFirst(api, request, {
          place: { id, until: api.now() + JOB_KEPT_MS },
          // A preview imports nothing.
          note: wish.run ? { site: wish.site, target: id, caller: wanted.key } : null,
        });
      const job = await (wish.run ? jobs.begin(wanted, before) : jobs.preview(wanted, before));
      const body = importBody(job, api.publicPath);
      reply.code(201).header('location', body.links.self).send(body);
    } catch (error) {
      if (error instanceof ImportRemovedError) throw new Problem('gone', 'The import was removed meanwhile.');
      throw error;
    } finally {
      release();
    }
    await reply;
  }

  async function begun(request: OfJob, id: string): Promise<ImportJob | null> {
    const options = readImportOptions(request.raw.url ?? '');
    const before = ({ site }: ImportJob) => recordFirst(api, request, { place: null, note: { site } });
    try {
      return await jobs.run(id, options, before);
    } catch (error) {
      if (error instanceof ImportRemovedError) throw new Problem('gone', 'The import was removed meanwhile.');
      if (error instanceof LackingOptionsError) settleFaults(lackFaults(error.lacks));
      throw error;
    }
  }

  async function run(request: OfJob, reply: FastifyReply): Promise<void> {
    const { id } = jobOf(request);
    const job = await begun(request, id);
    if (job === null)
      throw new Problem('other-state', 'Only a previewed import can be run; this one was run already.');
    const body = importBody(job, api.publicPath);
    reply.code(202).header('location', body.links.self).send(body);
    await reply;
  }

  async function follow(request: OfJob, reply: FastifyReply): Promise<void> {
    noParameters(request);
    const job = jobOf(request);
    demandsEvents(request, 'The progress is');
    followers.demandRoom();
    const response = beginEvents(request, reply);
    if (response === null) return;
    const caller = callerOf(request);
    const followed = {
      follow: (listener: (job: ImportJob) => void) => jobs.follow(job.id, listener),
      now: () => jobs.get(job.id) ?? job,
      hasEnded,
      allowed: () => mayStillSee(api.control, caller, job.site, api.now()),
      body: (now: ImportJob) => importBody(now, api.publicPath),
    };
    await followers.during(() => followJob(followed, response, api.closing));
  }

  function addTo(app: ApiServer): void {
    app.post(
      '/imports',
      { config: describes(operations.create), schema: { response: { 201: ImportJobSchema } } },
      create,
    );
    app.post(
      '/imports/:id/run',
      {
        config: describes(operations.run),
        schema: { params: ImportPathSchema, response: { 202: ImportJobSchema } },
      },
      run,
    );
    app.get(
      '/imports',
      { config: describes(operations.list), schema: { response: { 200: ImportListSchema } } },
      async (request) => {
        noParameters(request);
        const caller = callerOf(request);
        const own = jobs.list().filter((job) => mayUse(caller, job));
        return { imports: own.map((job) => importBody(job, api.publicPath)) };
      },
    );
    app.get(
      '/imports/:id',
      {
        config: describes(operations.one),
        schema: { params: ImportPathSchema, response: { 200: ImportJobSchema } },
      },
      async (request) => {
        noParameters(request);
        return importBody(jobOf(request), api.publicPath);
      },
    );
    app.delete(
      '/imports/:id',
      { config: describes(operations.remove), schema: { params: ImportPathSchema } },
      async (request, reply) => {
        noParameters(request);
        const { id, site, state } = jobOf(request);
        await jobs.remove(id);
        noteForAudit(request, { site, details: { state } });
        reply.code(204).send();
        await reply;
      },
    );
    app.get(
      '/imports/:id/events',
      { config: describes(operations.events), schema: { params: ImportPathSchema } },
      follow,
    );
  }

  return (app) => {
    // By itself: here bodies pass through and are never held.
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      await scope.register(multipart);
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      addTo(scope.withTypeProvider<TypeBoxTypeProvider>());
    });
  };
}
