/** Bodies of writes: their type and encoding, inflated within a bound. */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';

const inflate = promisify(gunzip);

/** Media type without parameters, lower case; null where none is given. */
export function mediaType(request: FastifyRequest): string | null {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim() === '' ? null : type.trim().toLowerCase();
}

export function isGzip(request: FastifyRequest): boolean {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new Problem('body-type', `Content-Encoding ${encoding} is not read here; gzip is.`, {
    headers: { 'accept-encoding': 'gzip' },
  });
}

export function tooLarge(bytes: number): Problem {
  return new Problem(
    'body-too-large',
    `A request holds at most ${bytes} bytes, also after inflating; send several.`,
  );
}

/** At most `limit` bytes come out, however small the body is. */
export async function inflated(body: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await inflate(body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw new Problem('bad-request', 'The body is no complete gzip stream.');
  }
}
