/** Asks the server. Everything that the dashboard knows comes through here, from the API that anyone can use. */

import { parseExact } from './exact-json.ts';
import { ApiError, problemOf, Unreachable } from './problem.ts';
import { Reach } from './reach.ts';

export type Params = Readonly<Record<string, string | number | undefined>>;
export type SentHeaders = Readonly<Record<string, string>>;

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly params?: Params;
}

/** A body that is sent as it is written: a serialiser would change digits. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface ClientOptions {
  /** Path before the API's own, where a proxy has one; without a slash at its end. */
  readonly base: string;
  readonly fetch: typeof fetch;
}

export class Client {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #reach: Reach;
  #csrf: string | null = null;

  constructor({ base, fetch }: ClientOptions) {
    this.#base = base;
    this.#fetch = fetch;
    this.#reach = new Reach(async () => {
      await fetch(this.address('/livez'), { cache: 'no-store' });
    });
  }

  /** Whether the server answers. */
  get reach(): Pick<Reach, 'away' | 'subscribe' | 'onBack' | 'renewed'> {
    return this.#reach;
  }

  /** Goes with every write of a session. */
  set csrf(token: string | null) {
    this.#csrf = token;
  }

  /** What every write of a session bears. */
  writeHeaders(): Readonly<Record<string, string>> {
    return this.#csrf === null ? {} : { 'x-csrf-token': this.#csrf };
  }

  /** Of a page of the dashboard. */
  page(path: string): string {
    return `${this.#base}${path}`;
  }

  /** Of a route of the API. */
  address(path: string, params: Params = {}): string {
    const given = Object.entries(params).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    );
    const query = new URLSearchParams(given).toString();
    return `${this.#base}/rest/v1${path}${query === '' ? '' : `?${query}`}`;
  }

  /** The caller states what the route answers; its schema is in the OpenAPI document. */
  async get<T>(path: string, options: AskOptions = {}): Promise<T> {
    return this.#json(await this.respond('GET', path, options));
  }

  async post<T>(path: string, body: unknown, options: AskOptions = {}): Promise<T> {
    return this.#json(await this.respond('POST', path, options, body));
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.#json(await this.respond('PATCH', path, {}, body));
  }

  async put<T>(path: string, body: unknown, headers: SentHeaders = {}): Promise<T> {
    return this.#json(await this.respond('PUT', path, {}, body, headers));
  }

  async delete(path: string, headers: SentHeaders = {}): Promise<void> {
    await this.respond('DELETE', path, {}, undefined, headers);
  }

  /** The open response of what is read piece by piece. */
  async respond(
    method: string,
    path: string,
    { signal, params = {} }: AskOptions,
    body?: unknown,
    headers: SentHeaders = {},
  ): Promise<Response> {
    const sent: Record<string, string> = { ...headers };
    if (body !== undefined) sent['content-type'] = 'application/json';
    if (method !== 'GET') Object.assign(sent, this.writeHeaders());
    const response = await this.#send(this.address(path, params), {
      method,
      headers: sent,
      credentials: 'same-origin',
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: body instanceof JsonText ? body.text : JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw failureOf(response.status, await response.text());
  }

  async #send(address: string, init: RequestInit): Promise<Response> {
    try {
      const response = await this.#fetch(address, init);
      this.#reach.answered();
      return response;
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      this.#reach.failed();
      throw new Unreachable('The server does not answer.', { cause: error });
    }
  }

  async #json<T>(response: Response): Promise<T> {
    // Safe: the routes are validated against the schemas that these types repeat.
    return parseExact(await response.text()) as T;
  }
}

/** Of an answer that is no success. */
export function failureOf(status: number, text: string): ApiError {
  return new ApiError(problemOf(status, readable(text)));
}

/** null where it is not JSON, as from a proxy between. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
