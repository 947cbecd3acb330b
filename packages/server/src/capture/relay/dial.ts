/**
 * One upgrade request to a CSMS, over a connection of its own, up to the answer. Written on node:net and node:tls
 * and not on node:http, whose client re-spells what it sends and gets, ends half-open sockets by itself, and refuses
 * answers that stations accept.
 */

import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { UpstreamRefused } from '../../auth/upstream-rule.ts';
import type { CaptureLimits } from '../limits.ts';
import { type AnswerHead, bodyComplete, readAnswerHead } from './answer-head.ts';
import type { TunnelSide } from './tunnel.ts';
import type { Upstream } from './upstream.ts';

export type DialOutcome =
  | {
      readonly kind: 'upgraded';
      readonly answer: AnswerHead;
      /** The answer as it came. */
      readonly bytes: Buffer;
      readonly csms: TunnelSide;
    }
  | { readonly kind: 'refused'; readonly answer: AnswerHead; readonly bytes: Buffer }
  | {
      readonly kind: 'unreachable';
      readonly reason: string;
      /** The reason tells of the network behind this server. */
      readonly inside: boolean;
    }
  | { readonly kind: 'slow' }
  | { readonly kind: 'given up' };

export interface UpstreamTls {
  /** PEM of the authorities that are trusted; the usual ones if absent. */
  readonly ca?: string | string[];
  readonly rejectUnauthorized?: boolean;
  /** PEM of the certificate that is shown where one is asked for, with its chain, and of its key. */
  readonly cert?: string;
  readonly key?: string;
}

export interface DialSettings {
  readonly limits: CaptureLimits;
  readonly tls: UpstreamTls;
  /** Looks the host up; null: as the system does. */
  readonly lookup: LookupFunction | null;
  /** Aborted when the station has left or the server stops: the outcome is 'given up'. */
  readonly signal: AbortSignal;
}

export function dial(upstream: Upstream, request: Buffer, settings: DialSettings): Promise<DialOutcome> {
  return new Promise((resolve) => new Dial(upstream, request, settings, resolve));
}

class Dial {
  readonly #settings: DialSettings;
  readonly #resolve: (outcome: DialOutcome) => void;
  readonly #transport: Socket;
  readonly #socket: Socket;
  readonly #secure: boolean;
  readonly #timer: NodeJS.Timeout;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the answer that counts begins, behind interim ones. */
  #begin = 0;
  #refusal: AnswerHead | null = null;

  constructor(
    upstream: Upstream,
    request: Buffer,
    settings: DialSettings,
    resolve: (outcome: DialOutcome) => void,
  ) {
    this.#settings = settings;
    this.#resolve = resolve;
    const { hostname, port, secure } = upstream;
    this.#secure = secure;
    this.#transport = connect({
      host: hostname,
      port,
      allowHalfOpen: true,
      noDelay: true,
      ...(settings.lookup === null ? {} : { lookup: settings.lookup }),
    });
    this.#socket = secure
      ? connectTls({
          socket: this.#transport,
          ...(isIP(hostname) === 0 ? { servername: hostname } : { host: hostname }),
          ALPNProtocols: ['http/1.1'],
          ...settings.tls,
        })
      : this.#transport;
    this.#timer = setTimeout(this.#tooLate, settings.limits.answerMs);
    settings.signal.addEventListener('abort', this.#giveUp, { once: true });
    if (secure) this.#transport.on('error', this.#broken);
    this.#socket.on('error', this.#broken).on('end', this.#ended).on('data', this.#take);
    this.#socket.write(request);
    if (settings.signal.aborted) this.#giveUp();
  }

  readonly #take = (chunk: Buffer): void => {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (this.#refusal !== null) this.#takeBody(this.#refusal);
    else this.#takeHead();
  };

  #takeHead(): void {
    const answer = readAnswerHead(this.#bytes.subarray(this.#begin));
    if (answer === null) {
      if (this.#bytes.length > this.#settings.limits.answerBytes)
        this.#fail('the head of the answer is too long');
    } else if ('problem' in answer) {
      this.#fail(answer.problem);
    } else if (answer.status === 101) {
      const end = this.#begin + answer.length;
      this.#finish();
      // Paused, it keeps what comes until the tunnel reads it.
      this.#socket.pause();
      const csms = {
        socket: this.#socket,
        transport: this.#secure ? this.#transport : null,
        head: this.#bytes.subarray(end),
      };
      this.#resolve({ kind: 'upgraded', answer, bytes: this.#bytes.subarray(0, end), csms });
    } else if (answer.status < 200) {
      this.#begin += answer.length;
      this.#takeHead();
    } else {
      this.#refusal = answer;
      this.#takeBody(answer);
    }
  }

  #takeBody(answer: AnswerHead): void {
    const body = this.#bytes.subarray(this.#begin + answer.length);
    const max = this.#settings.limits.answerBytes;
    if (bodyComplete(answer, body) || body.length >= max) this.#refused(answer);
  }

  #refused(answer: AnswerHead): void {
    const end = this.#begin + answer.length + this.#settings.limits.answerBytes;
    this.#leave({ kind: 'refused', answer, bytes: this.#bytes.subarray(0, end) });
  }

  readonly #ended = (): void => {
    if (this.#refusal !== null) this.#refused(this.#refusal);
    else this.#fail('it closed the connection without an answer');
  };

  readonly #broken = (error: NodeJS.ErrnoException): void => {
    if (this.#refusal !== null) this.#refused(this.#refusal);
    else if (error instanceof UpstreamRefused) this.#fail(error.message, true);
    else this.#fail(error.code ?? error.message);
  };

  readonly #tooLate = (): void => {
    // A body whose end nothing tells has had its time.
    if (this.#refusal !== null) this.#refused(this.#refusal);
    else this.#leave({ kind: 'slow' });
  };

  readonly #giveUp = (): void => this.#leave({ kind: 'given up' });

  #fail(reason: string, inside = false): void {
    this.#leave({ kind: 'unreachable', reason, inside });
  }

  #leave(outcome: DialOutcome): void {
    this.#finish();
    // Errors of a socket that is given up tell nothing new, but must not go uncaught.
    for (const socket of [this.#socket, this.#transport]) socket.on('error', () => {}).destroy();
    this.#resolve(outcome);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#settings.signal.removeEventListener('abort', this.#giveUp);
    this.#transport.off('error', this.#broken);
    this.#socket.off('error', this.#broken).off('end', this.#ended).off('data', this.#take);
  }
}
