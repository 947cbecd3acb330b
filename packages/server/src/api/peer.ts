/** How a request came: from where, under which name, and whether the way to the browser is encrypted. */

import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { Proxies } from '../auth/proxies.ts';

export interface Peer {
  readonly address: string;
  /** As the browser knows it; undefined where none was sent. */
  readonly host: string | undefined;
  readonly secure: boolean;
}

export function peerOf({ headers, raw }: FastifyRequest, proxies: Proxies): Peer {
  const { socket } = raw;
  const { address, host, scheme } = proxies.peerOf(headers, socket.remoteAddress);
  return {
    address,
    host: host ?? headers.host,
    secure: scheme === 'https' || socket instanceof TLSSocket,
  };
}
