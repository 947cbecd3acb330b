/** For tests: a CSMS of another make, which checks every message by its schema. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { TestContext } from 'node:test';
import type { JsonObject } from '@ocpp-logs/core';

export interface StrictStation {
  readonly protocol: string;
  readonly identity: string;
  /** Rejects with `rpcErrorCode` where the station answers with an error. */
  call(action: string, payload: object): Promise<JsonObject>;
  handle(handler: (call: { readonly method: string; readonly params: JsonObject }) => unknown): void;
  on(event: 'strictValidationFailure', listener: (failure: { readonly error: Error }) => void): void;
  close(options?: { readonly code?: number; readonly force?: boolean }): Promise<unknown>;
}

interface StrictServer {
  on(event: 'client', listener: (station: StrictStation) => void): void;
  listen(port: number, host: string): Promise<Server>;
  close(options: { readonly force: boolean }): Promise<unknown>;
}

// The package's types ask for every option, those with a default too.
const { RPCServer } = createRequire(import.meta.url)('ocpp-rpc') as {
  readonly RPCServer: new (options: object) => StrictServer;
};

export interface StrictCsms {
  readonly url: string;
  /** Calls of all stations, in their order. */
  readonly calls: { readonly action: string; readonly payload: JsonObject }[];
  /** Messages that did not fit their schema. */
  readonly faults: string[];
  /** Resolves with the next station that connects. */
  station(): Promise<StrictStation>;
  /** Resolves when a call has come for which `wanted` holds, then or earlier. */
  called(wanted: (action: string, payload: JsonObject) => boolean): Promise<JsonObject>;
}

/** `answer` tells the payload of each answer. */
export async function startStrictCsms(
  t: TestContext,
  answer: (action: string, payload: JsonObject) => object,
): Promise<StrictCsms> {
  const server = new RPCServer({ protocols: ['ocpp1.6', 'ocpp2.0.1'], strictMode: true });
  const calls: { action: string; payload: JsonObject }[] = [];
  const faults: string[] = [];
  const stations: StrictStation[] = [];
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };
  server.on('client', (station) => {
    station.on('strictValidationFailure', ({ error }) => faults.push(String(error)));
    station.handle(({ method, params }) => {
      calls.push({ action: method, payload: params });
      // Only when the answer has left, so that what a test does next comes after it.
      setImmediate(changed);
      return answer(method, params);
    });
    stations.push(station);
    changed();
  });
  const http = await server.listen(0, '127.0.0.1');
  if (!http.listening) await once(http, 'listening');
  t.after(() => server.close({ force: true }));
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  function when<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    calls,
    faults,
    station: () => when(() => stations.shift()),
    called: (wanted) => when(() => calls.find(({ action, payload }) => wanted(action, payload))?.payload),
  };
}
