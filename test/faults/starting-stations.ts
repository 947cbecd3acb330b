/** Stations that start one transaction after another at the built-in CSMS, through kills of it: which number each start was given. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface StartingStations {
  /** Connects all; resolves when each was given a number. They go on until their connections end. */
  begin(url: string): Promise<void>;
  /** Resolves when every connection has ended. */
  ended(): Promise<void>;
  /** Starts that were given a number since {@link begin}. */
  readonly given: number;
  /**
   * Once the server is back each station says its last starts again, as stations do: those that were answered get the
   * number that they had, one that was not gets a number that nobody has. Resolves to how many were answered before.
   */
  repeat(url: string): Promise<number>;
}

/** The last so many of a station. */
const REPEATED = 3;

interface Start {
  readonly id: string;
  readonly text: string;
  /** null: not answered, so far as the station knows. */
  number: number | null;
}

export function startingStations(count: number): StartingStations {
  const starts = Array.from({ length: count }, (): Start[] => []);
  /** Which start has it. */
  const owners = new Map<number, string>();
  let ends: Promise<unknown> = Promise.resolve();
  let given = 0;

  const connected = async (url: string, place: number): Promise<WebSocket> => {
    const socket = new WebSocket(`${url}/S${place + 1}`, 'ocpp1.6');
    await once(socket, 'open');
    // The server is killed under it.
    socket.on('error', () => {});
    return socket;
  };

  /** Its number, or null where the connection ends before there is one. */
  const say = async (socket: WebSocket, start: Start): Promise<number | null> => {
    const heard = Promise.withResolvers<string | null>();
    const onMessage = (message: unknown) => heard.resolve(String(message));
    const onClose = () => heard.resolve(null);
    socket.once('message', onMessage);
    socket.once('close', onClose);
    if (socket.readyState === WebSocket.OPEN) socket.send(start.text);
    else heard.resolve(null);
    const answer = await heard.promise;
    socket.off('message', onMessage);
    socket.off('close', onClose);
    return answer === null ? null : numberIn(answer, start.id);
  };

  const keep = (start: Start, number: number) => {
    const owner = owners.get(number);
    assert.ok(owner === undefined || owner === start.id, `${number} is given to ${start.id} and to ${owner}`);
    owners.set(number, start.id);
    start.number = number;
  };

  const goOn = async (socket: WebSocket, place: number, first: () => void): Promise<void> => {
    const own = starts[place] ?? [];
    for (;;) {
      const start = startOf(place, own.length);
      own.push(start);
      const number = await say(socket, start);
      if (number === null) return;
      keep(start, number);
      given += 1;
      first();
    }
  };

  return {
    get given() {
      return given;
    },
    begin: async (url) => {
      given = 0;
      const sockets = await Promise.all(starts.map((_, place) => connected(url, place)));
      const firsts = sockets.map(() => Promise.withResolvers<void>());
      const going = Promise.all(
        sockets.map((socket, place) => goOn(socket, place, () => firsts[place]?.resolve())),
      );
      // Whoever waits for the first numbers is told what went wrong, and so is who waits for the end.
      going.catch((error: unknown) => {
        for (const first of firsts) first.reject(error);
      });
      ends = going;
      await Promise.all(firsts.map(({ promise }) => promise));
    },
    ended: async () => void (await ends),
    repeat: async (url) => {
      let repeated = 0;
      for (const [place, own] of starts.entries()) {
        const socket = await connected(url, place);
        for (const start of own.slice(-REPEATED)) {
          const before = start.number;
          const number = (await say(socket, start)) ?? assert.fail(`${start.id} has no answer`);
          if (before !== null) {
            assert.equal(number, before, `${start.id}, said again after the kill`);
            repeated += 1;
          }
          keep(start, number);
        }
        const closed = once(socket, 'close');
        socket.close();
        await closed;
      }
      return repeated;
    },
  };
}

function startOf(place: number, nth: number): Start {
  const id = `s${place + 1}-${nth + 1}`;
  const payload = {
    connectorId: 1,
    idTag: `T${nth % 7}`,
    meterStart: nth,
    timestamp: '2026-01-05T10:00:00Z',
  };
  return { id, text: JSON.stringify([2, id, 'StartTransaction', payload]), number: null };
}

function numberIn(answer: string, id: string): number {
  // Safe: it is the server under test, and what it says is asserted.
  const [kind, of, payload] = JSON.parse(answer) as [number, string, { readonly transactionId?: number }];
  assert.deepEqual([kind, of], [3, id], answer);
  const number = payload.transactionId ?? assert.fail(answer);
  assert.ok(Number.isInteger(number) && number > 0, answer);
  return number;
}
