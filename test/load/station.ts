/** One station of the swarm: a plain TCP connection, an upgrade, calls, and what was answered to which of them. */

import { connect, type Socket } from 'node:net';
import { BOOT, callFrame, callOf, ID_AT, ID_LENGTH, KINDS_OF_CALLS, nameOf } from './calls.ts';
import { eachFrame } from './raw-frames.ts';

export interface StationPlace {
  readonly port: number;
  /** `/ocpp/site-01` */
  readonly path: string;
  /** From which of this machine's addresses: ports of one run out. */
  readonly address: string;
}

/** What the stations of a process have in common. */
export interface Hive {
  /** Told of each answer, microseconds after its call. */
  answered(us: number): void;
  /** Told once of each attempt: null, or why it failed; ms. */
  tried(station: Station, problem: string | null, ms: number): void;
  /** A connection that was there is gone, though nobody here ended it. */
  broken(station: Station): void;
}

/** So many calls may wait for their answer; a power of 2. */
const WAITING_MAX = 16;
const HEAD_MAX = 16 * 1024;
const CONNECT_LIMIT_MS = 20_000;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** What is read is looked at before anything else is read, so one buffer does for all. */
const READ = Buffer.alloc(64 * 1024);

export class Station {
  readonly number: number;
  readonly #hive: Hive;
  readonly #place: StationPlace;
  /** When each waiting call was sent, by its number; 0 for none. */
  readonly #waiting = new Float64Array(WAITING_MAX);
  /** Calls that a cut left without answer. */
  readonly unanswered: number[] = [];
  /** The number of the last call: they are counted from 1 through all connections. */
  sent = 0;
  answered = 0;
  /** Calls that were not sent because too many waited. */
  skipped = 0;
  /** Answers to what was not asked, or had been answered. */
  strange = 0;
  #socket: Socket | null = null;
  #open = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(number: number, place: StationPlace, hive: Hive) {
    this.number = number;
    this.#place = place;
    this.#hive = hive;
  }

  get open(): boolean {
    return this.#open;
  }

  get waiting(): number {
    return this.#waiting.reduce((sum, sent) => sum + (sent === 0 ? 0 : 1), 0);
  }

  connect(): void {
    const began = performance.now();
    let told = false;
    const tell = (problem: string | null) => {
      if (told) return;
      told = true;
      clearTimeout(limit);
      if (problem !== null) socket.destroy();
      this.#hive.tried(this, problem, performance.now() - began);
    };
    const limit = setTimeout(() => tell('no answer in time'), CONNECT_LIMIT_MS);
    const { port, path, address } = this.#place;
    let head = '';
    this.#rest = Buffer.alloc(0);
    const socket = connect({
      host: '127.0.0.1',
      port,
      localAddress: address,
      noDelay: true,
      onread: {
        buffer: READ,
        callback: (length, bytes) => {
          // Safe: `buffer` above is a Buffer, and it is what comes back.
          const read = (bytes as Buffer).subarray(0, length);
          if (this.#socket === socket && this.#open) {
            this.#take(read);
            return true;
          }
          head += read.toString('latin1');
          const end = head.indexOf('\r\n\r\n');
          if (end < 0) return head.length < HEAD_MAX;
          const status = head.slice(9, 12);
          if (status !== '101') {
            tell(`answered ${status}`);
            return false;
          }
          this.#open = true;
          const early = Buffer.from(head.slice(end + 4), 'latin1');
          if (early.length > 0) this.#take(early);
          this.call(BOOT);
          tell(null);
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => tell(error.code ?? error.message));
    socket.on('close', () => {
      tell('closed without an answer');
      if (this.#socket !== socket) return;
      this.#gone();
      this.#hive.broken(this);
    });
    socket.write(
      `GET ${path}/${nameOf(this.number)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3dhcm1zd2FybXN3YXJtIQ==\r\n' +
        'Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n',
    );
  }

  /** As when the line is cut: a reset, no close frame. */
  cut(): void {
    const socket = this.#socket;
    this.#gone();
    socket?.resetAndDestroy();
  }

  call(kind = 1 + ((this.number + this.sent) % (KINDS_OF_CALLS - 1))): void {
    if (!this.#open) return;
    const place = (this.sent + 1) & (WAITING_MAX - 1);
    if (this.#waiting[place] !== 0) {
      this.skipped += 1;
      return;
    }
    this.sent += 1;
    this.#waiting[place] = performance.now();
    this.#socket?.write(callFrame(kind, this.number, this.sent));
  }

  #gone(): void {
    this.#socket = null;
    this.#open = false;
    for (let call = Math.max(1, this.sent - WAITING_MAX + 1); call <= this.sent; call++) {
      if (this.#waiting[call & (WAITING_MAX - 1)] !== 0) this.unanswered.push(call);
    }
    this.#waiting.fill(0);
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const read = eachFrame(bytes, (opcode, from, to) => {
      if (opcode === 1) this.#answer(bytes, from, to);
      else if (opcode === 9) this.#socket?.write(PONG);
    });
    this.#rest = read === bytes.length ? bytes.subarray(0, 0) : Buffer.from(bytes.subarray(read));
  }

  #answer(bytes: Buffer, from: number, to: number): void {
    const call = to - from > ID_AT + ID_LENGTH ? callOf(bytes, from) : Number.NaN;
    const place = call & (WAITING_MAX - 1);
    const sent = this.#waiting[place] ?? 0;
    const isWaiting = sent !== 0 && call <= this.sent && call > this.sent - WAITING_MAX;
    if (!isWaiting) {
      this.strange += 1;
      return;
    }
    this.#waiting[place] = 0;
    this.answered += 1;
    this.#hive.answered((performance.now() - sent) * 1000);
  }
}
