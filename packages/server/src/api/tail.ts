/** One live tail: from the ring to one response, no faster than its reader takes it. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Live, TailQuestion } from './live.ts';
import { sseEvent, sseHeartbeat } from './sse.ts';

export const HEARTBEAT = 15_000;
/** A reader that takes nothing for this long is gone, ms. */
const STALLED = 60_000;
const RECONNECT_MS = 3_000;

export interface TailOptions {
  readonly question: TailQuestion;
  /** Position after which to begin: of `Last-Event-ID`, or now. null: it is unknown. */
  readonly after: number | null;
  /** Address of the page that shows what a gap left out. */
  readonly gapLink: () => string;
  /** Asked with every heartbeat: whether the key may still read. */
  readonly allowed: () => boolean;
  /** Told why a tail ended that neither side wanted to end. */
  readonly failed: (error: unknown) => void;
}

/** Ends when the client goes away, when `stop` is aborted, or when the key may no longer read. Never rejects. */
export async function runTail(
  live: Live,
  response: ServerResponse,
  options: TailOptions,
  stop: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  response.once('close', end);
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted || response.destroyed) end();
  const leave = live.join(options.question);
  const tail = new Tail(live, response, options, ending.signal);
  const heart = setInterval(() => {
    if (!options.allowed()) end();
    else tail.beat();
  }, HEARTBEAT);
  try {
    await tail.run();
  } catch (error) {
    // The client reconnects with its last event id and loses nothing.
    options.failed(error);
  } finally {
    clearInterval(heart);
    leave();
    stop.removeEventListener('abort', end);
    response.end();
  }
}

class Tail {
  readonly #live: Live;
  readonly #response: ServerResponse;
  readonly #options: TailOptions;
  readonly #signal: AbortSignal;
  #position: number;
  /** Whether all of the sites up to now has been sent. */
  #idle = false;
  #blockedSince: number | null = null;

  constructor(live: Live, response: ServerResponse, options: TailOptions, signal: AbortSignal) {
    this.#live = live;
    this.#response = response;
    this.#options = options;
    this.#signal = signal;
    this.#position = options.after ?? -1;
  }

  async run(): Promise<void> {
    await this.#write(`retry: ${RECONNECT_MS}\n${sseHeartbeat(Math.max(this.#position, 0))}`);
    const { scopes } = this.#options.question;
    while (!this.#signal.aborted) {
      if (!this.#live.reaches(this.#position, scopes.keys())) await this.#gap();
      const batch = await this.#live.look(this.#options.question, this.#position);
      if (batch.events.length > 0) {
        await this.#write(
          Buffer.concat(batch.events.map(({ seq, change, body }) => sseEvent(seq, change, body))),
        );
      }
      this.#position = batch.through;
      this.#idle = true;
      const next = await this.#live.changed(scopes, this.#position, this.#signal);
      this.#idle = false;
      if (next !== null) this.#position = next;
    }
  }

  beat(): void {
    if (this.#blockedSince !== null) {
      if (Date.now() - this.#blockedSince >= STALLED) this.#response.destroy();
      return;
    }
    if (this.#idle) this.#position = Math.max(this.#position, this.#live.last);
    this.#response.write(sseHeartbeat(Math.max(this.#position, 0)));
  }

  async #gap(): Promise<void> {
    const through = this.#live.last;
    const event = {
      after: this.#position < 0 ? null : this.#position,
      through,
      href: this.#options.gapLink(),
    };
    await this.#write(sseEvent(through, 'gap', Buffer.from(JSON.stringify(event))));
    this.#position = through;
  }

  async #write(bytes: Uint8Array | string): Promise<void> {
    if (this.#signal.aborted || this.#response.write(bytes)) return;
    this.#blockedSince = Date.now();
    try {
      await once(this.#response, 'drain', { signal: this.#signal });
    } catch (error) {
      // Aborted: the tail ends, which the loop sees.
      if (!this.#signal.aborted) throw error;
    } finally {
      this.#blockedSince = null;
    }
  }
}
