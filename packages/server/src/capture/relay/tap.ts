/**
 * Listens to one relayed connection: both directions decoded, their messages and the connection's end recorded.
 * Whatever goes wrong here ends the listening and nothing else.
 */

import type { ConnectionEvent, Cut, Direction } from '@ocpp-logs/core';
import type { CaptureCounters, CaptureLimits } from '../limits.ts';
import type { CaptureSink, ConnectionNumber } from '../sink.ts';
import { ByteBudget } from './byte-budget.ts';
import { Decoder, type Stamp } from './decoder.ts';
import { Turns } from './turns.ts';

/** Who ended a connection first, and how, as its sockets show it. */
export interface TunnelEnding {
  readonly by: 'station' | 'csms' | 'server';
  readonly how: 'fin' | 'reset' | 'timeout' | 'shutdown';
}

export interface TapSettings {
  readonly sink: CaptureSink;
  readonly connection: ConnectionNumber;
  /** `Sec-WebSocket-Extensions` of the CSMS's answer. */
  readonly extensions: string;
  readonly limits: CaptureLimits;
  readonly held: ByteBudget;
  readonly counters: CaptureCounters;
}

interface CloseFrame {
  readonly by: 'station' | 'csms';
  readonly code: number;
  readonly reason: string;
}

/** Messages of one connection that wait for one to be inflated. */
export const WAITING_MESSAGES_MAX = 10_000;
const ABNORMAL_CLOSURE = 1006;

export class Tap {
  readonly #settings: TapSettings;
  readonly #budget: ByteBudget;
  readonly #turns = new Turns(WAITING_MESSAGES_MAX);
  readonly #station: Decoder;
  readonly #csms: Decoder;
  #closeFrame: CloseFrame | null = null;
  #blind = false;
  #ended: { readonly ending: TunnelEnding; readonly recorded: () => void } | null = null;

  constructor(settings: TapSettings) {
    this.#settings = settings;
    this.#budget = new ByteBudget(settings.limits.heldPerConnection, settings.held);
    const extensions = extensionNames(settings.extensions);
    const deflate = extensions.includes('permessage-deflate');
    this.#station = this.#decoder('station_to_csms', deflate);
    this.#csms = this.#decoder('csms_to_station', deflate);
    const unknown = extensions.find((name) => name !== 'permessage-deflate');
    if (unknown !== undefined) this.#goBlind(`the extension ${unknown} was agreed on`);
  }

  heard(direction: Direction, chunk: Uint8Array, stamp: Stamp): void {
    (direction === 'station_to_csms' ? this.#station : this.#csms).push(chunk, stamp);
  }

  /** @param recorded called when all that was heard, and the end, has been told to the sink */
  ended(ending: TunnelEnding, recorded: () => void): void {
    this.#ended = { ending, recorded };
    const queued = this.#turns.add((done) => {
      this.#finish();
      done();
    });
    if (!queued) this.#finish();
  }

  #finish(): void {
    if (this.#ended === null) return;
    const { ending, recorded } = this.#ended;
    this.#ended = null;
    const { sink, connection } = this.#settings;
    this.#stop();
    this.#record(() => sink.closed(connection, this.#closing(ending)));
    recorded();
  }

  #decoder(direction: Direction, deflate: boolean): Decoder {
    return new Decoder(
      { deflate, budget: this.#budget, turns: this.#turns },
      {
        message: (bytes, binary, cut, stamp) => this.#message(direction, bytes, binary, cut, stamp),
        close: (code, reason) => {
          this.#closeFrame ??= { by: direction === 'station_to_csms' ? 'station' : 'csms', code, reason };
        },
        failed: (reason) => this.#goBlind(`${direction}: ${reason}`),
      },
    );
  }

  #message(direction: Direction, bytes: Uint8Array, binary: boolean, cut: Cut | null, stamp: Stamp): void {
    const { sink, connection, counters } = this.#settings;
    if (cut !== null) counters.cut += 1;
    try {
      sink.frame(connection, { direction, bytes, binary, cut, at: stamp.at, arrival: stamp.arrival });
    } catch (error) {
      this.#goBlind(`recording broke: ${String(error)}`);
    }
  }

  #goBlind(reason: string): void {
    if (this.#blind) return;
    this.#blind = true;
    this.#stop();
    const { sink, connection, counters } = this.#settings;
    counters.blind += 1;
    this.#record(() => sink.blind(connection, reason));
    // The end may have been waiting for what is now given up.
    this.#finish();
  }

  #record(call: () => void): void {
    try {
      call();
    } catch {
      this.#settings.counters.sinkErrors += 1;
    }
  }

  #stop(): void {
    this.#turns.stop();
    this.#station.stop();
    this.#csms.stop();
    this.#budget.close();
  }

  #closing(ending: TunnelEnding): ConnectionEvent & { readonly event: 'closed' } {
    const frame = this.#closeFrame;
    if (frame !== null) {
      const { by, code, reason } = frame;
      return { event: 'closed', close_code: code, reason, ended_by: by, how: 'close_frame' };
    }
    const seen = { event: 'closed', ended_by: ending.by, how: ending.how } as const;
    // Without listening to the end it is unknown whether there was a close frame.
    return this.#blind ? seen : { ...seen, close_code: ABNORMAL_CLOSURE, reason: '' };
  }
}

/**
 * Names in a `Sec-WebSocket-Extensions` header. Parameters do not matter here: inflating needs none, and no parameter
 * of the one extension that is read holds a comma.
 */
function extensionNames(header: string): string[] {
  const names = header.split(',').map((extension) => (extension.split(';')[0] ?? '').trim().toLowerCase());
  return names.filter((name) => name !== '');
}
