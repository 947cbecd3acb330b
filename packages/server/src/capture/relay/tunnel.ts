/**
 * Two sockets joined: bytes pass both ways as they arrive, and so does every ending. Each side is read only as fast
 * as the other takes, so nothing is dropped and nothing piles up. The copy is handed over after the bytes have gone.
 */

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Direction } from '@ocpp-logs/core';
import type { Clock } from '../clock.ts';
import type { Stamp } from './decoder.ts';
import type { TunnelEnding } from './tap.ts';

export interface TunnelSide {
  readonly socket: Socket;
  /** The TCP socket below a TLS one, where there is one: only that can be reset. */
  readonly transport: Socket | null;
  /** Bytes that came from it already. */
  readonly head: Buffer;
}

export interface TunnelSettings {
  readonly station: TunnelSide;
  readonly csms: TunnelSide;
  readonly clock: Clock;
  /** How long one side may stay open after the other has ended, ms. */
  readonly halfOpenMs: number;
  /** How long both sides may take to end at {@link Tunnel.close}, ms. */
  readonly shutdownMs: number;
  readonly heard: (direction: Direction, chunk: Buffer, stamp: Stamp) => void;
  /** Both sockets are closed. */
  readonly ended: (ending: TunnelEnding) => void;
  /** One side was still open when its time was over. */
  readonly overdue: () => void;
}

const KEEP_ALIVE_MS = 60_000;

export class Tunnel {
  readonly #settings: TunnelSettings;
  readonly #station: Socket;
  readonly #csms: Socket;
  #ending: TunnelEnding | null = null;
  #open = 2;
  #deadline: NodeJS.Timeout | null = null;
  #due = Number.POSITIVE_INFINITY;

  constructor(settings: TunnelSettings) {
    this.#settings = settings;
    this.#station = settings.station.socket;
    this.#csms = settings.csms.socket;
    this.#join('station', settings.station, settings.csms);
    this.#join('csms', settings.csms, settings.station);
  }

  /** Ends both sides, so that the station connects again. */
  close(): void {
    this.#ending ??= { by: 'server', how: 'shutdown' };
    this.#station.end();
    this.#csms.end();
    this.#destroyIn(this.#settings.shutdownMs);
  }

  #join(by: 'station' | 'csms', from: TunnelSide, to: TunnelSide): void {
    const { clock, heard } = this.#settings;
    const direction: Direction = by === 'station' ? 'station_to_csms' : 'csms_to_station';
    const source = from.socket;
    const target = to.socket;
    source.setTimeout(0);
    source.setNoDelay(true);
    source.setKeepAlive(true, KEEP_ALIVE_MS);

    const pass = (chunk: Buffer) => {
      const stamp = clock();
      // A target that has ended has said so to the source already; what still comes reaches nobody.
      if (target.writable && !target.write(chunk)) source.pause();
      heard(direction, chunk, stamp);
    };
    target.on('drain', () => source.resume());
    source.on('end', () => {
      this.#ending ??= { by, how: 'fin' };
      target.end();
      this.#destroyIn(this.#settings.halfOpenMs);
    });
    let broken = false;
    const breaks = (error: NodeJS.ErrnoException) => {
      broken = true;
      this.#ending ??= { by, how: error.code === 'ETIMEDOUT' ? 'timeout' : 'reset' };
    };
    source.on('error', breaks);
    from.transport?.on('error', breaks);
    source.on('close', () => {
      this.#ending ??= { by, how: 'reset' };
      if (broken) this.#resetAfterWrites(to);
      else if (!target.writableEnded) target.end();
      this.#closed();
    });
    if (from.head.length > 0) pass(from.head);
    source.on('data', pass);
    source.resume();
  }

  /** What the other side had sent before it broke off is still delivered, if the peer takes it in time. */
  #resetAfterWrites(side: TunnelSide): void {
    const { socket } = side;
    if (socket.destroyed) return;
    if (socket.writableLength === 0) {
      reset(side);
      return;
    }
    socket.once('drain', () => reset(side));
    this.#destroyIn(this.#settings.halfOpenMs);
  }

  /** The earliest call counts. */
  #destroyIn(ms: number): void {
    const due = performance.now() + ms;
    if (this.#open === 0 || due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#deadline ?? undefined);
    this.#deadline = setTimeout(() => {
      this.#settings.overdue();
      this.#station.destroy();
      this.#csms.destroy();
    }, ms);
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    clearTimeout(this.#deadline ?? undefined);
    this.#settings.ended(this.#ending ?? { by: 'server', how: 'reset' });
  }
}

function reset({ socket, transport }: TunnelSide): void {
  if (transport !== null) {
    transport.resetAndDestroy();
    socket.destroy();
  } else if (socket instanceof TLSSocket) {
    // Without access to its transport a TLS socket can only be broken off: no close_notify, so no clean ending.
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
