/**
 * Compresses answers on their way out. Only those of routes that are named here by what they are about: an answer that
 * holds a secret of this server together with what a request chose would tell the secret by its length (BREACH), so
 * who is signed in, people and keys are never compressed. Live tails go out event by event, and files of exports have ranges.
 */

import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createGzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accepts } from './accept-encoding.ts';
import { type Operation, operationOf } from './operation.ts';

const ABOUT: ReadonlySet<Operation['tag']> = new Set(['Logs', 'Sessions', 'Sites', 'Server']);
const TYPES = /^(?:application\/(?:x-ndjson|(?:[\w.-]+\+)?json)|text\/(?:csv|html))\b/;
/** Shorter ones fit in one packet as they are. */
const LEAST_BYTES = 1_400;
/** Beyond these, bytes cost more time than they save on any line. */
const GZIP_LEVEL = 5;
const BROTLI_QUALITY = 4;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

function mayBeCompressed(request: FastifyRequest, reply: FastifyReply): boolean {
  const operation = operationOf(request.routeOptions.config);
  return (
    request.method === 'GET' &&
    operation !== null &&
    ABOUT.has(operation.tag) &&
    reply.getHeader('content-encoding') === undefined &&
    TYPES.test(String(reply.getHeader('content-type') ?? ''))
  );
}

function addVary(reply: FastifyReply): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`);
}

function encoded(reply: FastifyReply, name: 'br' | 'gzip'): void {
  reply.header('content-encoding', name).removeHeader('content-length');
}

export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!mayBeCompressed(request, reply)) return payload;
    addVary(reply);
    const accepted = request.headers['accept-encoding'];
    if (payload instanceof Readable) {
      if (!accepts(accepted, 'gzip')) return payload;
      encoded(reply, 'gzip');
      // Each piece goes out when it comes: whoever reads a long stream sees that it goes on.
      const zipped = createGzip({ level: GZIP_LEVEL, flush: constants.Z_SYNC_FLUSH });
      // A failure of either ends the other; the server itself meets the error where it sends `zipped`.
      pipeline(payload, zipped, () => undefined);
      return zipped;
    }
    if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) return payload;
    if (payload.length < LEAST_BYTES) return payload;
    if (accepts(accepted, 'br')) {
      encoded(reply, 'br');
      return brotli(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    }
    if (!accepts(accepted, 'gzip')) return payload;
    encoded(reply, 'gzip');
    return zip(payload, { level: GZIP_LEVEL });
  });
}
