/** A frame of an ingest line as it would be stored: masked, but only when its bytes are asked for. */

import type { Direction, Frame } from '@ocpp-logs/core';
import type { FrameLine } from './ingest-line.ts';

export class MaskedFrame implements Frame {
  readonly direction: Direction;
  readonly at: number;
  readonly arrival: number | null;
  readonly binary = false;
  readonly cut = null;
  readonly #text: string;
  readonly #mask: (text: string) => string;

  constructor({ direction, at, arrival, text }: FrameLine, mask: (text: string) => string) {
    this.direction = direction;
    this.at = at;
    this.arrival = arrival;
    this.#text = text;
    this.#mask = mask;
  }

  get bytes(): Uint8Array {
    return Buffer.from(this.#mask(this.#text));
  }
}
