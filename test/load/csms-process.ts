/**
 * Run as a process of its own: the CSMS of the swarm, which answers each call at once and counts. Plain TCP, because what
 * it costs is taken from the cores that it shares with the server.
 */

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { answerFrame, callOf, LETTER_AT, stationOf } from './calls.ts';
import { orders } from './child-process.ts';
import { eachFrame } from './raw-frames.ts';

export interface CsmsCounts {
  readonly connections: number;
  readonly calls: number;
  /** That came again, or behind a later one of their station. */
  readonly again: number;
  /** That never came though a later one did. */
  readonly missing: number;
  /** What is no call of the swarm. */
  readonly strange: number;
}

/** RFC 6455 1.3. */
const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const HEAD_MAX = 8192;
const BACKLOG = 4096;

const counts = { connections: 0, calls: 0, again: 0, missing: 0, strange: 0 };
/** The last call of each station. */
const last = new Map<number, number>();
const begin = Buffer.alloc(LETTER_AT + 1);

class Station {
  readonly #socket: Socket;
  #open = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    counts.connections += 1;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // Cuts are what is tried.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      counts.connections -= 1;
    });
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#open) {
      this.#rest = bytes;
      this.#upgrade();
      return;
    }
    const read = eachFrame(bytes, (opcode, from, to, maskAt) => {
      if (opcode === 1) this.#message(bytes, from, to, maskAt);
    });
    this.#rest = read === bytes.length ? bytes.subarray(0, 0) : Buffer.from(bytes.subarray(read));
  }

  #upgrade(): void {
    const head = this.#rest.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length < HEAD_MAX) return;
    const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1];
    if (end < 0 || key === undefined) {
      this.#socket.destroy();
      return;
    }
    this.#open = true;
    const accept = createHash('sha1')
      .update(key + ACCEPT)
      .digest('base64');
    this.#socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
    );
    const early = Buffer.from(this.#rest.subarray(end + 4));
    this.#rest = Buffer.alloc(0);
    if (early.length > 0) this.#take(early);
  }

  #message(bytes: Buffer, from: number, to: number, maskAt: number): void {
    for (let place = 0; place < begin.length; place++) {
      const byte = from + place < to ? (bytes[from + place] ?? 0) : 0;
      begin[place] = maskAt < 0 ? byte : byte ^ (bytes[maskAt + (place & 3)] ?? 0);
    }
    const answer = answerFrame(begin);
    if (answer === null) {
      counts.strange += 1;
      return;
    }
    this.#socket.write(answer);
    counts.calls += 1;
    const station = stationOf(begin);
    const call = callOf(begin);
    const before = last.get(station) ?? 0;
    if (call <= before) counts.again += 1;
    else counts.missing += call - before - 1;
    last.set(station, Math.max(call, before));
  }
}

const server = createServer({ noDelay: true }, (socket) => new Station(socket));
orders<'listen' | 'counts'>({
  listen: () =>
    new Promise<number>((resolve, reject) => {
      server.on('error', reject);
      server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    }),
  counts: () => counts,
});
