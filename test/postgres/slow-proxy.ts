/** A way to PostgreSQL that can be cut, held up or slowed down. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

const HOST = '127.0.0.1';

export class SlowProxy {
  readonly port: number;
  /** ms by which every piece is late, one way. */
  delay = 0;
  /** What comes is kept and goes nowhere, as in a network that swallows all. */
  silent = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async open(t: TestContext, to: number): Promise<SlowProxy> {
    const server = createServer().listen(0, HOST);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const proxy = new SlowProxy(server, address.port);
    server.on('connection', (socket) => proxy.#pass(socket, connect(to, HOST)));
    t.after(() => proxy.#close());
    return proxy;
  }

  /** Ends every connection; further ones are let in. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #close(): void {
    this.cut();
    this.#server.close();
  }

  #pass(near: Socket, far: Socket): void {
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      this.#sockets.add(from);
      let last = Promise.resolve();
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        last = last.then(async () => {
          if (this.delay > 0) await wait(this.delay);
          while (this.silent && !to.destroyed) await wait(20);
          if (!to.destroyed) to.write(bytes);
        });
      });
    }
  }
}
