/** One station at the built-in CSMS: its messages recorded, answered in the order in which they came, and calls to it. */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type Direction, FRAME_BYTES_MAX, type OcppVersion } from '@ocpp-logs/core';
import { WebSocket } from 'ws';
import type { StartOfTransaction } from '../../store/control.ts';
import type { CaptureCounters } from '../limits.ts';
import type { ByteBudget } from '../relay/byte-budget.ts';
import type { CaptureSink, ConnectionNumber } from '../sink.ts';
import type { WarningLog } from '../sparing-log.ts';
import { internalError, planAnswer, startAnswer } from './csms-answers.ts';
import { type Ending, endingOf } from './csms-ending.ts';
import { type CallOutcome, OutgoingCalls, type WantedCall } from './outgoing-calls.ts';
import { Unfinished } from './unfinished.ts';

/** What is kept of a message over {@link FRAME_BYTES_MAX}, bytes. */
const KEPT_OF_LONG = 64 * 1024;
/** What is being inflated is looked at again after this. */
const SETTLE_MS = 50;
/** Pings without any sign of life after them. */
const PINGS_MISSED_MAX = 2;

export interface CsmsLimits {
  /** A longer message ends its connection; bytes. Those over {@link FRAME_BYTES_MAX} are recorded cut. */
  readonly messageBytes: number;
  /** Answers waiting in a socket that the station does not read; bytes. */
  readonly unsentBytes: number;
  /** Answers that wait for the number of a transaction before them. */
  readonly waitingAnswers: number;
  /** Calls to a station that wait for their turn. */
  readonly waitingCalls: number;
  /** Between two pings, ms. */
  readonly pingInterval: number;
  /** For the closing handshake, ms. */
  readonly closeTimeout: number;
}

export const CSMS_LIMITS: CsmsLimits = {
  messageBytes: 16 * 1024 * 1024,
  unsentBytes: 1024 * 1024,
  waitingAnswers: 1_000,
  waitingCalls: 16,
  pingInterval: 60_000,
  closeTimeout: 5_000,
};

/** What the connections of one CSMS have in common. */
export interface CsmsSurroundings {
  readonly sink: CaptureSink;
  readonly transactionNumber: (start: StartOfTransaction) => Promise<number>;
  readonly heartbeatIntervalS: number;
  /** For the answer to a call, ms. */
  readonly callTimeoutMs: number;
  readonly now: () => Date;
  readonly limits: CsmsLimits;
  /** What all connections may hold of messages that have not ended. */
  readonly held: ByteBudget;
  readonly counters: Pick<CaptureCounters, 'cut' | 'blind' | 'endedAtBound' | 'callsRefused'>;
  readonly log: WarningLog;
}

export interface CsmsStation {
  readonly site: string;
  readonly charger: string;
  readonly version: OcppVersion;
}

/** An answer whose turn has not come; null while its transaction has no number. */
interface WaitingAnswer {
  text: string | null;
}

export class CsmsConnection {
  /** Resolves when the connection is gone and its end is recorded. */
  readonly ended: Promise<void>;
  readonly #csms: CsmsSurroundings;
  readonly #station: CsmsStation;
  readonly #socket: WebSocket;
  readonly #number: ConnectionNumber;
  readonly #waiting: WaitingAnswer[] = [];
  readonly #calls: OutgoingCalls;
  #ending: Ending | null = null;
  readonly #unfinished: Unfinished;
  #settling: NodeJS.Timeout | null = null;
  #pingsMissed = 0;

  constructor(
    csms: CsmsSurroundings,
    station: CsmsStation,
    socket: WebSocket,
    transport: Duplex,
    number: ConnectionNumber,
  ) {
    this.#csms = csms;
    this.#station = station;
    this.#socket = socket;
    this.#number = number;
    this.#calls = new OutgoingCalls({
      send: (text) => this.#sendCall(text),
      timeoutMs: csms.callTimeoutMs,
      waitingMax: csms.limits.waitingCalls,
      refused: () => {
        csms.counters.callsRefused += 1;
      },
    });
    this.#unfinished = new Unfinished(socket, csms.held);
    transport.on('data', () => this.#charge());
    socket.on('message', (bytes, binary) => {
      this.#charge();
      // Safe: `binaryType` is left at nodebuffer, so every message is one Buffer.
      this.#received(bytes as Buffer, binary);
    });
    socket.on('pong', () => {
      this.#pingsMissed = 0;
    });
    socket.on('error', (error) => this.#broken(error));
    transport.once('end', () => this.#noteEnding({ ended_by: 'station', how: 'fin' }));
    transport.once('error', () => this.#noteEnding({ ended_by: 'station', how: 'reset' }));
    const pinging = setInterval(() => this.#ping(), csms.limits.pingInterval);
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        clearInterval(pinging);
        this.#waiting.length = 0;
        if (this.#settling !== null) clearTimeout(this.#settling);
        this.#unfinished.release();
        csms.sink.closed(number, endingOf(code, reason.toString('utf8'), this.#ending));
        this.#calls.close();
        resolve();
      });
    });
  }

  get version(): OcppVersion {
    return this.#station.version;
  }

  /** Whether messages go both ways: not from the first close frame on. */
  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get waitingCalls(): number {
    return this.#calls.waiting;
  }

  /** A call of the CSMS; the payload must fit the schema of its action. Rejects where nothing was sent. */
  call(wanted: WantedCall): Promise<CallOutcome> {
    return this.#calls.call(wanted);
  }

  /** Closes with a close frame; the socket is destroyed if the station does not answer it in time. */
  close(code: number, reason: string, ended_by: 'csms' | 'server' = 'csms'): void {
    const how = ended_by === 'server' ? 'shutdown' : 'close_frame';
    this.#noteEnding({ ended_by, how, close_code: code, reason });
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #received(bytes: Buffer, binary: boolean): void {
    this.#pingsMissed = 0;
    this.#record('station_to_csms', bytes, binary);
    if (bytes.length > FRAME_BYTES_MAX) {
      this.#endAtBound(1009, `a message is longer than ${FRAME_BYTES_MAX} bytes`);
      return;
    }
    if (binary || !this.open) return;
    const text = isUtf8(bytes) ? bytes.toString('utf8') : null;
    const planned = planAnswer(text, {
      version: this.#station.version,
      now: this.#csms.now().toISOString(),
      heartbeatInterval: this.#csms.heartbeatIntervalS,
    });
    if (planned.kind === 'answered' && text !== null) this.#calls.settle(planned.message, text);
    if (planned.kind === 'ready') this.#answer({ text: planned.text });
    if (planned.kind !== 'start') return;
    const answer: WaitingAnswer = { text: null };
    this.#answer(answer);
    const { site, charger } = this.#station;
    this.#csms.transactionNumber({ site, charger, ...planned.start }).then(
      (transactionId) => this.#ready(answer, startAnswer(planned.idText, transactionId)),
      (error: unknown) => {
        this.#csms.log.warn({ err: error, site, charger }, 'no transaction number was given out');
        this.#ready(answer, internalError(planned.idText));
      },
    );
  }

  #answer(answer: WaitingAnswer): void {
    if (this.#waiting.length >= this.#csms.limits.waitingAnswers) {
      this.#endAtBound(1008, 'too many calls wait for their answer');
      return;
    }
    this.#waiting.push(answer);
    this.#sendReady();
  }

  #ready(answer: WaitingAnswer, text: string): void {
    answer.text = text;
    this.#sendReady();
  }

  #sendReady(): void {
    while (this.open) {
      const text = this.#waiting[0]?.text ?? null;
      if (text === null) return;
      this.#waiting.shift();
      this.#send(Buffer.from(text, 'utf8'));
    }
  }

  #sendCall(text: string): boolean {
    if (!this.open) return false;
    this.#send(Buffer.from(text, 'utf8'));
    return true;
  }

  #send(bytes: Buffer): void {
    this.#socket.send(bytes, { binary: false });
    this.#record('csms_to_station', bytes, false);
    if (this.#socket.bufferedAmount > this.#csms.limits.unsentBytes) {
      this.#endAtBound(1013, 'the station does not read its answers');
    }
  }

  #record(direction: Direction, bytes: Buffer, binary: boolean): void {
    const long = bytes.length > FRAME_BYTES_MAX;
    if (long) this.#csms.counters.cut += 1;
    this.#csms.sink.frame(this.#number, {
      direction,
      bytes: long ? bytes.subarray(0, KEPT_OF_LONG) : bytes,
      binary,
      cut: long ? { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } : null,
      at: this.#csms.now().getTime(),
      arrival: Math.round(performance.now() * 1_000),
    });
  }

  #charge(): void {
    if (this.#ending !== null) return;
    if (!this.#unfinished.charge()) this.#giveUp('too much is held of messages that have not ended');
    else if (this.#unfinished.unsettled) {
      this.#settling ??= setTimeout(() => {
        this.#settling = null;
        this.#charge();
      }, SETTLE_MS);
    }
  }

  /** Without waiting for the station: what is held goes with its connection. */
  #giveUp(reason: string): void {
    this.#blind(reason);
    this.#endAtBound(1013, reason);
    this.#socket.terminate();
  }

  #blind(reason: string): void {
    this.#csms.counters.blind += 1;
    this.#csms.sink.blind(this.#number, reason);
  }

  #endAtBound(code: number, reason: string): void {
    if (this.open) this.#csms.counters.endedAtBound += 1;
    this.close(code, reason);
  }

  #ping(): void {
    if (this.#unfinished.stands()) {
      this.#giveUp('a message did not go on');
      return;
    }
    if (this.#pingsMissed >= PINGS_MISSED_MAX) {
      this.#csms.counters.endedAtBound += 1;
      this.#noteEnding({ ended_by: 'csms', how: 'timeout' });
      this.#socket.terminate();
      return;
    }
    this.#pingsMissed += 1;
    if (this.open) this.#socket.ping();
  }

  /** RFC 6455 7.1.7: what breaks the protocol fails the connection; `ws` has sent the close frame by now. */
  #broken(error: Error & { readonly code?: string }): void {
    if (error.code?.startsWith('WS_ERR_') !== true) return; // Of the transport, which is listened to by itself.
    const tooLong = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    if (tooLong) {
      this.#csms.counters.endedAtBound += 1;
      this.#blind('a message was too long to be recorded');
    }
    this.#noteEnding({
      ended_by: 'csms',
      how: 'close_frame',
      close_code: tooLong ? 1009 : 1002,
      reason: error.message,
    });
  }

  /** The first cause is the one that counts. */
  #noteEnding(ending: Ending): void {
    this.#ending ??= ending;
  }
}
