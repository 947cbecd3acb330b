/** Calls of the CSMS to one station: one at a time (OCPP 1.6J 4.1.1), the others wait their turn. */

import { randomUUID } from 'node:crypto';
import type { ErrorMessage, ResultMessage } from '@ocpp-logs/core';

/** What became of a call that was sent. Texts are JSON, as the station wrote them. */
export type CallOutcome =
  | {
      readonly outcome: 'answered';
      readonly messageId: string;
      readonly latencyMs: number;
      readonly payloadText: string;
    }
  | {
      readonly outcome: 'error';
      readonly messageId: string;
      readonly latencyMs: number;
      readonly code: string;
      readonly description: string | null;
      readonly detailsText: string | null;
    }
  | { readonly outcome: 'timeout' | 'connection_lost'; readonly messageId: string };

/** Nothing was sent: the station is not there, or went while the call waited. */
export class StationAway extends Error {
  override readonly name = 'StationAway';
}

/** Nothing was sent: as many calls as may wait do so already. */
export class StationBusy extends Error {
  override readonly name = 'StationBusy';
}

/** Nothing was sent: whoever asked has gone. */
export class CallWithdrawn extends Error {
  override readonly name = 'CallWithdrawn';
}

export interface OutgoingCallsOptions {
  /** False where the connection takes nothing any more. */
  readonly send: (text: string) => boolean;
  readonly timeoutMs: number;
  /** Calls that may wait behind the one that is out. */
  readonly waitingMax: number;
  /** Told of each that finds no room. */
  readonly refused: () => void;
}

export interface WantedCall {
  readonly action: string;
  /** JSON text of an object, sent as it stands. */
  readonly payloadText: string;
  /** Withdraws the call as long as it waits. */
  readonly signal?: AbortSignal;
}

interface WaitingCall {
  readonly wanted: WantedCall;
  readonly resolve: (outcome: CallOutcome) => void;
  readonly reject: (reason: Error) => void;
  readonly forget: () => void;
}

interface SentCall {
  readonly messageId: string;
  /** Monotonic, ms. */
  readonly at: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcome: CallOutcome) => void;
}

export class OutgoingCalls {
  readonly #options: OutgoingCallsOptions;
  readonly #waiting: WaitingCall[] = [];
  #sent: SentCall | null = null;
  #closed = false;

  constructor(options: OutgoingCallsOptions) {
    this.#options = options;
  }

  /** Calls whose turn has not come. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects where nothing was sent. */
  call(wanted: WantedCall): Promise<CallOutcome> {
    if (this.#closed) return Promise.reject(new StationAway('the station is not connected'));
    if (wanted.signal?.aborted === true) return Promise.reject(new CallWithdrawn('withdrawn'));
    if (this.#sent !== null && this.#waiting.length >= this.#options.waitingMax) {
      this.#options.refused();
      return Promise.reject(new StationBusy(`${this.#options.waitingMax} calls wait already`));
    }
    return new Promise((resolve, reject) => {
      const withdraw = () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(new CallWithdrawn('withdrawn'));
      };
      const forget = () => wanted.signal?.removeEventListener('abort', withdraw);
      const waiting = { wanted, resolve, reject, forget };
      wanted.signal?.addEventListener('abort', withdraw, { once: true });
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  /** An answer of the station; one to nothing that is out is only the record's matter. */
  settle(message: ResultMessage | ErrorMessage, text: string): void {
    const sent = this.#sent;
    if (sent === null || message.id !== sent.messageId) return;
    const { messageId } = sent;
    const latencyMs = Math.round((performance.now() - sent.at) * 10) / 10;
    if (message.kind === 'result') {
      const { payloadSpan } = message;
      const payloadText = payloadSpan === null ? '{}' : text.slice(payloadSpan.start, payloadSpan.end);
      this.#end({ outcome: 'answered', messageId, latencyMs, payloadText });
      return;
    }
    const { code, description, detailsSpan } = message;
    const detailsText = detailsSpan === null ? null : text.slice(detailsSpan.start, detailsSpan.end);
    this.#end({ outcome: 'error', messageId, latencyMs, code, description, detailsText });
  }

  /** The connection is gone. */
  close(): void {
    this.#closed = true;
    const waiting = this.#waiting.splice(0);
    for (const { reject, forget } of waiting) {
      forget();
      reject(new StationAway('the station disconnected before the call could be sent'));
    }
    const { messageId } = this.#sent ?? {};
    if (messageId !== undefined) this.#end({ outcome: 'connection_lost', messageId });
  }

  #end(outcome: CallOutcome): void {
    const sent = this.#sent;
    if (sent === null) return;
    clearTimeout(sent.timer);
    this.#sent = null;
    sent.resolve(outcome);
    this.#next();
  }

  #next(): void {
    if (this.#sent !== null) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { wanted, resolve, reject, forget } = next;
    forget();
    const messageId = randomUUID();
    const timer = setTimeout(() => this.#end({ outcome: 'timeout', messageId }), this.#options.timeoutMs);
    // Before it is sent: an answer must never find nothing that is out.
    this.#sent = { messageId, at: performance.now(), timer, resolve };
    if (this.#options.send(`[2,"${messageId}",${JSON.stringify(wanted.action)},${wanted.payloadText}]`))
      return;
    clearTimeout(timer);
    this.#sent = null;
    reject(new StationAway('the station is not connected'));
    this.#next();
  }
}
