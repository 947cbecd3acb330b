/** Bodies of JSON that are read as strictly as addresses. */

import type { FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { Problem } from '../errors.ts';
import { mediaType } from './body.ts';
import { BodyQuery } from './body-query.ts';
import { Query } from './query-string.ts';

export const JSON_TYPE = 'application/json';
export const BODY_BYTES = 64 * 1024;

/** The members of the body, of those that the schema knows; the address has no parameters. */
export function jsonBody(request: FastifyRequest, schema: TObject): BodyQuery {
  noParameters(request);
  const type = mediaType(request);
  if (type !== JSON_TYPE) {
    throw new Problem('body-type', `Content-Type ${type ?? '(none)'} is not read here; ${JSON_TYPE} is.`);
  }
  return new BodyQuery(request.body, Object.keys(schema.properties));
}

export function noParameters(request: FastifyRequest): void {
  new Query(request.raw.url ?? '', []).settle();
}
