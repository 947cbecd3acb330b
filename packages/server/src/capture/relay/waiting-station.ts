import type { Socket } from 'node:net';

/** A station whose upgrade is held: watched for leaving, and what it sends too early is kept. */
export class WaitingStation {
  readonly #socket: Socket;
  readonly #early: Buffer[];
  readonly #bytesMax: number;
  readonly #gone: () => void;
  #length: number;
  /** Whether the station has hung up. */
  left = false;

  constructor(socket: Socket, head: Buffer, bytesMax: number, gone: () => void) {
    this.#socket = socket;
    this.#early = [head];
    this.#length = head.length;
    this.#bytesMax = bytesMax;
    this.#gone = gone;
    socket.on('data', this.#keep).on('end', this.#leave).on('close', this.#leave).on('error', this.#leave);
    socket.resume();
  }

  /** Ends the watch and gives what came, the head of the upgrade first. */
  release(): Buffer {
    this.#socket.pause();
    this.#socket
      .off('data', this.#keep)
      .off('end', this.#leave)
      .off('close', this.#leave)
      .off('error', this.#leave);
    return Buffer.concat(this.#early);
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#length += chunk.length;
    if (this.#length >= this.#bytesMax) this.#socket.pause();
  };

  readonly #leave = (): void => {
    this.left = true;
    this.#gone();
  };
}
