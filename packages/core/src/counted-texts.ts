/** How often any of many texts stands in another one, by one look at it, however many they are. */

export class CountedTexts {
  /** How often each is to be counted where it stands. */
  readonly #times = new Map<string, number>();
  readonly #lengths: readonly number[];
  /** What all of them begin with. */
  readonly #prefix: string;

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      if (text !== '') this.#times.set(text, (this.#times.get(text) ?? 0) + 1);
    }
    const [first = '', ...others] = this.#times.keys();
    let shared = first.length;
    for (const other of others) while (!other.startsWith(first.slice(0, shared))) shared -= 1;
    this.#prefix = first.slice(0, shared);
    this.#lengths = [...new Set([...this.#times.keys()].map(({ length }) => length))];
  }

  /** Each by itself without overlap. */
  in(text: string): number {
    if (this.#times.size === 0) return 0;
    let count = 0;
    /** Where each that was found ends. */
    const ends = new Map<string, number>();
    for (
      let at = text.indexOf(this.#prefix);
      at >= 0 && at < text.length;
      at = text.indexOf(this.#prefix, at + 1)
    ) {
      for (const length of this.#lengths) {
        const part = text.slice(at, at + length);
        const times = this.#times.get(part);
        if (times === undefined || (ends.get(part) ?? 0) > at) continue;
        ends.set(part, at + length);
        count += times;
      }
    }
    return count;
  }
}
