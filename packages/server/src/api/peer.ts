/** How a request came: from where, under which name, and whether the way to the browser is encrypted. */

import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { lastOf } from '../capture/forwarded.ts';

export interface Peer {
  readonly address: string;
  /** As the browser knows it; undefined where none was sent. */
  readonly host: string | undefined;
  readonly secure: boolean;
}

/** `trustProxy`: whether what the nearest proxy says is believed. */
export function peerOf({ headers, raw }: FastifyRequest, trustProxy: boolean): Peer {
  const forwarded = (name: string) => (trustProxy ? lastOf(headers[name]) : null);
  const { socket } = raw;
  return {
    address: forwarded('x-forwarded-for') ?? (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, ''),
    host: forwarded('x-forwarded-host') ?? headers.host,
    secure: forwarded('x-forwarded-proto')?.toLowerCase() === 'https' || socket instanceof TLSSocket,
  };
}
