/**
 * What capture saw since the last hand-over, packed so that giving it to the recorder's thread copies nothing:
 * frames as rows of numbers beside their bytes, everything else as events that stand before a certain frame.
 */

import type { ConnectionEvent, Cut, Direction } from '@ocpp-logs/core';
import type { CapturedFrame, ConnectionNumber, OpenedConnection, RefusedConnection } from '../sink.ts';
import type { HandedOver } from './frame-delays.ts';

export type CaptureEvent =
  | {
      readonly kind: 'opened';
      readonly connection: ConnectionNumber;
      readonly opened: OpenedConnection;
      readonly at: number;
      /** It was there before; only the thread is new. */
      readonly again: boolean;
    }
  | {
      readonly kind: 'closed';
      readonly connection: ConnectionNumber;
      readonly closing: ConnectionEvent;
      readonly at: number;
    }
  | { readonly kind: 'refused'; readonly refused: RefusedConnection; readonly at: number }
  | {
      readonly kind: 'gap';
      readonly connection: ConnectionNumber;
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    }
  | {
      /** Of a site, of which connections or refusals are missing as a whole. */
      readonly kind: 'missed';
      readonly site: string;
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    };

export interface Batch {
  /** When it was handed over, ms: frames that come later may bear this time, but by the same clock none before it. */
  readonly takenAt: number;
  /** {@link COLUMNS} numbers a frame. */
  readonly rows: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly cuts: readonly Cut[];
  /** Each with the number of frames that come before it. */
  readonly events: readonly (readonly [before: number, event: CaptureEvent])[];
}

export interface BatchedFrame extends CapturedFrame {
  readonly connection: ConnectionNumber;
}

/** connection, direction, binary, at, arrival, end of the bytes, 1 + place in `cuts` or 0. */
const COLUMNS = 7;
/**
 * What a frame takes of memory until it is committed: each of its bytes as it came, in its text, in the payload that was
 * read of it; and beside them what knows of it. `bench/waiting.ts` measures it: 1,180 bytes beside 3.0 to 3.5 a byte.
 */
const BYTE_COST = 3.5;
export const ITEM_COST = 1_200;

/** Of a frame of so many bytes. */
export function frameCost(bytes: number): number {
  return ITEM_COST + bytes * BYTE_COST;
}

export class BatchBuilder {
  #rows = new Float64Array(COLUMNS * 64);
  #frames = 0;
  #bytes = new Uint8Array(16 * 1024);
  #length = 0;
  #cuts: Cut[] = [];
  #events: [number, CaptureEvent][] = [];
  /** Of the last frame. */
  lastAt = 0;

  get frames(): number {
    return this.#frames;
  }

  /** Bytes of frames held. */
  get length(): number {
    return this.#length;
  }

  /** What it takes of memory, bytes, roughly. */
  get cost(): number {
    return this.#length * BYTE_COST + (this.#frames + this.#events.length) * ITEM_COST;
  }

  get empty(): boolean {
    return this.#frames === 0 && this.#events.length === 0;
  }

  frame(connection: ConnectionNumber, frame: CapturedFrame): void {
    const end = this.#length + frame.bytes.length;
    if (end > this.#bytes.length) this.#growBytes(end);
    this.#bytes.set(frame.bytes, this.#length);
    this.#length = end;
    const row = this.#frames * COLUMNS;
    if (row === this.#rows.length) this.#growRows();
    this.#rows[row] = connection;
    this.#rows[row + 1] = frame.direction === 'station_to_csms' ? 0 : 1;
    this.#rows[row + 2] = frame.binary ? 1 : 0;
    this.#rows[row + 3] = frame.at;
    this.#rows[row + 4] = frame.arrival;
    this.#rows[row + 5] = end;
    this.#rows[row + 6] = frame.cut === null ? 0 : this.#cuts.push(frame.cut);
    this.#frames += 1;
    this.lastAt = frame.at;
  }

  event(event: CaptureEvent): void {
    this.#events.push([this.#frames, event]);
  }

  take(takenAt = Date.now()): Batch {
    const batch: Batch = {
      takenAt,
      rows: this.#rows.slice(0, this.#frames * COLUMNS),
      bytes: this.#bytes.slice(0, this.#length),
      cuts: this.#cuts,
      events: this.#events,
    };
    this.#frames = 0;
    this.#length = 0;
    this.#cuts = [];
    this.#events = [];
    return batch;
  }

  #growBytes(wanted: number): void {
    const grown = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  #growRows(): void {
    const grown = new Float64Array(this.#rows.length * 2);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}

/** Its frames, by the arrival of the first; null where there are none. */
export function handedOver({ rows }: Batch): HandedOver | null {
  const arrival = rows[4];
  return arrival === undefined ? null : { arrival, frames: rows.length / COLUMNS };
}

/** Frames and events in the order in which they were seen. */
export function* unpack(batch: Batch): Generator<CaptureEvent | BatchedFrame> {
  const frames = batch.rows.length / COLUMNS;
  let next = 0;
  let start = 0;
  for (let frame = 0; frame <= frames; frame++) {
    for (
      let event = batch.events[next];
      event !== undefined && event[0] <= frame;
      event = batch.events[next]
    ) {
      yield event[1];
      next += 1;
    }
    if (frame === frames) return;
    const at = frame * COLUMNS;
    const end = batch.rows[at + 5] ?? start;
    const direction: Direction = batch.rows[at + 1] === 0 ? 'station_to_csms' : 'csms_to_station';
    yield {
      connection: batch.rows[at] ?? 0,
      direction,
      binary: batch.rows[at + 2] === 1,
      at: batch.rows[at + 3] ?? 0,
      arrival: batch.rows[at + 4] ?? 0,
      bytes: batch.bytes.subarray(start, end),
      cut: batch.cuts[(batch.rows[at + 6] ?? 0) - 1] ?? null,
    };
    start = end;
  }
}
