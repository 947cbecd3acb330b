/** For tests: the built-in CSMS on a port of its own, and all that it gave to its sink. */

import { createServer, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { type CaptureCounters, captureCounters } from '../limits.ts';
import type { CapturedFrame, CaptureSink, OpenedConnection, RefusedConnection } from '../sink.ts';
import { BuiltInCsms, type BuiltInCsmsOptions } from './csms.ts';

type Closing = Parameters<CaptureSink['closed']>[1];

export interface RecordedConnection {
  readonly opened: OpenedConnection;
  readonly frames: CapturedFrame[];
  closing: Closing | null;
  blind: string | null;
}

/** Keeps everything, and tells when something new came. */
export class RecordingSink implements CaptureSink {
  readonly connections: RecordedConnection[] = [];
  readonly refusals: RefusedConnection[] = [];
  readonly #waiting = new Set<() => void>();

  opened(opened: OpenedConnection): number {
    this.connections.push({ opened, frames: [], closing: null, blind: null });
    this.#changed();
    return this.connections.length - 1;
  }

  frame(number: number, frame: CapturedFrame): void {
    this.at(number).frames.push({ ...frame, bytes: frame.bytes.slice() });
    this.#changed();
  }

  closed(number: number, closing: Closing): void {
    this.at(number).closing = closing;
    this.#changed();
  }

  refused(connection: RefusedConnection): void {
    this.refusals.push(connection);
    this.#changed();
  }

  blind(number: number, reason: string): void {
    this.at(number).blind = reason;
    this.#changed();
  }

  at(number: number): RecordedConnection {
    const connection = this.connections[number];
    if (connection === undefined) throw new Error(`there is no connection ${number}`);
    return connection;
  }

  /** Texts of a connection, each with who sent it: `> ` the station, `< ` the CSMS. */
  talk(number: number): readonly string[] {
    return this.at(number).frames.map(({ direction, bytes }) => {
      return `${direction === 'station_to_csms' ? '>' : '<'} ${Buffer.from(bytes).toString('utf8')}`;
    });
  }

  /** Resolves as soon as `reached` holds. */
  until(reached: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!reached()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #changed(): void {
    for (const check of this.#waiting) check();
  }
}

export interface CsmsDouble {
  readonly csms: BuiltInCsms;
  readonly sink: RecordingSink;
  /** `ws://HOST:PORT`; the path is `/ocpp/{site}/{charger}`. */
  readonly url: string;
  readonly warnings: string[];
  readonly counters: CaptureCounters;
}

export const CSMS_NOW = '2025-03-01T12:00:00.000Z';

/** Ends with the test. */
export async function startCsms(
  t: TestContext,
  options: Partial<BuiltInCsmsOptions> = {},
): Promise<CsmsDouble> {
  const sink = new RecordingSink();
  const warnings: string[] = [];
  const counters = captureCounters();
  let numbers = 0;
  const csms = new BuiltInCsms({
    sink,
    transactionNumber: async () => {
      numbers += 1;
      return numbers;
    },
    heartbeatIntervalS: 300,
    callTimeoutMs: 60_000,
    now: () => new Date(CSMS_NOW),
    log: { warn: (_, text) => warnings.push(text) },
    counters,
    ...options,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    const [, , site = '', charger = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    csms.accept(request, socket, head, { site, charger });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  t.after(async () => {
    await csms.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { csms, sink, url: `ws://127.0.0.1:${port}`, warnings, counters };
}

/** A client that is open; its errors are the test's to look for. */
export function connect(url: string, subprotocols: string | string[] = 'ocpp1.6'): Promise<WebSocket> {
  const socket = new WebSocket(url, subprotocols);
  socket.on('error', () => {}); // The close event that follows is what tests look at.
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('close', (code) => reject(new Error(`closed with ${code} before it was open`)));
  });
}

/** Sends a text and resolves with the next one that comes. */
export function ask(socket: WebSocket, text: string): Promise<string> {
  const answered = new Promise<string>((resolve) => {
    socket.once('message', (bytes) => resolve(bytes.toString()));
  });
  socket.send(text);
  return answered;
}

export function closeOf(socket: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** An upgrade by hand: the answer's status, and the socket that nobody reads from. */
export function upgradeByHand(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly socket: Socket; readonly body: string }> {
  const request = get(url.replace('ws:', 'http:'), {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', ...headers },
  });
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('upgrade', (response: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.unshift(head);
      // A plain HTTP client has no other streams than sockets.
      resolve({ status: response.statusCode ?? 0, socket: stream as Socket, body: '' });
    });
    request.once('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        socket: response.socket,
        body: Buffer.concat(chunks).toString(),
      });
    });
  });
}

/** A masked text frame of a client, with a mask of zeros (RFC 6455 5.2). */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(14);
  head[0] = 0x81;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
