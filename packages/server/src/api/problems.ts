/** The one place where errors become answers. What the server did wrong is logged, never told. */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemBody } from '../errors.ts';
import { SEARCH_TOO_WIDE } from '../store/search-too-wide.ts';
import { sendPageInstead } from './dashboard-files.ts';
import type { ServedOperation } from './operation.ts';
import { REQUEST_ID } from './request-id.ts';

export const PROBLEM_TYPE = 'application/problem+json';
const RETRY_SECONDS = '5';
/** The same question soon would take as long. */
const LONG_QUERY_SECONDS = '30';

/** Errors of the store and of the threads that stand for: not now. */
const AWAY = new Set(['STORE_UNAVAILABLE', 'BUSY', 'ENDED']);

/** Fastify's own errors, of which a client is the cause. */
const OF_CLIENT: Readonly<Record<string, Problem>> = {
  FST_ERR_BAD_URL: new Problem('bad-request', 'The path holds a malformed escape.'),
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem('body-too-large', 'The body is longer than this server takes.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Problem('bad-request', 'Content-Length and the body differ.'),
  FST_ERR_MAX_PARAM_LENGTH: new Problem('not-found', 'Nothing here has so long an id.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem('body-type', 'The Content-Type cannot be read.'),
};

const CUT_OFF = new Problem('bad-request', 'The connection ended before the body did.');

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  if (AWAY.has(code)) {
    return new Problem('unavailable', 'The store does not answer now; try again.', {
      headers: { 'retry-after': RETRY_SECONDS },
    });
  }
  if (code === 'QUERY_TIME' && error instanceof Error) {
    return new Problem(
      'query-too-long',
      `${error.message}: ask for less time, fewer sites, or other words.`.replace(/^t/, 'T'),
      { headers: { 'retry-after': LONG_QUERY_SECONDS } },
    );
  }
  if (code === SEARCH_TOO_WIDE && error instanceof Error) {
    return new Problem('bad-request', 'The search is too wide for what it asks.', {
      errors: [{ parameter: 'q', message: error.message }],
    });
  }
  if (isCutOff(error)) return CUT_OFF;
  return (
    OF_CLIENT[code] ?? new Problem('internal', 'Something went wrong inside the server; its log says what.')
  );
}

/** The status is what Fastify adds where the body of a request ends too early; no connection of our own has one. */
function isCutOff(error: unknown): boolean {
  return (
    codeOf(error) === 'ECONNRESET' &&
    error instanceof Error &&
    'statusCode' in error &&
    error.statusCode === 400
  );
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  // Of an answer that broke off before its first byte.
  reply.removeHeader('content-encoding').removeHeader('content-disposition');
  reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .headers({ [REQUEST_ID]: request.id, ...problem.headers });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="ocpp-logs"');
  reply.serializer(JSON.stringify).send(problemBody(problem, request.id));
}

/** Of a request that no route was found for, because Fastify could not read its address. */
export function sendUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!sendPageInstead(asProblem(error).status, request, reply)) sendProblem(error, request, reply);
}

function pattern(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('/')}$`);
}

/** Methods that a path has; none for a path that is not served. */
export function allowedMethods(served: readonly ServedOperation[], path: string): readonly string[] {
  return [...new Set(served.filter(({ url }) => pattern(url).test(path)).map(({ method }) => method))];
}

export function installProblems(app: FastifyInstance, served: readonly ServedOperation[]): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendProblem(error, request, reply));
  const nothingAt = (request: FastifyRequest): Problem => {
    const [path = '/'] = (request.raw.url ?? '/').split('?');
    const allowed = allowedMethods(served, path);
    if (allowed.length === 0)
      return new Problem('not-found', 'No such address; GET /reference lists those that exist.');
    const headers = { allow: allowed.join(', ') };
    return new Problem('method-not-allowed', `Allowed here: ${allowed.join(', ')}.`, { headers });
  };
  app.setNotFoundHandler((request, reply) => {
    const problem = nothingAt(request);
    if (problem.code === 'not-found' && sendPageInstead(404, request, reply)) return;
    sendProblem(problem, request, reply);
  });
  // Whatever its body is: that is not even read. GET and HEAD, which may mean a page, have none.
  app.addHook('preParsing', async (request) => {
    if (request.is404 && request.method !== 'GET' && request.method !== 'HEAD') throw nothingAt(request);
  });
}
