/** Bodies of writes: their type and encoding, inflated within a bound. */

import { createGunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';

const KIB = 1024;

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

/**
 * At most `limit` bytes come out, however small the body is.
 * @param take told of bytes as they come out; ends it by what it throws
 */
export async function inflated(
  body: Uint8Array,
  limit: number,
  take: (bytes: number) => void,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const inflating = createGunzip({ chunkSize: Math.min(KIB * KIB, Math.max(16 * KIB, body.length * 8)) });
  inflating.end(body);
  try {
    for await (const piece of inflating) {
      length += piece.length;
      if (length > limit) throw tooLarge(limit);
      take(piece.length);
      pieces.push(piece);
    }
    return Buffer.concat(pieces, length);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('bad-request', 'The body is no complete gzip stream.');
  }
}
