/** What every route that gives server-sent events begins with (HTML, 9.2). */

import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { negotiate } from './accept.ts';

const TYPE = 'text/event-stream';

/** Refuses who does not take events. `given`: what is, as a sentence begins with it. */
export function demandsEvents(request: FastifyRequest, given: string): void {
  if (!negotiate(request.headers.accept, [TYPE]))
    throw new Problem('not-acceptable', `${given} given as ${TYPE}.`);
}

/** Sends the head, of which Fastify knows nothing from here on; null where that is all (HEAD). */
export function beginEvents(request: FastifyRequest, reply: FastifyReply): ServerResponse | null {
  const { raw: response } = reply;
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value);
  }
  // Some proxies gather what passes through them unless they are told not to.
  response.writeHead(200, { 'content-type': `${TYPE}; charset=utf-8`, 'x-accel-buffering': 'no' });
  if (request.method !== 'HEAD') return response;
  response.end();
  return null;
}
