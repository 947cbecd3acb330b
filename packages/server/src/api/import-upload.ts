/** The body of an upload into the spool: one file as it is, or the parts of a form. Never held, and never unmasked on the disk. */

import { finished } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.ts';
import type { Spool, SpooledFile } from '../import/jobs/spool.ts';
import { NoRoomError } from '../import/room.ts';
import type { Claim } from './access.ts';
import { mediaType } from './body.ts';
import { SilentSenderError } from './body-deadline.ts';

const FILES_MAX = 1_000;
const NAME_MAX = 255;
/** A sender that is silent for so long is given up. */
const SILENCE_MS = 60_000;
/** Of bodies that are one file; a packed one is recognised as such. */
const ENCODINGS: readonly string[] = ['identity', 'gzip', 'x-gzip', 'zstd'];
const FORM = 'multipart/form-data';
/** Whoever is refused midway still sends: the connection ends with the answer. */
const ENDS = { headers: { connection: 'close' } };

const tooLarge = (bytesMax: number) =>
  new Problem('body-too-large', `An upload has at most ${bytesMax} bytes (imports.max_bytes).`, ENDS);

/** Refuses at once what the headers tell already. */
export function checkUpload(request: FastifyRequest, bytesMax: number): void {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const allowed = mediaType(request) === FORM ? ['identity'] : ENCODINGS;
  if (!allowed.includes(encoding)) {
    throw new Problem('body-type', `Content-Encoding ${encoding} is not read here.`, {
      headers: { 'accept-encoding': allowed.join(', '), ...ENDS.headers },
    });
  }
  checkLength(request, bytesMax);
}

function checkLength(request: FastifyRequest, bytesMax: number): void {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

/**
 * Lets a body pass that nothing is done with, up to the bound of one that is, and settles whose it is: only then may
 * be told what else is wrong.
 */
export async function passBy(request: FastifyRequest, claim: Claim, bytesMax: number): Promise<void> {
  checkLength(request, bytesMax);
  const sender = new Sender(request, claim, bytesMax);
  try {
    await sender.rest();
    await claim.settle();
  } catch (error) {
    throw problemOf(error, request);
  } finally {
    sender.release();
  }
}

/** The files of the body, when all of it has passed and its sender is settled. What fails leaves nothing behind. */
export async function receiveUpload(
  request: FastifyRequest,
  spool: Spool,
  claim: Claim,
  bytesMax: number,
): Promise<readonly SpooledFile[]> {
  const files: SpooledFile[] = [];
  const sender = new Sender(request, claim, bytesMax);
  let asked = false;
  const settle = async (): Promise<void> => {
    asked = true;
    await claim.settle();
  };
  try {
    await spool.demand(Number(request.headers['content-length'] ?? 0));
    if (mediaType(request) === FORM) await receiveParts(request, sender, spool, files);
    else files.push(await spool.write('upload', sender.whole()));
    await settle();
    if (files.length === 0) throw new Problem('bad-request', 'The form has no file.');
    return files;
  } catch (error) {
    await spool.remove(files);
    const problem = problemOf(error, request);
    if (!claim.proven && !asked && !isOfAnybody(problem, request)) await passRest(request, sender, settle);
    throw problem;
  } finally {
    sender.release();
  }
}

/** Told to whoever sends too much, whosever it is; who is gone hears nothing. */
function isOfAnybody(problem: unknown, { raw }: FastifyRequest): boolean {
  return (
    (problem instanceof Problem && problem.code === 'body-too-large') || (raw.destroyed && !raw.readableEnded)
  );
}

async function passRest(request: FastifyRequest, sender: Sender, settle: () => Promise<void>): Promise<void> {
  try {
    await sender.rest();
    await settle();
  } catch (error) {
    throw problemOf(error, request);
  }
}

async function receiveParts(
  request: FastifyRequest,
  sender: Sender,
  spool: Spool,
  files: SpooledFile[],
): Promise<void> {
  sender.watch();
  const limits = { files: FILES_MAX, parts: FILES_MAX + 1, fileSize: Number.MAX_SAFE_INTEGER };
  for await (const part of request.parts({ limits })) {
    if (part.type !== 'file') {
      const name = part.fieldname.slice(0, 60);
      throw new Problem(
        'bad-request',
        `The part ${JSON.stringify(name)} is no file; options are parameters of the address.`,
        ENDS,
      );
    }
    files.push(await spool.write(nameOf(part.filename), sender.counted(part.file)));
  }
  await sender.end();
}

/** What a file is called by its sender, for one line of a report. */
function nameOf(name: string | undefined): string {
  const shown = (name ?? '').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd').slice(0, NAME_MAX);
  return shown === '' ? 'upload' : shown;
}

/** Passes the body on: counted, told to the check of its signature, and given up when nothing comes. */
class Sender {
  readonly #request: FastifyRequest;
  readonly #claim: Claim;
  readonly #bytesMax: number;
  readonly #silence: NodeJS.Timeout;
  readonly #onData = (chunk: Uint8Array) => this.#pass(chunk);
  #bytes = 0;
  /** Of the body as it is sent. */
  #passed = 0;

  constructor(request: FastifyRequest, claim: Claim, bytesMax: number) {
    this.#request = request;
    this.#claim = claim;
    this.#bytesMax = bytesMax;
    const giveUp = () => request.raw.destroy(new SilentSenderError());
    this.#silence = setTimeout(giveUp, SILENCE_MS).unref();
  }

  /** The body as it is. The connection stays, so that an answer can be given midway. */
  async *whole(): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#request.raw.iterator({ destroyOnReturn: false })) {
      this.#pass(chunk);
      yield* this.counted([chunk]);
    }
  }

  /** Of a body that somebody else reads too. */
  watch(): void {
    this.#request.raw.on('data', this.#onData);
  }

  async *counted(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#bytesMax) throw tooLarge(this.#bytesMax);
      yield chunk;
    }
  }

  /** What stands behind the last part is signed too. */
  async end(): Promise<void> {
    const { raw } = this.#request;
    raw.resume();
    if (!raw.readableEnded) await finished(raw, { writable: false });
  }

  /** What is left of the body, whoever read the beginning of it. */
  async rest(): Promise<void> {
    const { raw } = this.#request;
    raw.off('data', this.#onData);
    raw.unpipe();
    if (raw.readableEnded) return;
    for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
      this.#pass(chunk);
      if (this.#passed > this.#bytesMax) throw tooLarge(this.#bytesMax);
    }
  }

  release(): void {
    clearTimeout(this.#silence);
    const { raw } = this.#request;
    raw.off('data', this.#onData);
    raw.unpipe();
  }

  #pass(chunk: Uint8Array): void {
    this.#silence.refresh();
    this.#passed += chunk.length;
    this.#claim.update(chunk);
  }
}

function problemOf(error: unknown, { raw }: FastifyRequest): unknown {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof NoRoomError || code === 'ENOSPC') {
    return new Problem('no-room', 'The disk of the server has too little room for the upload.', ENDS);
  }
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT')
    return new Problem('body-too-large', `A form has at most ${FILES_MAX} files.`, ENDS);
  if (raw.aborted || raw.destroyed) return new Problem('bad-request', 'The upload broke off.');
  const ofForm =
    code.startsWith('FST_') ||
    (error instanceof Error && /multipart|boundary|Part terminated/i.test(error.message));
  return ofForm ? new Problem('bad-request', 'The form is malformed or broke off.', ENDS) : error;
}
