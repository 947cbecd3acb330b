/** Stations that call and a CSMS that answers, both remembering by the wall clock what came to them and when. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { answerText, callText, type Texts } from './said-texts.ts';

/** One call in so many is never answered, so that there are always exchanges that wait. */
const UNANSWERED_EVERY = 7;
const FIRST_WORD = /^\[\d,"([^"]+)"/;

export interface AnsweringCsms {
  /** `ws://127.0.0.1:PORT` */
  readonly url: string;
  /** When each call came, ms, by its message id. */
  readonly received: ReadonlyMap<string, number>;
  /** The calls as they came. */
  readonly calls: Texts;
  /** The answers as they were sent. */
  readonly answers: Texts;
  /** Resolves when every connection to it has ended. */
  left(): Promise<void>;
  close(): void;
}

export async function answeringCsms(): Promise<AnsweringCsms> {
  const received = new Map<string, number>();
  const calls = new Map<string, string>();
  const answers = new Map<string, string>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    // The relay is killed under it: its resets are expected.
    socket.on('error', () => {});
    socket.on('message', (message) => {
      const id = idOf(message);
      received.set(id, Date.now());
      calls.set(id, String(message));
      if (received.size % UNANSWERED_EVERY === 0) return;
      const answer = answerText(id, received.size);
      answers.set(id, answer);
      socket.send(answer);
    });
  });
  // Safe: it listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    received,
    calls,
    answers,
    left: async () => {
      await Promise.all([...server.clients].map((socket) => once(socket, 'close')));
    },
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

export interface CallingStations {
  /** Calls of each charger by message id, in the order in which they were sent. */
  readonly sent: ReadonlyMap<string, Texts>;
  /** When each answer came, ms, by its message id. */
  readonly answered: ReadonlyMap<string, number>;
  /** The answers as they came. */
  readonly answers: Texts;
  /**
   * Connects all of them. Where they only visit, each but the first calls at once, ends its connection after so many
   * ms, and comes again.
   */
  connect(url: string, visitMs?: number | null): Promise<void>;
  /** Calls go out, some at once and some alone, until {@link stop}. */
  call(perSecond: number): void;
  /** Resolves when every connection has ended. */
  stop(): Promise<void>;
}

const BURST = 3;
const TICK_MS = 5;

export function callingStations(count: number): CallingStations {
  const names = Array.from({ length: count }, (_, place) => `CP${place + 1}`);
  const sent = new Map(names.map((name): [string, Map<string, string>] => [name, new Map()]));
  const answered = new Map<string, number>();
  const answers = new Map<string, string>();
  const sockets: WebSocket[] = [];
  let visits: Promise<unknown> = Promise.resolve();
  let visiting = false;
  let timer: NodeJS.Timeout | undefined;
  let number = 0;

  const connected = async (url: string, place: number): Promise<WebSocket> => {
    const socket = new WebSocket(`${url}/${names[place]}`, 'ocpp1.6');
    sockets[place] = socket;
    socket.on('message', (message) => {
      answered.set(idOf(message), Date.now());
      answers.set(idOf(message), String(message));
    });
    await once(socket, 'open');
    // The server is killed under it.
    socket.on('error', () => {});
    return socket;
  };

  /** Until {@link CallingStations.stop}, or the server is gone. */
  const visit = async (url: string, place: number, first: WebSocket, visitMs: number): Promise<void> => {
    for (let socket = first; ; ) {
      send(place, 1);
      const ended = once(socket, 'close');
      // Not all at once.
      await Promise.race([ended, setTimeout(visitMs * (0.5 + place / count))]);
      socket.close();
      await ended;
      if (!visiting) return;
      try {
        socket = await connected(url, place);
      } catch {
        // It is gone, which its end tells.
        return;
      }
    }
  };

  const send = (place: number, calls: number) => {
    const socket = sockets[place % count];
    const own = sent.get(names[place % count] ?? '');
    if (socket?.readyState !== WebSocket.OPEN) return;
    for (let call = 0; call < calls; call++) {
      number += 1;
      const text = callText(`m${number}`, number);
      own?.set(`m${number}`, text);
      socket.send(text);
    }
  };

  return {
    sent,
    answered,
    answers,
    connect: async (url, visitMs = null) => {
      const firsts = await Promise.all(names.map((_, place) => connected(url, place)));
      visiting = visitMs !== null;
      if (visitMs === null) return;
      const coming = firsts.slice(1);
      visits = Promise.all(coming.map((socket, place) => visit(url, place + 1, socket, visitMs)));
    },
    call: (perSecond) => {
      const started = performance.now();
      let calls = 0;
      timer = setInterval(() => {
        const due = ((performance.now() - started) * perSecond) / 1000;
        for (let turn = number; calls < due; turn++) {
          const burst = turn % 4 === 0 ? BURST : 1;
          send(turn, burst);
          calls += burst;
        }
      }, TICK_MS);
    },
    stop: async () => {
      clearInterval(timer);
      visiting = false;
      await visits;
      await Promise.all(
        sockets.map((socket) => (socket.readyState === WebSocket.CLOSED ? null : once(socket, 'close'))),
      );
    },
  };
}

function idOf(message: RawData): string {
  return FIRST_WORD.exec(String(message))?.[1] ?? '';
}
