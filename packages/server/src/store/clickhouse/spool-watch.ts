/** Looks every few seconds what the spool takes, and tells the thread that records how much is to be freed. */

import type { LogStorage } from '../storage.ts';
import { type SpoolBounds, type SpoolRoom, spoolRoom } from './spool-room.ts';
import { SpoolState } from './spool-state.ts';

const LOOK_MS = 10_000;

export interface SpoolCounts {
  /** Of site files and outbox.db. */
  readonly spool_bytes: number;
  /** Beyond its bound, or lacking on the disk. */
  readonly spool_over_bytes: number;
  /** Of them, what no month that was shipped can give. */
  readonly spool_stuck_bytes: number;
  readonly spool_dropped_entries_total: number;
  readonly spool_dropped_months_total: number;
}

export interface SpoolWatchOptions {
  readonly folder: string;
  readonly settled: SharedArrayBuffer;
  readonly bounds: SpoolBounds;
}

export class SpoolWatch {
  readonly #options: SpoolWatchOptions;
  readonly #storage: () => LogStorage;
  readonly #state: SpoolState;
  readonly #report: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #room: SpoolRoom = { bytes: 0, freeBytes: 0, wanted: 0 };

  constructor(options: SpoolWatchOptions, storage: () => LogStorage, report: (line: string) => void) {
    this.#report = report;
    this.#options = options;
    this.#storage = storage;
    this.#state = new SpoolState(options.settled);
    this.look();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  look(): void {
    try {
      this.#look();
    } catch (error) {
      // The next look is soon; what was found last holds until then.
      this.#report(`the size of the spool is not known: ${error instanceof Error ? error.message : error}`);
    }
  }

  #look(): void {
    const { folder, bounds } = this.#options;
    this.#room = spoolRoom(folder, this.#storage(), bounds);
    this.#state.wanted = this.#room.wanted;
    // Nobody looks for what is not wanted.
    if (this.#room.wanted === 0) this.#state.short = 0;
  }

  counts(): SpoolCounts {
    return {
      spool_bytes: this.#room.bytes,
      spool_over_bytes: this.#room.wanted,
      spool_stuck_bytes: this.#state.short,
      spool_dropped_entries_total: this.#state.dropped,
      spool_dropped_months_total: this.#state.droppedFiles,
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
