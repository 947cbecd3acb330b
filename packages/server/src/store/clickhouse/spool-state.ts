/** What the thread that records and the thread that ships tell each other of the spool, in memory that both share. */

const COMMITTED = 0;
const WANTED = 1;
const SHORT = 2;
const DROPPED = 3;
const DROPPED_FILES = 4;
const COMPARED = 5;
const SHIPPED = 6;
const NUMBERS = 7;

/** Its first number is the outbox's: see `OutboxOptions.settled`. */
export function sharedSpoolState(): SharedArrayBuffer {
  return new SharedArrayBuffer((COMMITTED + NUMBERS) * BigInt64Array.BYTES_PER_ELEMENT);
}

export class SpoolState {
  readonly #numbers: BigInt64Array;

  constructor(shared: SharedArrayBuffer) {
    this.#numbers = new BigInt64Array(shared);
  }

  /** Bytes beyond the bound of the spool, or that the disk lacks. */
  get wanted(): number {
    return this.#get(WANTED);
  }

  set wanted(bytes: number) {
    this.#set(WANTED, bytes);
  }

  /** Of them, what no month that was shipped can give. */
  get short(): number {
    return this.#get(SHORT);
  }

  set short(bytes: number) {
    this.#set(SHORT, bytes);
  }

  /** Entries since the start. */
  get dropped(): number {
    return this.#get(DROPPED);
  }

  get droppedFiles(): number {
    return this.#get(DROPPED_FILES);
  }

  addDropped(entries: number): void {
    this.#set(DROPPED, this.dropped + entries);
    this.#set(DROPPED_FILES, this.droppedFiles + 1);
  }

  /** How often a month was compared with what ClickHouse holds. */
  get compared(): number {
    return this.#get(COMPARED);
  }

  addCompared(): void {
    this.#set(COMPARED, this.compared + 1);
  }

  /** Up to which change ClickHouse has taken all. */
  get shipped(): number {
    return this.#get(SHIPPED);
  }

  set shipped(number: number) {
    this.#set(SHIPPED, number);
    Atomics.notify(this.#numbers, SHIPPED);
  }

  /** True as soon as `shipped` is so far, in whichever thread; false at once when `stop` is aborted before. */
  async reached(number: number, stop: AbortSignal): Promise<boolean> {
    const wake = () => Atomics.notify(this.#numbers, SHIPPED);
    stop.addEventListener('abort', wake);
    try {
      for (;;) {
        const now = Atomics.load(this.#numbers, SHIPPED);
        if (Number(now) >= number) return true;
        if (stop.aborted) return false;
        // It waits only where nothing came since it was read.
        await Atomics.waitAsync(this.#numbers, SHIPPED, now).value;
      }
    } finally {
      stop.removeEventListener('abort', wake);
    }
  }

  #get(at: number): number {
    return Number(Atomics.load(this.#numbers, at));
  }

  #set(at: number, value: number): void {
    Atomics.store(this.#numbers, at, BigInt(Math.ceil(value)));
  }
}
