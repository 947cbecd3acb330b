/** Follows the live tail of a search, and comes back to where it was after a cut. */

import type { LogEntry } from '../api/answers.ts';
import type { Client, Params } from '../api/client.ts';
import { EventStreamReader, type ServerEvent } from '../api/event-stream.ts';
import { parseExact } from '../api/exact-json.ts';
import { ApiError } from '../api/problem.ts';

export type TailChange =
  | { readonly kind: 'entry' | 'update'; readonly entry: LogEntry }
  /** Changes that the server no longer knows. */
  | { readonly kind: 'gap' };

export type TailState = 'connecting' | 'open' | 'waiting';

export interface Following {
  readonly path: string;
  readonly params: Params;
  readonly take: (changes: readonly TailChange[]) => void;
  readonly state: (state: TailState) => void;
  readonly failed: (error: unknown) => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** Where a tail is, over cuts and refusals. */
interface Place {
  /** '' until one came. */
  lastId: string;
  /** Whether it was open once: what came since then is told, or is a gap. */
  wasOpen: boolean;
}

/** Until it is ended by the call that this returns. What was refused, as after the end of a session, goes on where it was. */
export function keepFollowing(client: Client, following: Following): () => void {
  const stop = new AbortController();
  const place: Place = { lastId: '', wasOpen: false };
  let isRefused = false;
  const failed = (error: unknown) => {
    isRefused = true;
    following.failed(error);
  };
  const begin = () => {
    isRefused = false;
    void follow(client, { ...following, failed }, place, stop.signal);
  };
  const leave = client.reach.onBack(() => {
    if (isRefused) begin();
  });
  begin();
  return () => {
    leave();
    stop.abort();
  };
}

/** Does it again after a while for as long as it fails and is not refused, until `signal` ends it. */
export async function insist(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      await work();
      return;
    } catch (error) {
      if (isRefusal(error)) return;
      await pause(wait, signal);
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status !== 429 && error.problem.status < 500;
}

/** Until `signal` ends it, or the server refuses. */
export async function follow(
  client: Client,
  following: Following,
  place: Place,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    following.state('connecting');
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (place.lastId !== '') headers['last-event-id'] = place.lastId;
      const asked = { signal, params: following.params };
      const response = await client.respond('GET', following.path, asked, undefined, headers);
      // Whoever ended it is told nothing more: what had come already would be taken for that of another question.
      if (signal.aborted) return;
      following.state('open');
      wait = FIRST_WAIT;
      // It was cut before it was told where it was: nobody knows what came since.
      if (place.wasOpen && place.lastId === '') following.take([{ kind: 'gap' }]);
      place.wasOpen = true;
      for await (const { changes, id } of changesOf(response, place.lastId)) {
        if (signal.aborted) return;
        place.lastId = id;
        if (changes.length > 0) following.take(changes);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) {
        following.failed(error);
        return;
      }
    }
    if (signal.aborted) return;
    following.state('waiting');
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

/** Resolves early when `signal` ends it. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
}

async function* changesOf(response: Response, lastId: string) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  const events = new EventStreamReader(lastId);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const changes = events.read(value).flatMap(changeOf);
    yield { changes, id: events.lastId };
  }
}

function changeOf({ event, text }: ServerEvent): readonly TailChange[] {
  if (event === 'gap') return [{ kind: 'gap' }];
  if (event !== 'entry' && event !== 'update') return [];
  // Safe: the same entry as on a page, by the API's schema.
  return [{ kind: event, entry: parseExact(text) as LogEntry }];
}
