/** DELETE /sites/{id}: a site that nothing is kept of, with every right to it. */

import { counted } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../errors.ts';
import { wholeSite } from '../export/whole-site.ts';
import { hasEnded } from '../import/jobs/job.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { noParameters } from './json-body.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const operation = {
  tag: 'Sites',
  scope: 'admin',
  extension: true,
  everywhere: true,
  id: 'removeSite',
  audit: 'site-removed',
  summary: 'Remove a site',
  description:
    'With the roles of people there, the passwords of its stations, and its place in keys; a key that was for this site alone is revoked. Refused while it has entries, of any kind, stations that are connected, or imports that have not ended. A site of the configuration file is taken out there.',
  path: SitePathSchema,
  query: Type.Object({}),
  answers: { 204: { description: 'It is gone.' } },
  problems: ['bad-request', 'site-not-found', 'configured', 'site-in-use', 'unavailable'],
} as const satisfies Operation;

/** What keeps a site from going; null for nothing. */
async function useOf({ reader, imports }: Api, site: string): Promise<string | null> {
  if ((await reader.chargers(site)).some(({ connected }) => connected)) {
    return 'Stations of the site are connected: let them go elsewhere first.';
  }
  if (imports.list().some((job) => job.site === site && !hasEnded(job))) {
    return 'An import into the site has not ended: wait for it, or remove it.';
  }
  const rendering = { siteName: '', exchange: false, raw: false };
  const { count } = await reader.page({
    scopes: [{ filter: wholeSite(site), rendering }],
    order: 'desc',
    take: 1,
    skip: 0,
    after: null,
  });
  return count === 0
    ? null
    : `The site has ${counted(count, 'entry', 'entries')}, which nobody could see any more: let them go first, with retention_days of 1.`;
}

export function siteRemovalRoutes(api: Api): AddRoutes {
  const { control } = api;

  async function remove(
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
  ): Promise<void> {
    const { id, origin } = siteFor(control, callerOf(request), request.params.id);
    noParameters(request);
    if (origin === 'config') {
      throw new Problem('configured', 'The site comes from the configuration file: take it out there.');
    }
    const use = await useOf(api, id);
    if (use !== null) throw new Problem('site-in-use', use);
    await control.removeSite(id);
    reply.code(204).send();
    await reply;
  }

  return (app) => {
    app.delete('/sites/:id', { config: describes(operation), schema: { params: SitePathSchema } }, remove);
  };
}
