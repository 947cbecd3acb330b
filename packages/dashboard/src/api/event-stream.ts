/** Server-sent events (HTML, 9.2.6) out of a response's body, which unlike EventSource tells why it ended. */

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly text: string;
}

/** An event longer than this ends the stream: the server sends none. */
const PENDING_MAX = 32 * 1024 * 1024;

/** Takes text as it comes, cut anywhere. */
export class EventStreamReader {
  #rest = '';
  #lastId: string;
  /** Of the event that has not ended yet, or the last one. */
  #id: string;
  #event = '';
  #lines: string[] = [];

  /** `lastId`: of the connection before, which counts until another one comes. */
  constructor(lastId = '') {
    this.#lastId = lastId;
    this.#id = lastId;
  }

  /** Id of the last event that came whole, or of a comment's heartbeat: where a stream goes on. */
  get lastId(): string {
    return this.#lastId;
  }

  read(text: string): readonly ServerEvent[] {
    const found: ServerEvent[] = [];
    const whole = this.#rest + text;
    // A line break may be cut in two: what follows a CR at the end is not known yet.
    const usable = whole.endsWith('\r') ? whole.length - 1 : whole.length;
    let start = 0;
    for (const match of whole.slice(0, usable).matchAll(/\r\n|\r|\n/g)) {
      const event = this.#line(whole.slice(start, match.index));
      if (event !== null) found.push(event);
      start = match.index + match[0].length;
    }
    this.#rest = whole.slice(start);
    if (this.#rest.length > PENDING_MAX) throw new Error('an event of the stream is too long');
    return found;
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#lines.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    return null;
  }

  #dispatch(): ServerEvent | null {
    const lines = this.#lines;
    this.#lastId = this.#id;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#lines = [];
    this.#event = '';
    return lines.length === 0 ? null : { id: this.#id, event, text: lines.join('\n') };
  }
}
