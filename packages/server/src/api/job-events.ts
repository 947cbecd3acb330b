/** Progress of a job as server-sent events, until it has ended. */

import type { ServerResponse } from 'node:http';
import { sseEvent, sseHeartbeat } from './sse.ts';

const HEARTBEAT = 15_000;
const EVERY_MS = 250;

export interface Followed<J> {
  /** Called with every change. Returns the call that ends it. */
  readonly follow: (listener: (job: J) => void) => () => void;
  readonly now: () => J;
  readonly hasEnded: (job: J) => boolean;
  readonly body: (job: J) => unknown;
  /** Asked before anything is sent: whether the key may still see it. */
  readonly allowed: () => boolean;
}

/** Resolves when the response has ended: with the job, its right, the client, or with `stop`. */
export function followJob<J>(job: Followed<J>, response: ServerResponse, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0;
    let next = 0;
    const tell = (now: J) => {
      const ended = job.hasEnded(now);
      // What a slow client has not taken is not added to: a later event says all that matters.
      if (!ended && (response.writableNeedDrain || Date.now() < next)) return;
      if (!job.allowed()) {
        end();
        return;
      }
      next = Date.now() + EVERY_MS;
      sent += 1;
      const body = Buffer.from(JSON.stringify(job.body(now)));
      response.write(sseEvent(sent, ended ? 'end' : 'progress', body));
      if (ended) end();
    };
    const heart = setInterval(() => {
      if (job.allowed()) response.write(sseHeartbeat(sent));
      else end();
    }, HEARTBEAT);
    const unfollow = job.follow(tell);
    const end = () => {
      clearInterval(heart);
      unfollow();
      stop.removeEventListener('abort', end);
      response.end();
      resolve();
    };
    response.once('close', end);
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted || response.destroyed) end();
    else tell(job.now());
  });
}
