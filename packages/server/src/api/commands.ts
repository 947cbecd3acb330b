/** Calls to a station of the built-in CSMS, and what it can be called with. */

import { OCPP_VERSIONS, type OcppVersion } from '@ocpp-logs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { commandForms } from '../capture/commands/command-forms.ts';
import { passwordGiven } from '../capture/commands/password-change.ts';
import { type CallOutcome, CallWithdrawn, StationAway, StationBusy } from '../capture/csms/outgoing-calls.ts';
import { Problem } from '../errors.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { noteForAudit } from './auditing.ts';
import { mediaType } from './body.ts';
import { commandBody } from './command-body.ts';
import {
  CommandAnswerSchema,
  CommandFormsSchema,
  CommandPathSchema,
  CommandWishSchema,
  VersionPathSchema,
} from './command-schemas.ts';
import { readCommandWish } from './command-wish.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';
import { Query } from './query-string.ts';

/** What a connection may hold unsent is four times this. */
const BODY_BYTES = 256 * 1024;
const JSON_TYPE = 'application/json';
const RETRY = { headers: { 'retry-after': '5' } };

const operations = {
  send: {
    id: 'commandCharger',
    audit: 'command-sent',
    summary: 'Call a station',
    description:
      'Sends a call to a station that is connected to the built-in CSMS, and answers when its answer has come or the time is over. One call at a time is out, others wait their turn; one that waits is withdrawn when its request is cancelled. Call and answer are in the log. It needs the scope admin, or the role operator. Where a site passes its stations on, its own CSMS commands them.',
    tag: 'Sites',
    scope: 'command',
    extension: true,
    path: CommandPathSchema,
    query: Type.Object({}),
    body: { description: 'The call.', content: { [JSON_TYPE]: CommandWishSchema } },
    answers: {
      200: { description: 'What became of the call.', content: { [JSON_TYPE]: CommandAnswerSchema } },
    },
    problems: [
      'bad-request',
      'site-not-found',
      'passed-on',
      'not-connected',
      'body-too-large',
      'body-type',
      'too-many-requests',
    ],
  },
  forms: {
    id: 'listCommands',
    summary: 'What stations can be called with',
    description:
      'Actions that a CSMS calls a station of this version with, and the official schemas of their payloads.',
    tag: 'Sites',
    scope: 'read',
    extension: true,
    path: VersionPathSchema,
    query: Type.Object({}),
    answers: { 200: { description: 'The actions.', content: { [JSON_TYPE]: CommandFormsSchema } } },
    problems: ['bad-request', 'not-found'],
  },
} as const satisfies Record<string, Operation>;

type OfCharger = FastifyRequest<{ Params: { id: string; charger: string } }>;

export function commandRoutes(api: Api): AddRoutes {
  const forms = new Map<OcppVersion, Buffer>();

  async function send(request: OfCharger, reply: FastifyReply): Promise<void> {
    const { id, charger } = request.params;
    const caller = callerOf(request);
    const site = siteFor(api.control, caller, id);
    new Query(request.raw.url ?? '', []).settle();
    const type = mediaType(request);
    if (type !== null && type !== JSON_TYPE) {
      throw new Problem('body-type', `Content-Type ${type} is not read here; ${JSON_TYPE} is.`);
    }
    if (site.upstream !== null) {
      throw new Problem('passed-on', 'The CSMS of this site commands its stations.');
    }
    const station = api.csms.connected(id, charger);
    if (station === null) throw away(charger);
    const wish = readCommandWish(request.body, station.version);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    noteForAudit(request, { details: { action: wish.action } });
    let outcome: CallOutcome;
    try {
      outcome = await station.call({ ...wish, signal: gone.signal });
    } catch (error) {
      throw unsent(error, charger);
    }
    if (outcome.outcome === 'answered') {
      const { payloadText: answerText } = outcome;
      const given = passwordGiven({ ...wish, answerText });
      if (given !== null) await api.stationPasswords.expect({ site: id, charger }, given);
    }
    reply.type(JSON_TYPE).send(commandBody(outcome));
    await reply;
  }

  function formsOf(version: OcppVersion): Buffer {
    const body =
      forms.get(version) ?? Buffer.from(JSON.stringify({ version, actions: commandForms(version) }));
    forms.set(version, body);
    return body;
  }

  return (app) => {
    app.post(
      '/sites/:id/chargers/:charger/commands',
      {
        config: describes(operations.send),
        schema: { params: CommandPathSchema },
        bodyLimit: BODY_BYTES,
      },
      send,
    );
    app.get('/commands/:version', { config: describes(operations.forms) }, async (request, reply) => {
      new Query(request.raw.url ?? '', []).settle();
      // Safe: the route's only parameter.
      const { version: asked } = request.params as { readonly version: string };
      const version = OCPP_VERSIONS.find((known) => known === asked);
      if (version === undefined) {
        throw new Problem('not-found', `There are commands of OCPP ${OCPP_VERSIONS.join(', ')}.`);
      }
      reply.type(JSON_TYPE).header('cache-control', 'private, max-age=3600').send(formsOf(version));
      await reply;
    });
  };
}

function away(charger: string): Problem {
  return new Problem('not-connected', `${charger} is not connected; nothing was sent.`);
}

function unsent(error: unknown, charger: string): unknown {
  if (error instanceof StationAway) return away(charger);
  if (error instanceof StationBusy) return new Problem('too-many-requests', `${error.message}.`, RETRY);
  if (error instanceof CallWithdrawn) return new Problem('other-state', 'The call was withdrawn.');
  return error;
}
