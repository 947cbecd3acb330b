/** POST /sites and PATCH /sites/{id}: sites that are added here and not in the configuration file. */

import { SITE_LEVELS } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Caller } from '../auth/caller.ts';
import type { UpstreamRule } from '../auth/upstream-rule.ts';
import { Problem } from '../errors.ts';
import { changedSettings, emptySite, siteFaults } from '../store/control/site-rules.ts';
import { type Control, type Site, STATION_AUTHS } from '../store/control.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import type { BodyQuery } from './body-query.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody } from './json-body.ts';
import { SitePathSchema } from './log-schemas.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { SiteSchema, siteBody } from './sites.ts';

const SITES_MOST = 10_000;

const SETTINGS = {
  name: Type.Optional(Type.String({ description: 'Shown; the id unless given.' })),
  timezone: Type.Optional(Type.String({ description: 'IANA name; UTC unless given.' })),
  upstream: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description:
        'CSMS to pass on to, such as wss://csms.example/ocpp/{charger}; null: the built-in CSMS answers.',
    }),
  ),
  retention_days: Type.Optional(
    Type.Integer({ description: 'Days that entries are kept; 0, for ever, unless given.' }),
  ),
  retention_days_info: Type.Optional(
    Type.Integer({
      description: 'Days of what the level info adds to minimal; 0, as long as everything, unless given.',
    }),
  ),
  retention_days_debug: Type.Optional(
    Type.Integer({
      description: 'Days of what the level debug adds to info; 0, as long as everything, unless given.',
    }),
  ),
  level: Type.Optional(
    Type.Enum([...SITE_LEVELS], {
      description:
        'How much is kept from now on: nothing (none), boot and firmware (minimal), transactions, authorisations, status and security too (info), everything (debug); debug unless given.',
    }),
  ),
  pseudonymise_id_tags: Type.Optional(
    Type.Boolean({
      description: 'Whether id tags are replaced by pseudonyms from now on; false unless given.',
    }),
  ),
  station_auth: Type.Optional(
    Type.Enum([...STATION_AUTHS], {
      description:
        'What stations must show: nothing, a password (checked by the built-in CSMS), or a client certificate; none unless given.',
    }),
  ),
};
const NewSiteSchema = Type.Object(
  { id: Type.String({ description: 'Stands in the address of its stations.' }), ...SETTINGS },
  { title: 'NewSite' },
);
const SiteChangeSchema = Type.Object(SETTINGS, { title: 'SiteChange' });

const COMMON = { tag: 'Sites', scope: 'admin', extension: true, query: Type.Object({}) } as const;
const OF_BODY = ['bad-request', 'body-too-large', 'body-type', 'unavailable'] as const;

const operations = {
  add: {
    ...COMMON,
    everywhere: true,
    id: 'addSite',
    audit: 'site-made',
    summary: 'Add a site',
    description: 'Its stations can connect at once.',
    body: { description: 'The site.', content: { [JSON_TYPE]: NewSiteSchema } },
    answers: { 201: { description: 'The site is there.', content: { [JSON_TYPE]: SiteSchema } } },
    problems: [...OF_BODY, 'site-exists', 'too-many'],
  },
  change: {
    ...COMMON,
    id: 'changeSite',
    audit: 'site-changed',
    summary: 'Change a site',
    description:
      'What is not given stays. A new upstream counts for stations that connect from now on; a change of upstream, level, retention or station_auth is an entry of kind setting in its log. A site of the configuration file is changed there.',
    path: SitePathSchema,
    body: { description: 'What changes.', content: { [JSON_TYPE]: SiteChangeSchema } },
    answers: { 200: { description: 'The site as it is now.', content: { [JSON_TYPE]: SiteSchema } } },
    problems: [...OF_BODY, 'site-not-found', 'configured'],
  },
} as const satisfies Record<string, Operation>;

/** What the body says, on top of `before`; every fault names its parameter. */
function readSite(body: BodyQuery, before: Site, allowed: UpstreamRule, by: string): Site {
  const upstream = body.has('upstream') ? body.text('upstream') : before.upstream;
  const site: Site = {
    ...before,
    name: body.text('name') ?? before.name,
    timezone: body.text('timezone') ?? before.timezone,
    upstream,
    retentionDays: body.integer('retention_days', 0, before.retentionDays),
    retentionDaysInfo: body.integer('retention_days_info', 0, before.retentionDaysInfo),
    retentionDaysDebug: body.integer('retention_days_debug', 0, before.retentionDaysDebug),
    level: body.choice('level', SITE_LEVELS, before.level),
    pseudonymiseIdTags: body.has('pseudonymise_id_tags')
      ? body.flag('pseudonymise_id_tags')
      : before.pseudonymiseIdTags,
    stationAuth: body.choice('station_auth', STATION_AUTHS, before.stationAuth),
    upstreamTrusted: upstream === null || (before.upstreamTrusted && upstream === before.upstream),
    origin: 'added',
    changedBy: by,
  };
  for (const { setting, message } of siteFaults(site)) body.fault(setting, message);
  const refused = site.upstreamTrusted ? null : allowed.refusal(site.upstream);
  if (refused !== null) body.fault('upstream', refused);
  body.settle();
  return site;
}

/** As the log of a site names who changed it. */
function nameOfCaller(control: Pick<Control, 'snapshot'>, { keyId }: Caller): string {
  const { users, keys } = control.snapshot();
  const user = users.get(keyId);
  if (user !== undefined) return `user ${user.name}`;
  const key = keys.find(({ id }) => id === keyId);
  return key === undefined ? keyId.replaceAll('-', ' ') : `key ${key.name}`;
}

export function siteSettingRoutes(api: Api): AddRoutes {
  const { control } = api;

  async function add(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const body = jsonBody(request, NewSiteSchema);
    const id = body.text('id') ?? '';
    const by = nameOfCaller(control, callerOf(request));
    const site = readSite(body, emptySite(id, 'added'), api.upstreams, by);
    const { sites } = control.snapshot();
    if (sites.has(id)) throw new Problem('site-exists', 'There is a site of this id; PATCH changes it.');
    if (sites.size >= SITES_MOST) throw new Problem('too-many', `There are ${SITES_MOST} sites already.`);
    await control.putSite(site);
    noteForAudit(request, { site: id, details: { settings: changedSettings(emptySite(id, 'added'), site) } });
    reply.code(201).header('location', `${api.publicPath}/rest/v1/sites/${encodeURIComponent(id)}`);
    reply.send(await siteBody(api, site, true));
    await reply;
  }

  async function change(
    request: FastifyRequest<{ Params: { id: string } }>,
  ): Promise<Static<typeof SiteSchema>> {
    const caller = callerOf(request);
    const before = siteFor(control, caller, request.params.id);
    const by = nameOfCaller(control, caller);
    const site = readSite(jsonBody(request, SiteChangeSchema), before, api.upstreams, by);
    if (before.origin === 'config') {
      throw new Problem('configured', 'The site comes from the configuration file: change it there.');
    }
    await control.putSite(site);
    noteForAudit(request, { details: { settings: changedSettings(before, site) } });
    return siteBody(api, site, true);
  }

  return (app) => {
    app.post(
      '/sites',
      { config: describes(operations.add), bodyLimit: BODY_BYTES, schema: { response: { 201: SiteSchema } } },
      add,
    );
    app.patch(
      '/sites/:id',
      {
        config: describes(operations.change),
        bodyLimit: BODY_BYTES,
        schema: { params: SitePathSchema, response: { 200: SiteSchema } },
      },
      change,
    );
  };
}
