/** HSTS (RFC 6797): browsers that came by TLS once come by nothing else for a year. */

import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import type { Proxies } from '../auth/proxies.ts';
import { peerOf } from './peer.ts';

const YEAR_S = 31_536_000;

/**
 * The header counts for every port of the name: where this server listens without TLS too, it would close that door
 * to browsers. `onlyTls`: there is none.
 */
export function transportSecurity(
  request: FastifyRequest,
  proxies: Proxies,
  onlyTls: boolean,
): Readonly<Record<string, string>> {
  const own = request.raw.socket instanceof TLSSocket;
  const secure = own ? onlyTls : peerOf(request, proxies).secure;
  return secure ? { 'strict-transport-security': `max-age=${YEAR_S}` } : {};
}
