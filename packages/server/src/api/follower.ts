/** The reading side of a live tail, for tests: nothing that comes is lost between two questions. */

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';

export interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** An EventSource as the HTML standard reads it, one event at a time. */
export class Follower {
  readonly response: IncomingMessage;
  readonly #events: Event[] = [];
  /** All that came so far. */
  text = '';
  #rest = '';
  #wake: () => void = () => undefined;
  ended = false;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      this.#rest += text;
      for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
        this.#take(this.#rest.slice(0, end));
        this.#rest = this.#rest.slice(end + 2);
      }
      this.#wake();
    });
    response.on('close', () => {
      this.ended = true;
      this.#wake();
    });
    response.resume();
  }

  async next(): Promise<Event> {
    while (this.#events.length === 0) await this.#more();
    const [event] = this.#events.splice(0, 1);
    assert.ok(event);
    return event;
  }

  async until(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.text)) await this.#more();
  }

  async #more(): Promise<void> {
    if (this.ended) throw new Error('the tail has ended');
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
    }
    const data = fields.get('data');
    if (data !== undefined)
      this.#events.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data });
  }
}
