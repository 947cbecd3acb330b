/**
 * One GET whose path goes out character for character, because it is signed. Connecting, waiting and reading have a
 * limit each, and so has the body, packed or not. No redirect is followed: the signature would not fit.
 */

import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { createGunzip } from 'node:zlib';

export interface HttpLimits {
  readonly connectMs: number;
  /** From the request to the first byte of its answer. */
  readonly answerMs: number;
  /** Between two pieces of the body. */
  readonly pieceMs: number;
  /** Of the body as it is after unpacking. */
  readonly bodyBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  connectMs: 15_000,
  answerMs: 120_000,
  pieceMs: 30_000,
  bodyBytes: 64 * 1024 * 1024,
};

export interface HttpCall {
  /** Scheme, host and port. */
  readonly server: URL;
  /** Path and query as they are sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export async function httpGet(call: HttpCall, limits: HttpLimits, signal: AbortSignal): Promise<HttpAnswer> {
  const send = call.server.protocol === 'https:' ? requestHttps : requestHttp;
  const { server, path, agent } = call;
  const headers = { ...call.headers, 'accept-encoding': 'gzip' };
  const request = send({ ...urlToHttpOptions(server), method: 'GET', path, headers, agent, signal });
  const clock = new PhaseClock((what) => request.destroy(new Error(what)));
  clock.start(limits.connectMs, `no connection within ${seconds(limits.connectMs)}`);
  const unanswered = `no answer within ${seconds(limits.answerMs)}`;
  request.once('socket', (socket) => {
    if (!socket.connecting) clock.start(limits.answerMs, unanswered);
    else
      socket.once(server.protocol === 'https:' ? 'secureConnect' : 'connect', () =>
        clock.start(limits.answerMs, unanswered),
      );
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // Also for what comes after the answer began: reading the body meets the same error.
      request.on('error', reject);
      request.once('response', resolve);
      request.end();
    });
    const stalled = `the answer stood still for ${seconds(limits.pieceMs)}`;
    const body = await readBody(response, limits.bodyBytes, () => clock.start(limits.pieceMs, stalled));
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  } catch (error) {
    request.destroy();
    // What was told to the request comes out of the body as a mere breaking off.
    throw clock.expired === null || signal.aborted ? error : new Error(clock.expired);
  } finally {
    clock.stop();
  }
}

async function readBody(response: IncomingMessage, most: number, onPiece: () => void): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  onPiece();
  for await (const piece of unpacked(response)) {
    // Safe: neither stream has an encoding set.
    const bytes = piece as Buffer;
    onPiece();
    length += bytes.length;
    if (length > most) throw new BodyTooLarge(`the answer is larger than ${most} bytes`);
    pieces.push(bytes);
  }
  if (!response.complete) throw new Error('the connection broke off in the middle of the answer');
  return Buffer.concat(pieces);
}

function unpacked(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const unpacking = createGunzip();
  // Whoever reads `unpacking` meets the error.
  pipeline(response, unpacking, () => undefined);
  return unpacking;
}

/** The limit of the phase that a request is in. */
class PhaseClock {
  readonly #onExpired: (what: string) => void;
  #timer: NodeJS.Timeout | null = null;
  /** What took too long. */
  expired: string | null = null;

  constructor(onExpired: (what: string) => void) {
    this.#onExpired = onExpired;
  }

  start(ms: number, what: string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.expired = what;
      this.#onExpired(what);
    }, ms);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

const seconds = (ms: number): string => `${ms / 1000} s`;
