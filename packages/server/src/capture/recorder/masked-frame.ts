/** A frame of an ingest line as it would be stored: masked, but only when its bytes are asked for. */

import type { Direction, Frame } from '@ocpp-logs/core';
import type { SourceFrame } from '../../store/store.ts';
import type { FrameLine } from './ingest-line.ts';

/** Both in one: there are thousands of them in a request, and hardly one is looked at. */
export class MaskedFrame implements Frame, SourceFrame {
  readonly charger: string;
  readonly rebuilt: boolean;
  readonly direction: Direction;
  readonly at: number;
  readonly arrival: number | null;
  readonly binary = false;
  readonly cut = null;
  readonly #text: string;
  readonly #mask: (text: string) => string;

  constructor({ charger, rebuilt, direction, at, arrival, text }: FrameLine, mask: (text: string) => string) {
    this.charger = charger;
    this.rebuilt = rebuilt;
    this.direction = direction;
    this.at = at;
    this.arrival = arrival;
    this.#text = text;
    this.#mask = mask;
  }

  get frame(): Frame {
    return this;
  }

  get bytes(): Uint8Array {
    return Buffer.from(this.#mask(this.#text));
  }
}
