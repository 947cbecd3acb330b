/**
 * Calls between the server's thread and a worker that holds a database: one message a call, one message an answer.
 * The worker answers in its own order; an error comes back as an error; a worker that ends fails what still waits.
 */

import type { Transferable } from 'node:worker_threads';

/** What both ends have: a Worker on one side, its parentPort on the other. */
export interface Port {
  postMessage(value: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
}

/** Give it a `type`, not an interface: `type SiteMethods = { list: () => string[] }`. */
export type Methods = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A result whose buffers are handed over, not copied. */
export class Transferring<T> {
  readonly value: T;
  readonly transfer: readonly Transferable[];

  constructor(value: T, transfer: readonly Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

type Answered<R> = Awaited<R> extends Transferring<infer T> ? T : Awaited<R>;

type ToWorker = { readonly call: number; readonly method: string; readonly args: readonly unknown[] };
type FromWorker =
  | { readonly answer: number; readonly value: unknown }
  | { readonly failed: number; readonly error: { readonly message: string; readonly code: string | null } }
  | { readonly event: string; readonly value: unknown };

/** Thrown at the caller: the call failed in the worker, or the worker is gone or overrun. */
export class CallError extends Error {
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.name = 'CallError';
    this.code = code;
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** In the worker: answers calls until the port closes. The result sends events to the other side. */
export function serveCalls(port: Port, methods: Methods): (event: string, value: unknown) => void {
  const post = (message: FromWorker, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, transfer);
  const answer = async ({ call, method, args }: ToWorker) => {
    try {
      const called = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (!called) throw new CallError(`no method ${method}`, 'NO_METHOD');
      // Safe: both ends are compiled against one Methods type, so the arguments are the method's own.
      const result = await called(...(args as never[]));
      if (result instanceof Transferring) post({ answer: call, value: result.value }, result.transfer);
      else post({ answer: call, value: result });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      post({ failed: call, error: { message, code: codeOf(error) } });
    }
  };
  // Safe: the only sender is the CallClient at the other end.
  port.on('message', (message) => void answer(message as ToWorker));
  return (event, value) => post({ event, value });
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
}

/** On the calling side. At most `bound` calls wait at a time; further ones are refused at once. */
export class CallClient<M extends Methods> {
  readonly #port: Port;
  readonly #bound: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (value: unknown) => void>();
  #last = 0;
  #ended: CallError | null = null;

  constructor(port: Port, bound = 10_000) {
    this.#port = port;
    this.#bound = bound;
    // Safe: the only sender is serveCalls at the other end.
    port.on('message', (message) => this.#receive(message as FromWorker));
  }

  call<N extends keyof M & string>(
    method: N,
    args: Parameters<M[N]>,
    transfer: readonly Transferable[] = [],
  ): Promise<Answered<ReturnType<M[N]>>> {
    if (this.#waiting.size >= this.#bound && !this.#ended) {
      return Promise.reject(new CallError(`more than ${this.#bound} calls wait`, 'BUSY'));
    }
    return this.urge(method, args, transfer);
  }

  /** Beyond the bound: for what ends calls that wait. */
  urge<N extends keyof M & string>(
    method: N,
    args: Parameters<M[N]>,
    transfer: readonly Transferable[] = [],
  ): Promise<Answered<ReturnType<M[N]>>> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#last += 1;
    const call = this.#last;
    return new Promise((resolve, reject) => {
      // Safe: the value is what the method of that name returned.
      this.#waiting.set(call, { resolve: resolve as (value: unknown) => void, reject });
      try {
        this.#port.postMessage({ call, method, args } satisfies ToWorker, transfer);
      } catch (error) {
        this.#waiting.delete(call);
        throw error;
      }
    });
  }

  /** One listener an event name; unknown events are dropped. */
  on(event: string, listener: (value: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  /** To be called when the worker has ended: fails every call that waits and every later one. */
  ended(reason: string): void {
    this.#ended ??= new CallError(reason, 'ENDED');
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  #receive(message: FromWorker): void {
    if ('event' in message) {
      this.#listeners.get(message.event)?.(message.value);
      return;
    }
    const call = 'answer' in message ? message.answer : message.failed;
    const waiting = this.#waiting.get(call);
    if (!waiting) return;
    this.#waiting.delete(call);
    if ('answer' in message) waiting.resolve(message.value);
    else waiting.reject(new CallError(message.error.message, message.error.code));
  }
}
