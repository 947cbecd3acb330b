/** The TCP socket below a TLS one: only that can be reset. */

import type { Socket } from 'node:net';

const transports = new WeakMap<Socket, Socket>();

export function rememberTransport(secure: Socket, transport: Socket): void {
  transports.set(secure, transport);
}

/** null: it is the transport itself, or nobody told of it. */
export function transportOf(socket: Socket): Socket | null {
  return transports.get(socket) ?? null;
}
