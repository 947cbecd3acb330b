/** A plain HTTP answer of our own to an upgrade that goes no further. */

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  readonly status: number;
  /** For the person who set the station up. */
  readonly text: string;
  /** Instead of the text in the log: what is nobody's business who only knocks. */
  readonly detail?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** `WWW-Authenticate` of a 401. */
  readonly challenge?: string;
}

export function refuse(socket: Duplex, { status, text, retryAfter, challenge }: Refusal): void {
  if (socket.destroyed) return;
  const body = `${text}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(challenge === undefined ? [] : [`WWW-Authenticate: ${challenge}`]),
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ];
  endAfter(socket, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
}

const LINGER_MS = 5_000;

/** Writes the last bytes of a socket and closes it, without waiting long for the other side to do the same. */
export function endAfter(socket: Duplex, bytes: Buffer): void {
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(linger));
  // The peer may be gone before it has read this; there is nobody left to tell.
  socket.on('error', () => socket.destroy());
  socket.end(bytes);
  socket.resume();
}
