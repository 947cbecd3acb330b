/** First in, first out, and read at any place: each takes as long however many there are, taken over all of them. */

/** Room of what was taken out is given back from here on. */
const ROOM = 32;

export class Line<Item extends object> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** From 0 on. */
  at(place: number): Item | undefined {
    return this.#items[this.#head + place];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= ROOM && this.#head * 2 >= this.#items.length) this.keep(() => true);
    return item;
  }

  /** Goes through all of them. */
  keep(isKept: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter((item) => item !== undefined && isKept(item));
    this.#head = 0;
  }

  /** The first place from which on it is so; the length where it is nowhere. */
  firstWhere(isSo: (item: Item) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const item = this.at(middle);
      if (item !== undefined && isSo(item)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
