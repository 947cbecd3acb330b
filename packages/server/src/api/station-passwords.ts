/** PUT and DELETE /sites/{id}/chargers/{charger}/password: what stations of the built-in CSMS sign in with. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newStationPassword, stationPasswordFault } from '../auth/station-credentials.ts';
import { TooMuchWorkError } from '../auth/turns.ts';
import { Problem } from '../errors.ts';
import { isId } from '../store/control/site-rules.ts';
import { callerOf, siteFor } from './access.ts';
import type { Api } from './api.ts';
import { CommandPathSchema } from './command-schemas.ts';
import { BODY_BYTES, JSON_TYPE, jsonBody, noParameters } from './json-body.ts';
import { type AddRoutes, describes, type Operation } from './operation.ts';

const PasswordSchema = Type.Object(
  {
    password: Type.Optional(
      Type.String({ description: '16 to 40 printable ASCII characters; made here if absent.' }),
    ),
  },
  { title: 'NewStationPassword' },
);
const ShownPasswordSchema = Type.Object(
  { password: Type.String({ description: 'Shown this once.' }) },
  { title: 'StationPassword' },
);

const COMMON = {
  tag: 'Sites',
  scope: 'admin',
  extension: true,
  path: CommandPathSchema,
  query: Type.Object({}),
} as const;

const operations = {
  put: {
    ...COMMON,
    id: 'setStationPassword',
    audit: 'station-password-set',
    summary: 'Set the password of a station',
    description:
      'Counts from the next connection on, on sites whose station_auth is basic. Kept as a hash; shown in this answer and nowhere else.',
    body: { description: 'The password.', content: { [JSON_TYPE]: PasswordSchema } },
    answers: { 200: { description: 'It is set.', content: { [JSON_TYPE]: ShownPasswordSchema } } },
    problems: [
      'bad-request',
      'body-too-large',
      'body-type',
      'site-not-found',
      'too-many-requests',
      'unavailable',
    ],
  },
  drop: {
    ...COMMON,
    id: 'dropStationPassword',
    audit: 'station-password-removed',
    summary: 'Take the password of a station away',
    description: 'Where the site asks for passwords, the station is not let in again. Its connection stays.',
    answers: { 204: { description: 'It has none.' } },
    problems: ['bad-request', 'not-found', 'site-not-found', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;

type OfCharger = FastifyRequest<{ Params: { id: string; charger: string } }>;

export function stationPasswordRoutes(api: Api): AddRoutes {
  function stationOf(request: OfCharger): { readonly site: string; readonly charger: string } {
    const { id, charger } = request.params;
    siteFor(api.control, callerOf(request), id);
    if (isId(charger)) return { site: id, charger };
    const message = 'must be 1 to 255 bytes without control characters';
    throw new Problem('bad-request', 'No station can have this id.', {
      errors: [{ parameter: 'charger', message }],
    });
  }

  async function put(request: OfCharger, reply: FastifyReply): Promise<void> {
    const station = stationOf(request);
    const body = jsonBody(request, PasswordSchema);
    const password = body.text('password') ?? newStationPassword();
    const fault = stationPasswordFault(password);
    if (fault !== null) body.fault('password', fault);
    body.settle();
    try {
      await api.stationPasswords.set(station, password);
    } catch (error) {
      if (!(error instanceof TooMuchWorkError)) throw error;
      throw new Problem('too-many-requests', 'Too many passwords are set at once.', {
        headers: { 'retry-after': '5' },
      });
    }
    reply.send({ password });
    await reply;
  }

  return (app) => {
    const schema = { params: CommandPathSchema };
    app.put(
      '/sites/:id/chargers/:charger/password',
      {
        config: describes(operations.put),
        bodyLimit: BODY_BYTES,
        schema: { ...schema, response: { 200: ShownPasswordSchema } },
      },
      put,
    );
    app.delete(
      '/sites/:id/chargers/:charger/password',
      { config: describes(operations.drop), schema },
      async (request, reply) => {
        const station = stationOf(request);
        noParameters(request);
        if (!(await api.stationPasswords.drop(station))) {
          throw new Problem('not-found', 'The station has no password here.');
        }
        reply.code(204).send();
        await reply;
      },
    );
  };
}
