/** How connections end when the server stops: none of them may keep it from that. */

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** For answers that are under way, ms; less than what the program as a whole gives itself. */
const ANSWERS_MS = 5_000;

/**
 * Node ends connections that wait for another request, but not those on which none has come yet, which browsers open in
 * advance, nor those whose request never ends.
 */
export class Connections {
  readonly #server: Server;
  readonly #answersMs: number;
  readonly #unused = new Set<Socket>();
  #cut: NodeJS.Timeout | undefined;

  constructor(server: Server, answersMs = ANSWERS_MS) {
    this.#server = server;
    this.#answersMs = answersMs;
    server.on('connection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    const used = ({ socket }: IncomingMessage) => this.#unused.delete(socket);
    server.on('request', used);
    server.on('upgrade', used);
  }

  /** Before the server is closed. */
  end(): void {
    for (const socket of this.#unused) socket.destroy();
    this.#cut = setTimeout(() => this.#server.closeAllConnections(), this.#answersMs);
  }

  ended(): void {
    clearTimeout(this.#cut);
  }
}
