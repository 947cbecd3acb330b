/** Servers on this machine, for tests. */

import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import type { TestContext } from 'node:test';

/** Its address; it ends with the test. */
export async function listening(t: TestContext, server: Server): Promise<URL> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    if (server instanceof HttpServer) server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return new URL(`http://127.0.0.1:${address.port}`);
}
