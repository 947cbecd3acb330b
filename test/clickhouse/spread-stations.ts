/** Stations that are led to any node that is there, and a live tail of one node. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, type RunningServer } from '../e2e/running-server.ts';

export interface Said {
  readonly id: string;
  readonly charger: string;
}

export interface Chatter {
  readonly charger: string;
  readonly sent: readonly string[];
  readonly answered: readonly string[];
}

/** One station of the built-in CSMS; where it is connected is up to whoever leads it. */
export class SpreadStation {
  readonly charger: string;
  #socket: WebSocket | null = null;
  #said = 0;
  /** All that was answered: a station that has its answer does not say it again. */
  readonly answered: Said[] = [];
  /** Calls of the CSMS that it leaves unanswered. */
  readonly called: string[] = [];

  constructor(charger: string) {
    this.charger = charger;
  }

  async connect({ url }: RunningServer): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ocpp/depot/${this.charger}`, 'ocpp1.6');
    // Its end is seen by what waits on it.
    socket.on('error', () => undefined);
    socket.on('message', (frame: Buffer) => {
      const [type, id] = JSON.parse(frame.toString()) as [number, string];
      if (type === 2) this.called.push(id);
    });
    await once(socket, 'open');
    this.#socket = socket;
  }

  /** One heartbeat; resolves when it is answered. */
  async say(): Promise<void> {
    const socket = this.#open();
    this.#said += 1;
    const id = `${this.charger}-${this.#said}`;
    const answer = new Promise<void>((resolve, reject) => {
      const read = (frame: Buffer) => {
        if (!frame.toString().startsWith(`[3,"${id}",`)) return;
        socket.off('message', read);
        resolve();
      };
      socket.on('message', read);
      socket.once('close', () => reject(new Error(`${id} was not answered`)));
    });
    socket.send(JSON.stringify([2, id, 'Heartbeat', {}]));
    await answer;
    this.answered.push({ id, charger: this.charger });
  }

  /** Calls without a pause: each in the moment in which the one before is answered, until its node is gone. */
  chatter(): Chatter {
    const socket = this.#open();
    const [sent, answered]: [string[], string[]] = [[], []];
    const send = () => {
      const id = `${this.charger}-talk-${sent.length}`;
      sent.push(id);
      socket.send(JSON.stringify([2, id, 'DataTransfer', { vendorId: 'v' }]), () => undefined);
    };
    socket.on('message', (frame: Buffer) => {
      const id = sent.at(-1) ?? '';
      if (!frame.toString().startsWith(`[3,"${id}",`)) return;
      answered.push(id);
      send();
    });
    send();
    return { charger: this.charger, sent, answered };
  }

  /** Answers what the CSMS called. */
  answer(id: string): void {
    this.#open().send(JSON.stringify([3, id, { status: 'Accepted' }]));
  }

  /** Its node is gone. */
  async ended(): Promise<void> {
    const socket = this.#socket;
    if (socket !== null && socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    this.#socket = null;
  }

  async close(): Promise<void> {
    this.#socket?.close();
    await this.ended();
  }

  #open(): WebSocket {
    return this.#socket ?? assert.fail(`${this.charger} is not connected`);
  }
}

export interface TailEvent {
  readonly event: string;
  readonly data: string;
}

/** The live tail of a node, from its beginning on. */
export class NodeTail {
  readonly events: TailEvent[] = [];
  readonly #stop = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  /** Resolves when what comes from now on is followed. */
  async open({ url }: RunningServer): Promise<this> {
    const answer = await fetch(`${url}/rest/v1/ocpp-logs/site/depot/stream?include=exchange`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, accept: 'text/event-stream' },
      signal: this.#stop.signal,
    });
    assert.equal(answer.status, 200);
    if (answer.body === null) assert.fail('no body');
    const chunks = answer.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    let text = String((await chunks.next()).value);
    this.#reading = (async () => {
      for (;;) {
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) this.#take(part);
        const next = await chunks.next();
        if (next.done === true) return;
        text += next.value;
      }
    })().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
    return this;
  }

  /** How often an event names this message. */
  count(event: string, messageId: string): number {
    const named = `"message_id":"${messageId}"`;
    return this.events.filter((each) => each.event === event && each.data.includes(named)).length;
  }

  /** Messages that events name. */
  named(): ReadonlySet<string> {
    return new Set(this.events.flatMap(({ data }) => /"message_id":"([^"]+)"/.exec(data)?.[1] ?? []));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  #take(part: string): void {
    const lines = part.split('\n');
    const field = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : [])).join('\n');
    if (field('event') !== '') this.events.push({ event: field('event'), data: field('data') });
  }
}
