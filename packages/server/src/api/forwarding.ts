/**
 * Exports and imports lie at the node that made them. A request for one that comes to another node is passed on as it
 * is, credentials and all: every node knows the same keys and people, and decides by itself.
 */

import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { JOB_ID } from '../export/jobs/job.ts';
import type { Api } from './api.ts';

/** Of a request that was passed on: it goes no further. */
const PASSED_ON = 'x-ocpp-logs-passed-on';
/** RFC 9110 7.6.1: between two, and not beyond. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** Longer than a job, and what is told of one that is gone. */
export const JOB_KEPT_MS = 30 * 86_400_000;
/** A node whose answer has not begun by then is as good as gone. */
const ANSWER_MS = 10_000;

type Passing = Pick<Api, 'control' | 'exports' | 'imports' | 'nodeUrl'>;

export function isPassedOn({ headers }: FastifyRequest): boolean {
  return headers[PASSED_ON] !== undefined;
}

export class PassedOn {
  readonly #api: Passing;
  total = 0;

  constructor(api: Passing) {
    this.#api = api;
  }

  /** After who asks was looked at, and before the body is read. */
  install(app: FastifyInstance): void {
    if (this.#api.nodeUrl === null) return;
    app.addHook('onRequest', async (request, reply) => {
      const url = await this.#elsewhere(request);
      if (url === null) return;
      this.total += 1;
      await passOn(url, request, reply);
    });
  }

  async #elsewhere(request: FastifyRequest): Promise<string | null> {
    const route = request.routeOptions.url ?? '';
    const { control, exports, imports, nodeUrl } = this.#api;
    const jobs = route.includes('/exports/:id') ? exports : route.includes('/imports/:id') ? imports : null;
    if (jobs === null || isPassedOn(request)) return null;
    const id = idOf(request.params);
    if (id === null || !JOB_ID.test(id) || jobs.get(id) !== null) return null;
    const url = await control.jobAt(id);
    return url === nodeUrl ? null : url;
  }
}

function idOf(params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('id' in params)) return null;
  return typeof params.id === 'string' ? params.id : null;
}

function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

async function passOn(base: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const url = new URL(base);
  const send = url.protocol === 'https:' ? secure : plain;
  const outgoing = send({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? undefined : Number(url.port),
    path: request.raw.url ?? '/',
    method: request.method,
    headers: { ...withoutHops(request.raw.headers), [PASSED_ON]: '1' },
  });
  const gone = () => outgoing.destroy();
  reply.raw.once('close', gone);
  try {
    const answer = await answerTo(request.raw, outgoing);
    reply.hijack();
    reply.raw.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
    // Who goes away, or a node that does, ends both.
    await pipeline(answer, reply.raw).catch(() => reply.raw.destroy());
  } finally {
    reply.raw.off('close', gone);
  }
}

function answerTo(body: IncomingMessage, outgoing: ReturnType<typeof plain>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => outgoing.destroy(), ANSWER_MS);
    const away = () => {
      clearTimeout(limit);
      reject(
        new Problem('unavailable', 'The node that has it does not answer; try again.', {
          headers: { 'retry-after': '5' },
        }),
      );
    };
    outgoing.on('error', away);
    outgoing.on('close', away);
    outgoing.once('response', (answer) => {
      clearTimeout(limit);
      resolve(answer);
    });
    body.pipe(outgoing);
  });
}
