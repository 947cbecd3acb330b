/** A store in memory, for tests: of equal frames it knows as many as it holds. */

import type { FrameSink, SinkAnswer } from '../import/sink.ts';

export class SinkDouble implements FrameSink {
  /** Lines as they came, in the order of their coming. */
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly #held = new Map<string, number>();
  /** Called before and after each body is stored: the place to throw. */
  onBody: (when: 'before' | 'after') => void = () => undefined;

  /** Whether each body ended its source. */
  readonly ends: boolean[] = [];

  async ingest(body: Uint8Array, last: boolean): Promise<SinkAnswer> {
    this.ends.push(last);
    this.onBody('before');
    const texts = Buffer.from(body)
      .toString()
      .split('\n')
      .filter((text) => text !== '');
    const asked = new Map<string, number>();
    let accepted = 0;
    for (const text of texts) {
      const nth = (asked.get(text) ?? 0) + 1;
      asked.set(text, nth);
      if (nth <= (this.#held.get(text) ?? 0)) continue;
      accepted += 1;
      this.lines.push(JSON.parse(text));
    }
    for (const [text, count] of asked) this.#held.set(text, Math.max(count, this.#held.get(text) ?? 0));
    this.onBody('after');
    return { accepted, duplicates: texts.length - accepted, rejected: [], entries: {} };
  }
}
