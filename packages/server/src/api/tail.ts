/** One live tail: from the ring to one response, no faster than its reader takes it. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Live, TailPlace, TailQuestion } from './live.ts';
import { sseEvent, sseHeartbeat } from './sse.ts';

export const HEARTBEAT = 15_000;
/** A reader that takes nothing for this long is gone, ms. */
const STALLED = 60_000;
const RECONNECT_MS = 3_000;

export interface TailOptions {
  readonly question: TailQuestion;
  /** `Last-Event-ID`, behind which to begin; null: with what comes from now on. */
  readonly after: string | null;
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
  /** null: where the client was is not known. */
  #place: TailPlace | null;
  /** Whether all of the sites up to now has been sent. */
  #idle = false;
  #blockedSince: number | null = null;

  constructor(live: Live, response: ServerResponse, options: TailOptions, signal: AbortSignal) {
    this.#live = live;
    this.#response = response;
    this.#options = options;
    this.#signal = signal;
    this.#place = options.after === null ? this.#now() : live.placeOf(options.after, options.question.own);
  }

  async run(): Promise<void> {
    await this.#write(`retry: ${RECONNECT_MS}\n${sseHeartbeat(this.#place?.id ?? null)}`);
    const { scopes } = this.#options.question;
    while (!this.#signal.aborted) {
      const known = this.#place;
      const place =
        known !== null && this.#live.reaches(known.position, scopes.keys()) ? known : await this.#gap();
      const batch = await this.#live.look(this.#options.question, place.position);
      if (batch.events.length > 0) {
        await this.#write(
          Buffer.concat(batch.events.map(({ id, change, body }) => sseEvent(id, change, body))),
        );
      }
      const told = { id: batch.events.at(-1)?.id ?? place.id, position: batch.through };
      this.#place = told;
      this.#idle = true;
      const next = await this.#live.changed(scopes, told.position, this.#signal);
      this.#idle = false;
      if (next !== null) this.#place = { ...(this.#place ?? told), position: next };
    }
  }

  beat(): void {
    if (this.#blockedSince !== null) {
      if (Date.now() - this.#blockedSince >= STALLED) this.#response.destroy();
      return;
    }
    // What its filters left out is behind it, too.
    if (this.#idle) this.#place = this.#now();
    this.#response.write(sseHeartbeat(this.#place?.id ?? null));
  }

  async #gap(): Promise<TailPlace> {
    const now = this.#now();
    const event = { after: this.#place?.id ?? null, through: now.id, href: this.#options.gapLink() };
    await this.#write(sseEvent(now.id, 'gap', Buffer.from(JSON.stringify(event))));
    this.#place = now;
    return now;
  }

  #now(): TailPlace {
    const { scopes, own } = this.#options.question;
    return this.#live.nowOf(scopes.keys(), own);
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
