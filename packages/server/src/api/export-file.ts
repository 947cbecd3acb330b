/** The file of an export: whole, in parts, and resumable after a cut or a restart. */

import type { FileHandle } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import { FORMATS } from '../export/formats.ts';
import { type ExportJob, fileNameOf } from '../export/jobs/job.ts';
import { isSameFile, readRange } from './byte-range.ts';

const CHUNK_BYTES = 256 * 1024;

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** `file` is open and is closed here. `partial`: whether a range may be asked for. */
export async function sendExportFile(
  job: ExportJob,
  file: FileHandle,
  request: FastifyRequest,
  reply: FastifyReply,
  partial = true,
): Promise<void> {
  const { result, wish } = job;
  if (result === null) throw new Error(`export ${job.id} has no result`);
  const { bytes: size, sha256 } = result;
  const etag = `"${sha256}"`;
  reply.headers({
    'content-type': FORMATS[wish.format].mediaType,
    'content-disposition': `attachment; filename="${fileNameOf(wish)}"`,
    'accept-ranges': 'bytes',
    etag,
    // RFC 9530; of the whole file, also where a part of it is sent.
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'x-sha256': sha256,
  });
  const asked = partial && isSameFile(header(request, 'if-range'), etag);
  const range = asked ? readRange(header(request, 'range'), size) : 'whole';
  if (range === 'none') {
    await file.close();
    throw new Problem('range-not-satisfiable', `The file has ${size} bytes.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.header('content-length', end - start + 1);
  if (request.method === 'HEAD' || end < start) {
    await file.close();
    reply.send(request.method === 'HEAD' ? undefined : Buffer.alloc(0));
  } else {
    // Closes the file when it ends, or when the client goes away.
    reply.send(file.createReadStream({ start, end, highWaterMark: CHUNK_BYTES }));
  }
  await reply;
}
