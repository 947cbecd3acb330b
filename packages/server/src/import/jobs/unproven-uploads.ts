/**
 * Places of uploads whose sender has named a key and not yet proven to have it: the signature covers all of the body. They
 * are apart from the places of keys, so that who only names a key takes none of them away.
 */

/** No further import can be taken now. */
export class TooManyImportsError extends Error {
  override readonly name = 'TooManyImportsError';
}

export class UnprovenUploads {
  readonly #most: number;
  readonly #addresses: string[] = [];

  /** `most` of all addresses together; one has half of them. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#addresses.length;
  }

  /** Takes a place; what is returned gives it back, once. Throws a {@link TooManyImportsError}. */
  admit(address: string): () => void {
    const own = this.#addresses.filter((taken) => taken === address).length;
    if (this.size >= this.#most || own >= Math.ceil(this.#most / 2)) {
      throw new TooManyImportsError('signed uploads are under way already, as many as there may be');
    }
    this.#addresses.push(address);
    let given = false;
    return () => {
      if (!given) this.#addresses.splice(this.#addresses.indexOf(address), 1);
      given = true;
    };
  }
}
