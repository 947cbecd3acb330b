/** Everything that a server is used for, each at its own pace, for as long as it is wanted. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type RunningServer, run } from '../test/e2e/running-server.ts';
import { seededCalls } from './station-calls.ts';
import { askFor, type Errand, lookUp, reading, servePage, signIn, transfer } from './steady-errands.ts';

/** Of relay and built-in CSMS each. */
const STATIONS = 20;
const CALL_EVERY_MS = 2_000;
/** A station stays for one to so many minutes. */
const STAY_MINUTES = 4;

const PERSON = { name: 'boss', password: 'a password for half an hour' };

export const CONFIG = (url: string): string =>
  JSON.stringify({
    sites: [
      { id: 'relayed', upstream: `${url}/{charger}` },
      { id: 'bench' },
      { id: 'pushed' },
      { id: 'old' },
    ],
    log_level: 'warn',
  });

export async function addPerson(folder: string): Promise<void> {
  const added = await run(
    ['user', 'add', PERSON.name, '--role', 'admin', '--data', folder],
    {},
    PERSON.password,
  );
  if (added.code !== 0) throw new Error(added.stderr);
}

/** A CSMS that answers every call. */
export async function upstream(): Promise<{ readonly url: string; close(): void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (message) => {
      const id = /^\[2,"([^"]+)"/.exec(String(message))?.[1];
      if (id !== undefined) socket.send(`[3,"${id}",{}]`);
    });
  });
  // Safe: it listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  };
  return { url: `ws://127.0.0.1:${port}`, close };
}

export interface Load {
  /** Throws where something has failed. */
  check(): void;
  /** What was done so far, in words. */
  said(): string;
  stop(): Promise<void>;
}

export function startLoad(server: RunningServer): Load {
  const ending = new AbortController();
  const done = new Map<string, number>();
  const count = (what: string) => done.set(what, (done.get(what) ?? 0) + 1);
  let failure: unknown = null;
  const going: Promise<void>[] = [];

  const again = async ({ what, everyMs, work }: Errand) => {
    while (!ending.signal.aborted) {
      await pause(everyMs * (0.5 + Math.random()), ending.signal);
      if (ending.signal.aborted) return;
      await work();
      count(what);
    }
  };
  const begin = (errand: Errand) => {
    going.push(
      again(errand).catch((error: unknown) => {
        failure ??= new Error(`${errand.what} failed`, { cause: error });
      }),
    );
  };

  const calls = seededCalls();
  for (const site of ['relayed', 'bench']) {
    for (let place = 1; place <= STATIONS; place++) {
      const url = `${server.url.replace('http', 'ws')}/ocpp/${site}/CP${place}`;
      const work = () => visit(url, calls, () => count('calls'), ending.signal);
      begin({ what: `visits of stations`, everyMs: 4_000, work });
    }
  }
  const errands = [transfer(server, calls), askFor(server), lookUp(server), servePage(server)].flat();
  for (const errand of [...errands, ...reading(server, ending.signal), signIn(server, PERSON)]) begin(errand);

  return {
    check: () => {
      if (failure !== null) throw failure;
    },
    said: () => [...done].map(([what, times]) => `${times} ${what}`).join(', '),
    stop: async () => {
      ending.abort();
      await Promise.all(going);
      if (failure !== null) throw failure;
    },
  };
}

/** A station comes, calls one thing after the other, and goes, now and then without a word. */
async function visit(
  url: string,
  calls: readonly { readonly action: string; readonly payload: string }[],
  answered: () => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(url, 'ocpp1.6');
  await once(socket, 'open');
  socket.on('message', answered);
  const closed = once(socket, 'close');
  const until = performance.now() + (1 + Math.random() * (STAY_MINUTES - 1)) * 60_000;
  for (let call = 0; performance.now() < until && !signal.aborted; call++) {
    const { action, payload } = calls[Math.floor(Math.random() * calls.length)] ?? failed('no calls');
    socket.send(`[2,"${Date.now()}-${call}","${action}",${payload}]`);
    await pause(CALL_EVERY_MS * (0.5 + Math.random()), signal);
  }
  if (Math.random() < 0.2) socket.terminate();
  else socket.close();
  await closed;
}

function failed(why: string): never {
  throw new Error(why);
}

/** Ends early where it is no longer wanted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
