/** A station's end of OCPP-J: one call at a time, answers to what the CSMS asks (OCPP 1.6J 4, OCPP 2.0.1 Part 4 4). */

import { type JsonObject, readMessage } from '@ocpp-logs/core';
import { WebSocket } from 'ws';

/** Ends a call that nobody answers, ms. */
const ANSWER_MS = 30_000;
/** Calls that wait for their turn; a station that is asked for more drops the newest. */
const CALLS_MAX = 200;
const HANDSHAKE_MS = 10_000;
const CLOSE_MS = 2_000;

/** An error that the other side answered, or is to be answered with. */
export class CallError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.name = 'CallError';
    this.code = code;
  }
}

/** The connection ended before an answer came. */
export class ConnectionLost extends Error {}

export interface Answer {
  readonly payload: JsonObject;
  /** What the station does once the answer is sent. */
  readonly afterwards?: () => void;
}

export interface OcppClientOptions {
  readonly url: string;
  readonly subprotocol: 'ocpp1.6' | 'ocpp2.0.1';
  /** Throws a {@link CallError} for what it does not answer with a result. */
  readonly onCall: (action: string, payload: JsonObject) => Answer;
  readonly newId: () => string;
  /** Every frame, as it goes by. */
  readonly onFrame: (from: 'station' | 'csms', text: string) => void;
}

interface OpenCall {
  readonly id: string;
  readonly resolve: (payload: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

export class OcppClient {
  /** Resolves with the close code when the connection is gone. */
  readonly closed: Promise<number>;
  readonly #options: OcppClientOptions;
  readonly #socket: WebSocket;
  #open: OpenCall | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #closing: NodeJS.Timeout | null = null;

  private constructor(options: OcppClientOptions, socket: WebSocket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (bytes) => this.#received(bytes.toString()));
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        if (this.#closing !== null) clearTimeout(this.#closing);
        this.#open?.reject(new ConnectionLost(`connection closed with ${code}`));
        resolve(code);
      });
    });
  }

  /** Rejects when the handshake fails. */
  static connect(options: OcppClientOptions): Promise<OcppClient> {
    const socket = new WebSocket(options.url, options.subprotocol, { handshakeTimeout: HANDSHAKE_MS });
    return new Promise((resolve, reject) => {
      const client = new OcppClient(options, socket);
      socket.once('open', () => resolve(client));
      // After the handshake an error is followed by the close event, which tells of the loss.
      socket.on('error', reject);
    });
  }

  /** Sends the call when all before it are answered; resolves with the payload of its CALLRESULT. */
  call(action: string, payload: JsonObject): Promise<JsonObject> {
    if (this.#queued >= CALLS_MAX) return Promise.reject(new ConnectionLost('too many calls wait'));
    this.#queued += 1;
    const answered = this.#turn.then(() => this.#callNow(action, payload));
    this.#turn = answered.then(
      () => this.#next(),
      () => this.#next(), // The caller has the error; the next call goes out all the same.
    );
    return answered;
  }

  close(): void {
    if (this.#closing !== null) return;
    this.#closing = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.close(1000);
  }

  #next(): void {
    this.#queued -= 1;
  }

  #callNow(action: string, payload: JsonObject): Promise<JsonObject> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new ConnectionLost('not connected'));
    }
    const id = this.#options.newId();
    return new Promise<JsonObject>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#open = null;
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      const timer = setTimeout(() => fail(new CallError('Timeout', `no answer to ${action}`)), ANSWER_MS);
      const succeed = (answer: JsonObject) => {
        settle();
        resolve(answer);
      };
      this.#open = { id, resolve: succeed, reject: fail };
      this.#send(JSON.stringify([2, id, action, payload]));
    });
  }

  #received(text: string): void {
    this.#options.onFrame('csms', text);
    const message = readMessage(text);
    if (message.kind === 'call') {
      this.#answer(message.id, message.action, message.payload);
      return;
    }
    const open = this.#open;
    if (open === null || message.kind === 'malformed' || message.id !== open.id) return;
    if (message.kind === 'result') open.resolve(message.payload);
    if (message.kind === 'error') open.reject(new CallError(message.code, message.description ?? ''));
  }

  #answer(id: string, action: string, payload: JsonObject): void {
    let answer: Answer;
    try {
      answer = this.#options.onCall(action, payload);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#send(JSON.stringify([4, id, error.code, error.message, {}]));
      return;
    }
    this.#send(JSON.stringify([3, id, answer.payload]));
    answer.afterwards?.();
  }

  #send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#options.onFrame('station', text);
    this.#socket.send(text);
  }
}
