/** The other server over HTTP: one page at a time, at a bounded pace, tried again where that can help. */

import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { counted } from '@ocpp-logs/core';
import { PREFIX } from '../auth/signature.ts';
import { type Credentials, headersFor } from './credentials.ts';
import { BodyTooLarge, HTTP_LIMITS, type HttpAnswer, type HttpLimits, httpGet } from './http-get.ts';
import { NotAPage, readPage } from './page.ts';
import { backOff, Pace, type PullClock, retryAfter } from './patience.ts';
import { failureOf, isHopeless, printable, refusalOf } from './refusal.ts';
import {
  PageTooLarge,
  type PageWish,
  type Remote,
  RemoteAway,
  type RemotePage,
  RemoteRefusal,
  RemoteUnreadable,
} from './remote.ts';

export interface ClientOptions {
  /** With or without `/rest/v1` at the end of its path. */
  readonly url: URL;
  readonly site: string;
  readonly credentials: Credentials;
  readonly clock: PullClock;
  /** Requests a second. */
  readonly rate: number;
  /** Requests for one page before it is given up. */
  readonly tries: number;
  readonly limits?: HttpLimits;
  /** Told of each wait before another try: why, and how long in ms. */
  readonly onWait?: (why: string, ms: number) => void;
}

/** Beyond it a run ends and leaves the rest to the next one. */
const WAIT_MAX = 15 * 60_000;
/** What another ocpp-logs gives beyond the published contract: frames as they were, and what became of connections. */
const GROUPS = '&include=exchange,raw&kinds=exchange,orphan,malformed,connection';
/** Answers of a server that knows the published parameters only. */
const UNKNOWN_PARAMETER = [400, 422];
const AGAIN = [408, 425, 429];

type Attempt =
  | { readonly kind: 'page'; readonly page: RemotePage }
  | { readonly kind: 'unknown-parameter' }
  | { readonly kind: 'again'; readonly why: string; readonly afterMs: number | null };

export class Client implements Remote {
  readonly #options: ClientOptions;
  readonly #pace: Pace;
  readonly #agent: Agent;
  readonly #path: string;
  /** Whether the server understands {@link GROUPS}; null until it was asked. */
  #groups: boolean | null = null;
  requests = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#pace = new Pace(options.rate, options.clock);
    const kept = { keepAlive: true, maxSockets: 1 };
    this.#agent = options.url.protocol === 'https:' ? new TlsAgent(kept) : new Agent(kept);
    this.#path = `${basePath(options.url)}/ocpp-logs/site/${encodeURIComponent(options.site)}`;
  }

  get exact(): boolean | null {
    return this.#groups;
  }

  async page(wish: PageWish, signal: AbortSignal): Promise<RemotePage> {
    for (let tried = 1; ; tried += 1) {
      await this.#pace.turn(signal);
      const attempt = await this.#attempt(wish, signal);
      if (attempt.kind === 'page') return attempt.page;
      if (attempt.kind === 'unknown-parameter') {
        this.#groups = false;
        tried -= 1;
        continue;
      }
      await this.#wait(attempt, tried, signal);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #wait({ why, afterMs }: Attempt & { kind: 'again' }, tried: number, signal: AbortSignal) {
    const { clock, tries, onWait } = this.#options;
    if (afterMs !== null && afterMs > WAIT_MAX)
      throw new RemoteAway(
        `${why}, and asks to come back in ${counted(Math.ceil(afterMs / 60_000), 'minute')}`,
      );
    if (tried >= tries) throw new RemoteUnreadable(`${why}, ${tries} times`);
    const ms = afterMs ?? backOff(tried, clock.random());
    onWait?.(why, ms);
    await clock.delay(ms, signal);
  }

  async #attempt({ from, to, take, skip }: PageWish, signal: AbortSignal): Promise<Attempt> {
    const { url, credentials, clock, limits = HTTP_LIMITS } = this.#options;
    const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    const grouped = this.#groups !== false;
    const path = `${this.#path}?${span}&sort_order=asc&take=${take}&skip=${skip}${grouped ? GROUPS : ''}`;
    const headers = { accept: 'application/json', ...headersFor(credentials, path, clock.now()) };
    this.requests += 1;
    let answer: HttpAnswer;
    try {
      answer = await httpGet({ server: url, path, headers, agent: this.#agent }, limits, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BodyTooLarge) throw new PageTooLarge(error.message);
      if (isHopeless(error)) throw new RemoteRefusal(`${url.origin}: ${failureOf(error)}`);
      return { kind: 'again', why: failureOf(error), afterMs: null };
    }
    return this.#read(answer, grouped);
  }

  #read(answer: HttpAnswer, grouped: boolean): Attempt {
    const { status, headers, body } = answer;
    if (status === 200) return this.#page(answer);
    if (grouped && this.#groups === null && UNKNOWN_PARAMETER.includes(status))
      return { kind: 'unknown-parameter' };
    if (status >= 500 || AGAIN.includes(status)) {
      const afterMs = retryAfter(headers['retry-after'], this.#options.clock.now());
      return { kind: 'again', why: `the server answered ${status}`, afterMs };
    }
    const { url, site, credentials, clock } = this.#options;
    throw new RemoteRefusal(
      refusalOf({ status, headers, text: body.toString(), url, site, credentials, now: clock.now() }),
    );
  }

  #page({ headers, body }: HttpAnswer): Attempt {
    const notAPage = `the answer of ${this.#options.url.origin} is no page of OCPP logs`;
    try {
      const page = readPage(body.toString('utf8'));
      if (page !== null) {
        this.#groups ??= true;
        return { kind: 'page', page };
      }
    } catch (error) {
      if (error instanceof NotAPage) throw new RemoteRefusal(`${notAPage}: check the address`);
      throw error;
    }
    const type = headers['content-type'] ?? 'no type';
    if (!/json/i.test(type)) throw new RemoteRefusal(`${notAPage} but ${printable(type)}: check the address`);
    return { kind: 'again', why: 'the server answered half a page', afterMs: null };
  }
}

/** Path of the server up to and with `/rest/v1`. */
export function basePath(url: URL): string {
  const path = url.pathname.replace(/\/+$/, '');
  return path.endsWith(PREFIX) ? path : path + PREFIX;
}
