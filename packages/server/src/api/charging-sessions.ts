/** GET /sessions, GET /sessions/{id}, GET /verdicts: tries to charge, what came of them and why. */

import { createHash } from 'node:crypto';
import { RULES } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { Problem } from '../errors.ts';
import type { Site } from '../store/control.ts';
import { retentionCut } from '../store/retention.ts';
import {
  readSessionName,
  type SessionPosition,
  type SessionSite,
  type SessionsPage,
  type SessionsQuery,
} from '../store/sessions/question.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { rawRead } from './auditing.ts';
import {
  LIMIT,
  SESSION_STATES,
  SEVERITIES,
  SessionPageSchema,
  SessionPathSchema,
  SessionSchema,
  SessionsQuerySchema,
  SignedValuesSchema,
  VERDICTS,
  VerdictsSchema,
} from './charging-session-schemas.ts';
import { JSON_TYPE, noParameters } from './json-body.ts';
import { readChoices, readConnectors } from './log-query.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';
import { askedSites, whileThere } from './scopes.ts';
import { readRange } from './time-range.ts';

const operations = {
  list: {
    id: 'listSessions',
    summary: 'Charging sessions',
    description:
      'Every try to charge, whether or not it became a transaction, with its verdict and the entries that prove it; newest first. Made of the entries each time anew. What only meter values tell of is not listed.',
    tag: 'Sessions',
    scope: 'read',
    extension: true,
    query: SessionsQuerySchema,
    answers: { 200: { description: 'A page of sessions.', content: { [JSON_TYPE]: SessionPageSchema } } },
    problems: ['bad-request', 'site-not-found', 'unavailable'],
  },
  get: {
    id: 'getChargingSession',
    summary: 'One charging session',
    description:
      'With its marks, each of which names its entry, and its series: status, authorisation, transaction, power, current, state of charge, energy and limit.',
    tag: 'Sessions',
    scope: 'read',
    extension: true,
    path: SessionPathSchema,
    answers: { 200: { description: 'The session.', content: { [JSON_TYPE]: SessionSchema } } },
    problems: ['bad-request', 'site-not-found', 'not-found', 'unavailable'],
  },
  signed: {
    id: 'getSignedMeterValues',
    summary: 'Signed meter values of a session',
    description:
      'As the station sent them, character by character, each with its encoding and the public key where a message told it: what transparency software takes. Nothing is verified here.',
    tag: 'Sessions',
    scope: 'read',
    extension: true,
    path: SessionPathSchema,
    answers: { 200: { description: 'The values.', content: { [JSON_TYPE]: SignedValuesSchema } } },
    problems: ['bad-request', 'site-not-found', 'not-found', 'unavailable'],
  },
  verdicts: {
    id: 'listVerdicts',
    summary: 'What is looked for',
    description: 'The rules over sessions and over stations: what each sees, says, and advises.',
    tag: 'Sessions',
    scope: 'read',
    extension: true,
    answers: { 200: { description: 'The rules.', content: { [JSON_TYPE]: VerdictsSchema } } },
    problems: ['bad-request'],
  },
} as const satisfies Record<string, Operation>;

const JSON_UTF8 = `${JSON_TYPE}; charset=utf-8`;
const HASH_BYTES = 8;
const HEAD = 8 + HASH_BYTES;

/** A cursor belongs to its question as it was put: where `to` is now, or later, it moves on with the clock. */
type Asked = Omit<SessionsQuery, 'sites' | 'now' | 'take' | 'after' | 'from' | 'to'> & {
  readonly named: readonly string[] | null;
  readonly from: string;
  readonly to: string;
};

function hashOf(asked: Asked): Buffer {
  const sorted = (items: readonly (string | number)[] | null) => items && [...items].map(String).sort();
  const { from, to, chargers, connectors, verdicts, severities, states, named } = asked;
  const parts = [from, to, ...[chargers, connectors, verdicts, severities, states, named].map(sorted)];
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_BYTES);
}

function cursorOf(asked: Asked, last: SessionPosition): string {
  const head = Buffer.alloc(8);
  head.writeBigInt64BE(last.id);
  return Buffer.concat([head, hashOf(asked), Buffer.from(last.site)]).toString('base64url');
}

function positionIn(query: Query, asked: Asked): SessionPosition | null {
  const text = query.text('cursor');
  if (text === null || text === '') return null;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < HEAD || bytes.toString('base64url') !== text) {
    query.fault('cursor', 'is no cursor of this server; begin anew without one');
  } else if (!bytes.subarray(8, HEAD).equals(hashOf(asked))) {
    query.fault('cursor', 'belongs to a question with other parameters; begin anew without one');
  } else {
    return { id: bytes.readBigInt64BE(), site: bytes.subarray(HEAD).toString() };
  }
  return null;
}

function sessionSite({ id, name, retentionDays }: Site, now: number): SessionSite {
  return { id, name, kept: retentionCut(now, retentionDays) };
}

function pageBody({ body }: SessionsPage, next: string | null): Buffer {
  const tail = Buffer.from(`],"next_cursor":${JSON.stringify(next)}}`);
  return Buffer.concat([Buffer.from('{"sessions":['), body, tail]);
}

async function list(api: Api, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const query = new Query(request.raw.url ?? '', Object.keys(SessionsQuerySchema.properties));
  const { sites, named } = askedSites(api, request, query);
  const now = api.now();
  const asked = {
    ...readRange(query, now),
    chargers: query.ids('charger_id'),
    connectors: readConnectors(query),
    verdicts: readChoices(query, 'verdict', VERDICTS),
    severities: readChoices(query, 'severity', SEVERITIES),
    states: readChoices(query, 'state', SESSION_STATES),
    named,
  };
  const take = query.integer('limit', LIMIT.minimum, LIMIT.maximum, LIMIT.default);
  // Of a question that is wrong elsewhere the hash says nothing.
  query.settle();
  const put = { ...asked, from: query.text('from') ?? '', to: query.text('to') ?? '' };
  const after = positionIn(query, put);
  query.settle();
  const wanted = { ...asked, sites: sites.map((site) => sessionSite(site, now)), now, take, after };
  const page = await whileThere(reply, (signal) => api.reader.sessions(wanted, signal));
  if (page === null) return reply;
  const next = page.more && page.last !== null ? cursorOf(put, page.last) : null;
  return reply.type(JSON_UTF8).send(pageBody(page, next));
}

async function one(
  api: Api,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  signed: boolean,
): Promise<unknown> {
  noParameters(request);
  const name = readSessionName(id);
  if (name === null) throw new Problem('not-found', 'No session has this id.');
  const now = api.now();
  const site = sessionSite(siteFor(api.control, callerOf(request), name.site), now);
  const found = await whileThere(reply, (signal) =>
    api.reader.session({ site, entry: name.entry, now, signed }, signal),
  );
  if (found === null) return reply;
  if (found.body === null) throw new Problem('not-found', 'No session of this id is kept.');
  if (signed) rawRead(api, request, [site.id]);
  return reply.type(JSON_UTF8).send(Buffer.from(found.body));
}

export function chargingSessionRoutes(api: Api): AddRoutes {
  return (app) => {
    app.get('/sessions', { config: describes(operations.list) }, (request, reply) =>
      list(api, request, reply),
    );
    app.get(
      '/sessions/:id',
      { config: describes(operations.get), schema: { params: SessionPathSchema } },
      (request, reply) => one(api, request, reply, request.params.id, false),
    );
    app.get(
      '/sessions/:id/signed-meter-values',
      { config: describes(operations.signed), schema: { params: SessionPathSchema } },
      (request, reply) => one(api, request, reply, request.params.id, true),
    );
    app.get(
      '/verdicts',
      { config: describes(operations.verdicts), schema: { response: { 200: VerdictsSchema } } },
      async (request): Promise<Static<typeof VerdictsSchema>> => {
        noParameters(request);
        return {
          rules: RULES.map((rule) => {
            const { id, about, severity, sees, text, remedy, clause } = rule;
            const otherwise = rule.about === 'session' && rule.otherwise === true;
            return { id, about, severity, sees, text, remedy, clause, otherwise };
          }),
        };
      },
    );
  };
}
